package org.vtl.service.capture.internal;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The file system, as far as a capture needs it; a test's may be full, or slow. */
interface Disk {
  /** Makes a file and opens it for writing; one that is there is emptied, if {@code replace}. */
  SeekableByteChannel create(Path file, boolean replace) throws IOException;

  /** Bytes free for this process where {@code directory} is. */
  long freeBytes(Path directory) throws IOException;

  /** The files in {@code directory} that match, the oldest first. */
  List<Path> files(Path directory, Predicate<Path> matches) throws IOException;

  void delete(Path file) throws IOException;

  /** Where what is written to {@code file} goes, for people. */
  default String where(Path file) {
    return file.toString();
  }

  /** The real one. */
  Disk REAL =
      new Disk() {
        @Override
        public SeekableByteChannel create(Path file, boolean replace) throws IOException {
          Files.createDirectories(file.getParent());
          if (replace && !Files.isRegularFile(file) && Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString(), null, "not a regular file");
          }
          return Files.newByteChannel(
              file,
              StandardOpenOption.WRITE,
              replace ? StandardOpenOption.CREATE : StandardOpenOption.CREATE_NEW,
              replace ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.WRITE);
        }

        @Override
        public long freeBytes(Path directory) throws IOException {
          return Files.getFileStore(directory).getUsableSpace();
        }

        @Override
        public List<Path> files(Path directory, Predicate<Path> matches) throws IOException {
          try (Stream<Path> all = Files.list(directory)) {
            return all.filter(matches)
                .sorted(
                    Comparator.comparing((Path file) -> file.toFile().lastModified())
                        .thenComparing(Comparator.naturalOrder()))
                .toList();
          }
        }

        @Override
        public void delete(Path file) throws IOException {
          Files.deleteIfExists(file);
        }
      };
}
