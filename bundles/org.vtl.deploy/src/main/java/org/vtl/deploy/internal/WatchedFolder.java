package org.vtl.deploy.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Tells which files of a folder are new, changed or gone, once they are still: a file counts when
 * two successive scans find it the same, because a copy under way has not its last size yet; and is
 * gone when two find it missing, because many editors save by removing and writing anew.
 *
 * <p>Found by looking, not told by {@link java.nio.file.WatchService}: that one tells of the start
 * of a copy, not of its end, says nothing of what is behind a symbolic link, and drops events when
 * there are many. It only says when to look ({@link FolderClock}).
 *
 * <p>One thread at a time.
 */
public final class WatchedFolder {
  /**
   * What a scan found.
   *
   * @param settled names of files that are new or changed and still, in alphabetical order
   * @param gone names of files that were told of before and are not there any more
   */
  public record Changes(List<String> settled, List<String> gone) {}

  private record Stamp(long size, FileTime modified, Object identity) {}

  private static final Stamp UNREADABLE = new Stamp(-1, FileTime.fromMillis(0), "");

  private static final class Watched {
    Stamp last;
    Stamp told;
  }

  private final Path folder;
  private final Predicate<String> wanted;
  private final Map<String, Watched> files = new HashMap<>();

  /**
   * A watch over {@code folder}.
   *
   * @param wanted whether a file of that name matters
   */
  public WatchedFolder(Path folder, Predicate<String> wanted) {
    this.folder = folder;
    this.wanted = wanted;
  }

  /**
   * Looks once.
   *
   * @throws IOException if the folder cannot be read; nothing counts as gone then
   */
  public Changes scan() throws IOException {
    return scan(false);
  }

  /** As {@link #scan}, and takes what it finds as still: for the first look at start. */
  public Changes scanAtOnce() throws IOException {
    return scan(true);
  }

  /** Whether the last scan found all as it has told, so that only a change can bring news. */
  public boolean isStill() {
    return files.values().stream()
        .allMatch(file -> file.last != null && file.last.equals(file.told));
  }

  private Changes scan(boolean still) throws IOException {
    Map<String, Stamp> found = new TreeMap<>();
    try (DirectoryStream<Path> list = Files.newDirectoryStream(folder)) {
      for (Path file : list) {
        String name = file.getFileName().toString();
        if (!name.startsWith(".") && wanted.test(name)) {
          Stamp stamp = stamp(file);
          if (stamp != null) {
            found.put(name, stamp);
          }
        }
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    List<String> settled = new ArrayList<>();
    found.forEach(
        (name, stamp) -> {
          Watched file = files.computeIfAbsent(name, absent -> new Watched());
          if ((still || stamp.equals(file.last)) && !stamp.equals(file.told)) {
            file.told = stamp;
            settled.add(name);
          }
          file.last = stamp;
        });
    List<String> gone = new ArrayList<>();
    files
        .entrySet()
        .removeIf(
            entry -> {
              Watched file = entry.getValue();
              if (found.containsKey(entry.getKey())) {
                return false;
              }
              if (file.last != null) {
                file.last = null;
                return false;
              }
              if (file.told != null) {
                gone.add(entry.getKey());
              }
              return true;
            });
    gone.sort(null);
    return new Changes(settled, gone);
  }

  /** Null for a folder: it is no file, whatever its name. */
  private static Stamp stamp(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isDirectory()
          ? null
          : new Stamp(
              attributes.size(),
              attributes.lastModifiedTime(),
              String.valueOf(attributes.fileKey()));
    } catch (IOException e) {
      // It is listed, so it is there: a link that leads nowhere, or no permission to look.
      return UNREADABLE;
    }
  }
}
