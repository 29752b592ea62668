package org.vtl.deploy.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Writes files so that a reader, and a machine that loses power, sees the old or the new. */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Gives {@code file} the content {@code bytes}. What is behind a symbolic link is replaced, not
   * the link; who may read it stays.
   */
  public static void write(Path file, byte[] bytes) throws IOException {
    Path target = Files.exists(file) ? file.toRealPath() : file;
    Path written = target.resolveSibling("." + target.getFileName() + ".new");
    Files.deleteIfExists(written);
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    try (FileChannel channel =
        FileChannel.open(written, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      if (posix && Files.exists(target)) {
        // Before the content: it may be secret.
        Files.setPosixFilePermissions(written, Files.getPosixFilePermissions(target));
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(written);
      throw e;
    }
    Files.move(
        written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
