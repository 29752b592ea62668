package org.vtl.deploy.internal.configuration;

import java.util.Optional;
import java.util.regex.Pattern;

/** Persistent identities as file names, {@code PID.cfg.json} and {@code FACTORY~NAME.cfg.json}. */
final class Pid {
  static final String EXTENSION = ".cfg.json";

  /** What cannot leave the folder, hide in it, or differ between file systems. */
  private static final Pattern SAFE =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.$-]*(~[A-Za-z0-9_.$-]+)?");

  private Pid() {}

  /** The factory of {@code FACTORY~NAME}; empty for a single configuration. */
  static Optional<String> factory(String pid) {
    int tilde = pid.indexOf('~');
    return tilde < 0 ? Optional.empty() : Optional.of(pid.substring(0, tilde));
  }

  /** The name of {@code FACTORY~NAME}. */
  static String name(String pid) {
    return pid.substring(pid.indexOf('~') + 1);
  }

  /** Whether {@code pid} can be a file's name. */
  static boolean isSafe(String pid) {
    return pid.length() <= 200 && SAFE.matcher(pid).matches();
  }

  /** The identity in the name of {@code file}. */
  static String ofFile(String file) {
    return file.substring(0, file.length() - EXTENSION.length());
  }
}
