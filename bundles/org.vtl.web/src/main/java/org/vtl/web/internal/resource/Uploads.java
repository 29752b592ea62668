package org.vtl.web.internal.resource;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vtl.management.Refusal;
import org.vtl.web.internal.identity.PrivateFile;
import org.vtl.web.internal.identity.Secrets;

/**
 * Jars that were sent, until they are installed. Their files have names of our own: no word of a
 * client becomes part of a path. From any thread.
 */
final class Uploads implements AutoCloseable {
  private static final int MOST = 8;
  private static final long FREE_BYTES = 256L << 20;
  private static final int NAME_LENGTH = 22;
  private static final int NO_ROOM = 507;

  private final Path folder;
  private final Map<String, Path> files = new LinkedHashMap<>();

  /** Keeps jars in {@code folder}, which is emptied. */
  Uploads(Path folder) {
    this.folder = folder;
    clear();
  }

  private void clear() {
    if (Files.isDirectory(folder)) {
      List<Path> old = new ArrayList<>();
      try (var entries = Files.newDirectoryStream(folder, "*.jar")) {
        entries.forEach(old::add);
        for (Path file : old) {
          Files.delete(file);
        }
      } catch (IOException e) {
        System.getLogger(Uploads.class.getName())
            .log(System.Logger.Level.WARNING, "{0} cannot be emptied ({1}).", folder, e);
      }
    }
  }

  /**
   * Keeps what is sent, and drops the oldest of too many.
   *
   * @return its name
   */
  String add(InputStream bytes) {
    String name = Secrets.random().substring(0, NAME_LENGTH);
    Path file = folder.resolve(name + ".jar");
    try {
      Files.createDirectories(folder);
      FileStore store = Files.getFileStore(folder);
      if (store.getUsableSpace() < FREE_BYTES) {
        throw new Refusal(
            NO_ROOM, "The disk of %s has less than 256 MB left; make room.".formatted(folder));
      }
      Files.createFile(file, PrivateFile.owner());
      try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
        bytes.transferTo(out);
      }
    } catch (IOException | RuntimeException e) {
      delete(file);
      if (e instanceof RuntimeException refused) {
        throw refused;
      }
      throw new IllegalStateException("The upload was not received whole (%s).".formatted(e), e);
    }
    synchronized (this) {
      files.put(name, file);
      while (files.size() > MOST) {
        remove(files.keySet().iterator().next());
      }
    }
    return name;
  }

  /** The file of that name. */
  synchronized Path file(String name) {
    Path file = files.get(name);
    if (file == null) {
      throw Refusal.missing(
          "There is no upload %s; it was installed or dropped, send it again.".formatted(name));
    }
    return file;
  }

  /** The file of that name, which is the caller's from now on. */
  synchronized Path take(String name) {
    Path file = file(name);
    files.remove(name);
    return file;
  }

  synchronized void remove(String name) {
    Path file = files.remove(name);
    if (file != null) {
      delete(file);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      System.getLogger(Uploads.class.getName())
          .log(System.Logger.Level.WARNING, "{0} cannot be removed ({1}).", file, e);
    }
  }

  @Override
  public synchronized void close() {
    List.copyOf(files.keySet()).forEach(this::remove);
  }
}
