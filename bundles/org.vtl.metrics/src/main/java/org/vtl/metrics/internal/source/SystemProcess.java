package org.vtl.metrics.internal.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.vtl.metrics.internal.exposition.Exposition;
import org.vtl.metrics.internal.exposition.Family;

/** VTL as a process of the system; what the system does not tell is left out. */
public final class SystemProcess implements Source {
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1_000;
  private static final long KILOBYTE = 1_024;
  private static final Path SELF = Path.of("/proc/self");

  private static final Family BUILD =
      Family.info("vtl_build", "Which VTL this is, and the Java that runs it.");
  private static final Family CPU =
      Family.counter("process_cpu_seconds", "Time of processors used.");
  private static final Family START =
      Family.gauge("process_start_time_seconds", "When VTL started, since 1970 in UTC.");
  private static final Family RESIDENT =
      Family.gauge("process_resident_memory_bytes", "Memory that VTL occupies.");
  private static final Family FILES =
      Family.gauge("process_open_fds", "File descriptors that are open.");
  private static final Family MOST_FILES =
      Family.gauge("process_max_fds", "File descriptors that may be open.");

  private final String version;

  /** The process that runs VTL of this version. */
  public SystemProcess(String version) {
    this.version = version;
  }

  @Override
  public List<Family> families() {
    return List.of(BUILD, CPU, START, RESIDENT, FILES, MOST_FILES);
  }

  @Override
  public void write(Exposition out) {
    out.begin(BUILD);
    out.add(1, "version", version, "java", Runtime.version().toString());
    ProcessHandle.Info info = ProcessHandle.current().info();
    info.totalCpuDuration()
        .ifPresent(
            used -> {
              out.begin(CPU);
              out.add(used.toNanos() / NANOS);
            });
    Optional<Instant> start = info.startInstant();
    start.ifPresent(
        since -> {
          out.begin(START);
          out.add(since.toEpochMilli() / MILLIS);
        });
    one(out, RESIDENT, number("status", "VmRSS:", 1, KILOBYTE));
    one(out, FILES, open());
    one(out, MOST_FILES, number("limits", "Max open files", 3, 1));
  }

  private static void one(Exposition out, Family family, OptionalLong value) {
    if (value.isPresent()) {
      out.begin(family);
      out.add(value.getAsLong());
    }
  }

  private static OptionalLong open() {
    try (Stream<Path> files = Files.list(SELF.resolve("fd"))) {
      return OptionalLong.of(files.count());
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** The {@code word}th word of the line that begins so, times {@code factor}. */
  private static OptionalLong number(String file, String line, int word, long factor) {
    try {
      return Files.readAllLines(SELF.resolve(file)).stream()
          .filter(one -> one.startsWith(line))
          .map(one -> one.split("\\s+")[word])
          .filter(text -> text.matches("\\d{1,15}"))
          .mapToLong(text -> Long.parseLong(text) * factor)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
