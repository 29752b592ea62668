package org.vtl.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The processor time of a process's threads between two moments: of those that forward, and of all
 * others. A thread that has ended in between does not count.
 */
final class ThreadClock {
  /** How the threads that forward are called. */
  private static final String WORKER = "vtl-" + VtlSettings.LINK;

  /** Nanoseconds of the threads that forward, and of all others. */
  record Time(long forwarding, long others) {
    /** What all others used, as a share of what the threads that forward used. */
    double share() {
      return (double) others / forwarding;
    }
  }

  private final Path tasks;
  private final Map<Path, Long> before;

  private ThreadClock(Path tasks) {
    this.tasks = tasks;
    before = read();
  }

  static ThreadClock start(long pid) {
    return new ThreadClock(Path.of("/proc", Long.toString(pid), "task"));
  }

  /** What was used since the start. */
  Time stop() {
    long forwarding = 0;
    long others = 0;
    for (Map.Entry<Path, Long> thread : read().entrySet()) {
      long used = thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
      if (name(thread.getKey()).startsWith(WORKER)) {
        forwarding += used;
      } else {
        others += used;
      }
    }
    return new Time(forwarding, others);
  }

  /** By thread, the nanoseconds on a processor: the first word of schedstat. */
  private Map<Path, Long> read() {
    Map<Path, Long> times = new HashMap<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        String text = text(thread.resolve("schedstat"));
        if (!text.isEmpty()) {
          times.put(thread, Long.parseLong(text.split(" ")[0]));
        }
      }
    } catch (IOException e) {
      throw new BenchException(
          "The contestant ended during a measurement: " + tasks + " cannot be read.", e);
    }
    return times;
  }

  private static String name(Path thread) {
    return text(thread.resolve("comm"));
  }

  /** The content of a file of a thread; empty when the thread has ended. */
  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      // "No such process": it ended while it was read.
      if (Files.exists(file)) {
        throw new UncheckedIOException(e);
      }
      return "";
    }
  }
}
