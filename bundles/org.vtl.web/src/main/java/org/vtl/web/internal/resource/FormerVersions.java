package org.vtl.web.internal.resource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vtl.management.Refusal;

/**
 * Jars of bundles that were installed from uploads: of each the one that runs and the one before
 * it, so that one can go back. They last until VTL starts again. From any thread.
 */
final class FormerVersions implements AutoCloseable {
  /** Bundles, of two jars of 64 MB at most. */
  private static final int MOST = 8;

  private final Map<String, Deque<Kept>> kept = new LinkedHashMap<>();

  private record Kept(String version, Path file) {}

  /**
   * A version to go back to.
   *
   * @param name symbolic name of the bundle
   * @param version the one that ran before
   */
  record Former(String name, String version) {}

  /**
   * Keeps a jar that has just been installed; its file is this one's from now on.
   *
   * @param title symbolic name and version
   */
  synchronized void installed(String title, Path file) {
    int space = title.indexOf(' ');
    String name = space < 0 ? title : title.substring(0, space);
    Deque<Kept> versions = kept.computeIfAbsent(name, any -> new ArrayDeque<>());
    versions.push(new Kept(title.substring(space + 1), file));
    while (versions.size() > 2) {
      delete(versions.removeLast().file());
    }
    while (kept.size() > MOST) {
      forget(kept.keySet().iterator().next());
    }
  }

  /** Versions to go back to, by bundle. */
  synchronized List<Former> list() {
    List<Former> all = new ArrayList<>();
    kept.forEach(
        (name, versions) -> {
          if (versions.size() > 1) {
            all.add(new Former(name, versions.peekLast().version()));
          }
        });
    return all;
  }

  /** The jar of the version before the one that runs. */
  synchronized Path former(String name) {
    Deque<Kept> versions = kept.get(name);
    if (versions == null || versions.size() < 2) {
      throw Refusal.missing(
          "There is no former version of %s: none was replaced by an upload since VTL started; send the wanted one to /uploads."
              .formatted(name));
    }
    return versions.peekLast().file();
  }

  /** The former version runs again, so one can go forward as well. */
  synchronized void wentBack(String name) {
    Deque<Kept> versions = kept.get(name);
    if (versions != null && versions.size() > 1) {
      versions.addLast(versions.removeFirst());
    }
  }

  /** The bundle is gone. */
  synchronized void forget(String name) {
    Deque<Kept> versions = kept.remove(name);
    if (versions != null) {
      versions.forEach(one -> delete(one.file()));
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      System.getLogger(FormerVersions.class.getName())
          .log(System.Logger.Level.WARNING, "{0} cannot be removed ({1}).", file, e);
    }
  }

  @Override
  public synchronized void close() {
    List.copyOf(kept.keySet()).forEach(this::forget);
  }
}
