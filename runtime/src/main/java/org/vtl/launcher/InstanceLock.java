package org.vtl.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a data directory for one process. The kernel lets go of it when the process ends, however
 * it ends.
 */
final class InstanceLock implements AutoCloseable {
  private final FileChannel channel;

  private InstanceLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the directory {@code data}, and makes it if need be.
   *
   * @throws LaunchException if another process has it, or it cannot be written
   */
  static InstanceLock take(Path data) {
    Path file = data.resolve("run").resolve("lock");
    FileChannel channel;
    try {
      Files.createDirectories(file.getParent());
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new LaunchException(
          "Data directory %s cannot be written (%s); choose another with --data DIR."
              .formatted(data, e),
          e);
    }
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new OverlappingFileLockException();
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
      return new InstanceLock(channel);
    } catch (IOException | OverlappingFileLockException e) {
      String owner = owner(channel);
      close(channel);
      throw new LaunchException(
          "Data directory %s is in use by another VTL (process %s); stop that one or choose another directory with --data DIR."
              .formatted(data, owner),
          e);
    }
  }

  private static String owner(FileChannel channel) {
    try {
      ByteBuffer pid = ByteBuffer.allocate(20);
      channel.read(pid, 0);
      String text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII).strip();
      return text.isEmpty() ? "unknown" : text;
    } catch (IOException e) {
      return "unknown";
    }
  }

  /** Lets another process have the directory. */
  @Override
  public void close() {
    close(channel);
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // The lock goes with the process at the latest, and nothing was to be kept in the file.
    }
  }
}
