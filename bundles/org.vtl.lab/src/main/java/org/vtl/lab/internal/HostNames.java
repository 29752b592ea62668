package org.vtl.lab.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the programs of a host ask for names.
 *
 * <p>Network namespaces share {@code /etc/resolv.conf}; a program of a host sees another file in
 * its place, in a mount namespace of its own. {@code nsswitch.conf}, too: the resolver that a
 * machine may have in a daemon asks past the host's network.
 */
public final class HostNames {
  /** As all programs of this machine. */
  public static final HostNames OF_THIS_MACHINE = new HostNames(null);

  private static final String SCRIPT =
      """
      #!/bin/sh -e
      # Runs a program that asks for names where this folder says; in a mount namespace of its own.
      folder=$(dirname "$0")
      mount --bind "$folder/resolv.conf" "$(readlink -f /etc/resolv.conf)"
      mount --bind "$folder/nsswitch.conf" /etc/nsswitch.conf
      exec "$@"
      """;

  private final Path folder;

  private HostNames(Path folder) {
    this.folder = folder;
  }

  /**
   * They ask a name server alone.
   *
   * @param folder where the files are kept, for as long as programs start
   * @param server its address
   */
  public static HostNames from(Path folder, String server) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("resolv.conf"), "nameserver " + server + "\n");
    Files.writeString(folder.resolve("nsswitch.conf"), "hosts: files dns\n");
    Path script = Files.writeString(folder.resolve("run"), SCRIPT);
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new HostNames(folder);
  }

  /** The words that run {@code words} so. */
  public List<String> before(List<String> words) {
    if (folder == null) {
      return words;
    }
    List<String> all = new ArrayList<>(List.of("unshare", "--mount"));
    all.add(folder.resolve("run").toString());
    all.addAll(words);
    return all;
  }
}
