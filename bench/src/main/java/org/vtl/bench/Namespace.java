package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace named by the process that made it, so that those of a benchmark that was
 * killed are found and removed by the next one.
 */
final class Namespace implements AutoCloseable {
  private static final String PREFIX = "vtl-bench-";
  private static final Pattern NAME =
      Pattern.compile("^(" + PREFIX + "(\\d+)-\\w+)", Pattern.MULTILINE);

  private final String name;

  /** Makes a namespace in which nothing speaks by itself: no IPv6, no address. */
  Namespace(String suffix) {
    name = PREFIX + ProcessHandle.current().pid() + "-" + suffix;
    Program.must("ip", "netns", "add", name);
    write("net/ipv6/conf/all/disable_ipv6", "1");
    write("net/ipv6/conf/default/disable_ipv6", "1");
    write("net/ipv4/ip_local_port_range", "10000 65000");
  }

  String name() {
    return name;
  }

  /** The words that run {@code words} in here; the process is the same, by {@code exec}. */
  List<String> inside(List<String> words) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(words);
    return all;
  }

  List<String> inside(String... words) {
    return inside(Arrays.asList(words));
  }

  /** Runs {@code ip} with {@code words} on this namespace. */
  void ip(String... words) {
    List<String> all = new ArrayList<>(List.of("ip", "-n", name));
    all.addAll(Arrays.asList(words));
    Program.must(all);
  }

  /** Writes a setting of the kernel below {@code /proc/sys}; one this kernel lacks is left. */
  void write(String setting, String value) {
    Program.run(10, inside("sh", "-c", "echo \"$1\" >/proc/sys/\"$0\"", setting, value));
  }

  @Override
  public void close() {
    remove(name);
  }

  /** Removes what benchmarks that no longer run have left, with what still runs in it. */
  static void removeAbandoned() {
    removeIf(pid -> !isBenchmark(pid));
  }

  /** Removes all that this process has made, also where the making was interrupted. */
  static void removeOwn() {
    String own = Long.toString(ProcessHandle.current().pid());
    removeIf(own::equals);
  }

  private static void removeIf(Predicate<String> pids) {
    Matcher names = NAME.matcher(Program.must("ip", "netns", "list"));
    while (names.find()) {
      if (pids.test(names.group(2))) {
        remove(names.group(1));
      }
    }
  }

  /** Whether the process {@code pid} is one of these benchmarks, and runs. */
  static boolean isBenchmark(String pid) {
    try {
      return Files.readString(Path.of("/proc", pid, "cmdline")).contains("org.vtl.bench.");
    } catch (IOException e) {
      return false;
    }
  }

  private static void remove(String name) {
    for (String pid : Program.run(10, List.of("ip", "netns", "pids", name)).said().split("\\s+")) {
      if (pid.matches("\\d+")) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    Program.run(10, List.of("ip", "netns", "del", name));
  }
}
