package org.vtl.service.tor.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A new folder for sockets, this user's alone, with a path short enough for them. */
record PrivateFolder(Path path) {
  /** Makes one. */
  static PrivateFolder make() {
    try {
      return new PrivateFolder(
          Files.createTempDirectory(
              "vtl-tor-",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "No folder for sockets can be made in "
              + System.getProperty("java.io.tmpdir")
              + "; make room or name another by -Djava.io.tmpdir.",
          e);
    }
  }

  /** Deletes it and the sockets in it. */
  void delete() {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(path)) {
      for (Path one : left) {
        Files.deleteIfExists(one);
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      System.getLogger(PrivateFolder.class.getName())
          .log(System.Logger.Level.DEBUG, "A folder of sockets was not deleted.", e);
    }
  }
}
