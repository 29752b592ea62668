package org.vtl.service.tor.internal.process;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Set;

/** Makes the folder of a Tor of VTL's: its user's own, closed to all others. */
final class TorFolder {
  private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rwx------");

  private TorFolder() {}

  /**
   * The user as whom Tor runs: {@code wanted} where VTL is root and the user exists, else empty,
   * which means VTL's own.
   */
  static String user(String wanted) throws IOException {
    if (wanted.isEmpty() || !isRoot()) {
      return "";
    }
    return principal(wanted) == null ? "" : wanted;
  }

  private static boolean isRoot() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self)
        && Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"))
        && hasOtherUsers(Path.of("/proc/self/uid_map"));
  }

  /**
   * Whether {@code map}, of a user namespace, has more than one user. An ordinary user's lab has
   * not: who is root there can give a file to nobody.
   */
  static boolean hasOtherUsers(Path map) throws IOException {
    long users = 0;
    for (String line : Files.readAllLines(map)) {
      users += Long.parseLong(line.strip().split("\\s+")[2]); // inside, outside, how many
    }
    return users > 1;
  }

  private static UserPrincipal principal(String name) throws IOException {
    try {
      return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
    } catch (UserPrincipalNotFoundException e) {
      return null;
    }
  }

  /**
   * Makes {@code folder}, and in it the folder of Tor's state, {@code user}'s own.
   *
   * @throws IOException in one sentence with the remedy, if that cannot be, or the user could not
   *     reach it
   */
  static void make(Path folder, String user) throws IOException {
    Files.createDirectories(folder.getParent());
    if (Files.isSymbolicLink(folder)) {
      throw new IOException(
          "Tor's folder "
              + folder
              + " is a symbolic link; name the folder itself in"
              + " \"tor.directory\".");
    }
    own(folder, user);
    own(folder.resolve("data"), user);
    if (!user.isEmpty()) {
      passable(folder, user);
    }
  }

  private static void own(Path folder, String user) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWN));
    }
    Files.setPosixFilePermissions(folder, OWN);
    if (!user.isEmpty()) {
      Files.setOwner(folder, principal(user));
    }
  }

  /** Every folder above must let others pass: Tor gives root's rights up before it goes there. */
  private static void passable(Path folder, String user) throws IOException {
    for (Path above = folder.getParent(); above != null; above = above.getParent()) {
      if (!Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE)
          && !Files.getOwner(above).getName().equals(user)) {
        throw new IOException(
            "Tor runs as "
                + user
                + ", whom the folder "
                + above
                + " does not let pass to "
                + folder
                + "; permit it (chmod o+x), or name another folder in \"tor.directory\".");
      }
    }
  }
}
