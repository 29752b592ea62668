package org.vtl.deploy.internal.configuration;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.vtl.deploy.internal.AtomicFile;
import org.vtl.deploy.internal.WatchedFolder;

/**
 * The folder with the files of configurations: tells which have changed, reads, writes and removes
 * them. What cannot be done is an exception whose message is a sentence for the user. One thread at
 * a time.
 */
final class ConfigurationFolder {
  private static final long MAXIMUM_BYTES = 1 << 20;

  /** Spellings of other tools, which would lie here without effect. */
  private static final List<String> FOREIGN_EXTENSIONS = List.of(".cfg", ".config", ".json");

  private final Path path;
  private final WatchedFolder watched;

  ConfigurationFolder(Path path) {
    this.path = path;
    watched = new WatchedFolder(path, name -> FOREIGN_EXTENSIONS.stream().anyMatch(name::endsWith));
  }

  /** The folder's own name, which users know it by. */
  String name() {
    return path.getFileName().toString();
  }

  /** How users know {@code file}: by the folder's name and its own. */
  String label(String file) {
    return name() + "/" + file;
  }

  /**
   * The first look: all that is there has changed. Makes the folder if there is none.
   *
   * @throws IllegalStateException if it cannot be read
   */
  WatchedFolder.Changes open() {
    try {
      Files.createDirectories(path);
      return watched.scanAtOnce();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * What has changed since the last look, and is still now.
   *
   * @throws IllegalStateException if the folder cannot be read
   */
  WatchedFolder.Changes changes() {
    try {
      return watched.scan();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private IllegalStateException unreadable(IOException e) {
    return new IllegalStateException(
        "The folder %s cannot be read (%s); make it readable.".formatted(path, e), e);
  }

  /** Whether the last look found nothing that another one is needed for. */
  boolean isStill() {
    return watched.isStill();
  }

  boolean has(String file) {
    return Files.exists(path.resolve(file));
  }

  /**
   * The text of {@code file}.
   *
   * @throws IllegalArgumentException if it cannot be read, is too large, or is no text in UTF-8
   */
  String read(String file) {
    Path there = path.resolve(file);
    try {
      if (Files.size(there) > MAXIMUM_BYTES) {
        throw new IllegalArgumentException(
            "%s is larger than 1 MiB, which no configuration is; remove it."
                .formatted(label(file)));
      }
      return Files.readString(there);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "%s is not in UTF-8; save it so.".formatted(label(file)), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "%s cannot be read (%s); make it readable for VTL or remove it."
              .formatted(label(file), e),
          e);
    }
  }

  /**
   * Gives {@code file} the content {@code text}, whole or not at all.
   *
   * @throws IllegalStateException if it cannot be written
   */
  void write(String file, String text) {
    try {
      AtomicFile.write(path.resolve(file), text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(
          "%s cannot be written (%s); let VTL write to the folder.".formatted(label(file), e), e);
    }
  }

  /**
   * Removes {@code file}, if it is there.
   *
   * @throws IllegalStateException if it cannot be removed
   */
  void remove(String file) {
    try {
      Files.deleteIfExists(path.resolve(file));
    } catch (IOException e) {
      throw new IllegalStateException(
          "%s cannot be removed (%s), so its configuration comes back; remove it by hand."
              .formatted(label(file), e),
          e);
    }
  }
}
