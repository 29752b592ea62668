package org.vtl.itests.opponent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host: a network namespace with a kernel's own network in it. Its name tells which process made
 * it, so those of a test that was killed are found and removed by the next.
 */
final class Host implements AutoCloseable {
  private static final String PREFIX = "vtl-opponent-";
  private static final Pattern NAME =
      Pattern.compile("^(" + PREFIX + "(\\d+)-\\S+)", Pattern.MULTILINE);

  private final String name;
  private final List<Process> begun = new ArrayList<>();

  Host(String suffix) throws IOException {
    name = PREFIX + ProcessHandle.current().pid() + "-" + suffix;
    Words.must("ip", "netns", "add", name);
    ip("link", "set", "lo", "up");
    write("net/ipv6/conf/default/accept_dad", "0");
    write("net/ipv6/conf/default/router_solicitations", "0");
    // Closed ports must be told apart from silence, however many are asked in a second.
    write("net/ipv4/icmp_ratelimit", "0");
    write("net/ipv6/icmp/ratelimit", "0");
  }

  /** Removes what tests that no longer run have left. */
  static void removeAbandoned() throws IOException {
    Matcher names = NAME.matcher(Words.must("ip", "netns", "list"));
    while (names.find()) {
      if (ProcessHandle.of(Long.parseLong(names.group(2))).isEmpty()) {
        remove(names.group(1));
      }
    }
  }

  /** Joins {@code device} here and {@code there} of {@code other} by a cable, both switched on. */
  void cable(String device, Host other, String there) throws IOException {
    ip("link", "add", device, "type", "veth", "peer", "name", there, "netns", other.name);
    ip("link", "set", device, "up");
    other.ip("link", "set", there, "up");
  }

  void ip(String... words) throws IOException {
    Words.must(Words.join(List.of("ip", "-n", name), words));
  }

  /** Writes a setting of the kernel below {@code /proc/sys}. */
  void write(String setting, String value) throws IOException {
    Words.must(inside("sh", "-c", "echo \"$1\" >/proc/sys/\"$0\"", setting, value));
  }

  /** The words that run {@code words} in here; the process is the same, by {@code exec}. */
  List<String> inside(String... words) {
    return Words.join(List.of("ip", "netns", "exec", name), words);
  }

  /** Runs a program in here to its end. */
  Words.Outcome run(int seconds, String... words) throws IOException {
    return Words.run(seconds, inside(words));
  }

  /** Starts a program in here; it ends with the host. */
  Process begin(String... words) throws IOException {
    Process process = Words.begin(inside(words));
    begun.add(process);
    return process;
  }

  /**
   * Starts the main class {@code program} of the tests in here, on the first processor only: what
   * stands for a machine of its own must not be where the others are.
   */
  Process javaApart(Class<?> program, String... words) throws IOException {
    return begin(
        Words.join(List.of("taskset", "-c", "0"), javaWords(program, words))
            .toArray(String[]::new));
  }

  /** Starts the main class {@code program} of the tests in here. */
  Process java(Class<?> program, String... words) throws IOException {
    return begin(javaWords(program, words));
  }

  private static String[] javaWords(Class<?> program, String... words) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    all.addAll(List.of("-XX:+UseSerialGC", "-Xmx64m", "-XX:TieredStopAtLevel=1"));
    all.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    try {
      all.add(
          Path.of(Host.class.getProtectionDomain().getCodeSource().getLocation().toURI())
              .toString());
    } catch (java.net.URISyntaxException e) {
      throw new IOException(e);
    }
    all.add(program.getName());
    all.addAll(List.of(words));
    return all.toArray(String[]::new);
  }

  @Override
  public void close() throws IOException {
    begun.forEach(Process::destroyForcibly);
    remove(name);
  }

  private static void remove(String name) throws IOException {
    String pids = Words.run(10, List.of("ip", "netns", "pids", name)).said();
    for (String pid : pids.split("\\s+")) {
      if (pid.matches("\\d+")) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    Words.run(10, List.of("ip", "netns", "del", name));
  }
}
