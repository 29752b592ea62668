package org.vtl.deploy.internal.configuration;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.vtl.deploy.internal.AtomicFile;
import org.vtl.runtime.ConfigurationTrials;

/**
 * Changes on trial. What a file held before lies in a folder until the change is confirmed, so that
 * it comes back even if VTL is killed meanwhile. From any thread.
 */
final class Trials implements ConfigurationTrials, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Trials.class.getName());
  private static final int LONGEST = 86_400;

  /** Stands for a file that was not there. */
  private static final String ABSENT = ".absent";

  private final ConfigurationFiles files;
  private final Path etc;
  private final Path kept;
  private final Map<String, Running> running = new TreeMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("vtl-trials").factory());

  private record Running(Trial trial, ScheduledFuture<?> end) {}

  /**
   * Trials of the files in {@code etc}.
   *
   * @param kept folder for what the files held before
   */
  Trials(ConfigurationFiles files, Path etc, Path kept) {
    this.files = files;
    this.etc = etc;
    this.kept = kept;
  }

  /** Brings back what an earlier run left on trial; before the files are read. */
  void recover() {
    if (!Files.isDirectory(kept)) {
      return;
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(kept)) {
      for (Path file : left) {
        String name = file.getFileName().toString();
        if (name.endsWith(ABSENT)) {
          Files.deleteIfExists(
              etc.resolve(name.substring(0, name.length() - ABSENT.length()) + Pid.EXTENSION));
        } else if (name.endsWith(Pid.EXTENSION)) {
          AtomicFile.write(etc.resolve(name), Files.readAllBytes(file));
        }
        Files.delete(file);
        LOG.log(
            Level.WARNING,
            "Configuration {0} is as it was before a change that nobody confirmed.",
            name.replace(ABSENT, "").replace(Pid.EXTENSION, ""));
      }
    } catch (IOException e) {
      LOG.log(
          Level.ERROR,
          "Changes on trial were not taken back ({0}); look into {1} for what was before.",
          e,
          kept);
    }
  }

  @Override
  public synchronized Trial start(String pid, Map<String, ?> changes, int seconds, String user) {
    if (seconds < 1 || seconds > LONGEST) {
      throw new IllegalArgumentException(
          "A trial of %d seconds is none; give 1 to %d.".formatted(seconds, LONGEST));
    }
    Running other = running.get(pid);
    if (other != null) {
      throw new IllegalStateException(
          "Configuration %s is on trial already, by %s until %s; confirm or take back that change first."
              .formatted(pid, other.trial().user(), other.trial().until()));
    }
    files.check(pid, changes);
    keep(pid);
    try {
      files.set(pid, changes);
    } catch (RuntimeException e) {
      forget(pid);
      throw e;
    }
    Trial trial =
        new Trial(
            pid,
            user,
            Instant.now().plusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS).toString());
    running.put(
        pid, new Running(trial, clock.schedule(() -> expire(pid), seconds, TimeUnit.SECONDS)));
    return trial;
  }

  private void keep(String pid) {
    Path file = etc.resolve(pid + Pid.EXTENSION);
    try {
      Files.createDirectories(kept);
      if (Files.exists(file)) {
        AtomicFile.write(kept.resolve(pid + Pid.EXTENSION), Files.readAllBytes(file));
      } else {
        AtomicFile.write(kept.resolve(pid + ABSENT), new byte[0]);
      }
    } catch (IOException e) {
      forget(pid);
      throw new IllegalStateException(
          "What %s holds cannot be kept in %s (%s), so nothing is changed."
              .formatted(file.getFileName(), kept, e),
          e);
    }
  }

  private void forget(String pid) {
    try {
      Files.deleteIfExists(kept.resolve(pid + Pid.EXTENSION));
      Files.deleteIfExists(kept.resolve(pid + ABSENT));
    } catch (IOException e) {
      LOG.log(
          Level.ERROR,
          "The change of {0} will be taken back at the next start, because {1} cannot be emptied.",
          pid,
          kept);
    }
  }

  @Override
  public synchronized List<Trial> running() {
    return running.values().stream().map(Running::trial).toList();
  }

  @Override
  public synchronized Trial confirm(String pid) {
    Trial confirmed = take(pid);
    forget(pid);
    return confirmed;
  }

  @Override
  public synchronized Trial revert(String pid) {
    Trial back = take(pid);
    restore(pid);
    return back;
  }

  private Trial take(String pid) {
    Running found = running.remove(pid);
    if (found == null) {
      throw new IllegalStateException(
          "Configuration %s is not on trial; its change was confirmed or taken back."
              .formatted(pid));
    }
    found.end().cancel(false);
    return found.trial();
  }

  private synchronized void expire(String pid) {
    Running over = running.remove(pid);
    if (over != null) {
      try {
        restore(pid);
        LOG.log(
            Level.WARNING,
            "Configuration {0} is as it was before, because nobody confirmed the change by {1}.",
            pid,
            over.trial().user());
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "The change of " + pid + " was not taken back.", e);
      }
    }
  }

  private void restore(String pid) {
    Path before = kept.resolve(pid + Pid.EXTENSION);
    try {
      if (Files.exists(before)) {
        files.restore(pid, Files.readString(before, StandardCharsets.UTF_8));
      } else {
        files.delete(pid);
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "What configuration %s was cannot be read from %s (%s).".formatted(pid, kept, e), e);
    }
    forget(pid);
  }

  /** Takes back what nobody has confirmed. */
  @Override
  public synchronized void close() {
    clock.shutdownNow();
    List.copyOf(running.keySet()).forEach(this::expire);
  }
}
