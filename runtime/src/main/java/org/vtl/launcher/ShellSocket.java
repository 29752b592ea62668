package org.vtl.launcher;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Says in one sentence why a session could not be had, and what to do. */
final class ShellSocket {
  private ShellSocket() {}

  /**
   * @param socket the path of the shell's socket
   * @param fault what happened at it
   */
  static String whyNot(Path socket, Exception fault) {
    Path run = socket.toAbsolutePath().getParent();
    Path data = run.getParent() == null ? run : run.getParent();
    for (Path folder = run; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder) && !Files.isExecutable(folder)) {
        return "This user may not use the shell of the VTL at %s, which belongs to %s; say it as %<s, for example by sudo."
            .formatted(data, owner(folder));
      }
    }
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return "No VTL is running at %s; start one with \"vtl run\", or name another's folder with --data DIR."
          .formatted(data);
    }
    if (!Files.isWritable(socket)) {
      return "This user may not use the shell of the VTL at %s, which belongs to %s; say it as %<s, for example by sudo."
          .formatted(data, owner(socket));
    }
    if (fault instanceof ConnectException) {
      return "No VTL is running at %s any more; start one with \"vtl run\".".formatted(data);
    }
    return "The session with the VTL at %s broke off: %s.".formatted(data, fault.getMessage());
  }

  private static String owner(Path path) {
    try {
      return Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
    } catch (IOException e) {
      return "another user";
    }
  }
}
