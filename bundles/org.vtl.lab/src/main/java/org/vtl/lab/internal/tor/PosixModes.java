package org.vtl.lab.internal.tor;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Who may do what with a file. */
final class PosixModes {
  /** Its owner everything, others nothing. */
  static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

  private PosixModes() {}
}
