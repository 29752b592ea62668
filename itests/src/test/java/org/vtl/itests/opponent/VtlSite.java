package org.vtl.itests.opponent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A site whose firewall is VTL with its firewall service, started as a user starts it. */
final class VtlSite extends Site {
  private static final Path FOLDER = Path.of(System.getProperty("vtl.folder"));
  private static final int START_SECONDS = 60;
  private static final long PAUSE_NANOS = 100_000_000;
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");

  private final Path data;
  private final Process process;

  /**
   * Starts it.
   *
   * @param link further keys of the link with their values, such as {@code "offload": "off"}
   */
  VtlSite(String name, Path temporary, List<String> rules, String... link) throws IOException {
    super(name);
    outside.ip("route", "add", "10.9.1.0/24", "dev", "eth0");
    outside.ip("-6", "route", "add", "fd09:1::/64", "dev", "eth0");
    // The way back to whoever a flood says it is from.
    inside.ip("route", "add", "default", "via", OUTSIDE, "dev", "eth0", "onlink");
    inside.ip("-6", "route", "add", "fd09:2::/64", "dev", "eth0");
    inside.ip("neighbour", "replace", OUTSIDE, "lladdr", OUTSIDE_MAC, "dev", "eth0");
    outside.ip("neighbour", "replace", INSIDE, "lladdr", INSIDE_MAC, "dev", "eth0");
    data = Files.createDirectory(temporary.resolve(name));
    Path etc = Files.createDirectory(data.resolve("etc"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(FOLDER.resolve("etc"))) {
      for (Path file : files) {
        Files.copy(file, etc.resolve(file.getFileName()));
      }
    }
    Files.createDirectory(data.resolve("deploy"));
    List<String> keys =
        new ArrayList<>(
            List.of(
                "\"vm.port\": \"packet:inside\"",
                "\"network.port\": \"packet:outside\"",
                "\"required\": [\"firewall\"]"));
    keys.addAll(List.of(link));
    Files.writeString(
        etc.resolve("org.vtl.link~site.cfg.json"), "{\n  " + String.join(",\n  ", keys) + "\n}\n");
    Files.writeString(etc.resolve("org.vtl.service.firewall.cfg.json"), configuration(rules));
    process =
        middle.begin(
            FOLDER.resolve("bin/vtl").toString(),
            "run",
            "--no-shell",
            "--config",
            etc.toString(),
            "--data",
            data.toString(),
            "--with",
            "firewall");
    Thread.ofPlatform().daemon().start(this::drain);
    awaitUp();
  }

  /** The firewall's configuration file with {@code rules}. */
  static String configuration(List<String> rules) {
    return rules.stream()
        .map(line -> "    \"" + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(",\n", "{\n  \"rules\": [\n", "\n  ]\n}\n"));
  }

  private void drain() {
    try {
      process.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      // it has ended
    }
  }

  private void awaitUp() throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    String links = "";
    while (!links.contains("\"UP\"")) {
      if (System.nanoTime() > end || !process.isAlive()) {
        String log = log();
        close();
        throw new IOException("VTL's link did not come up: " + links + "\n" + log);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      if (Files.exists(data.resolve("run/shell.sock"))) {
        links = shell("links", "--json");
      }
    }
  }

  /** Runs a command of VTL's shell, and returns what it printed, whatever its status. */
  String shell(String... words) throws IOException {
    List<String> all =
        List.of(FOLDER.resolve("bin/vtl").toString(), "shell", "--data", data.toString());
    return Words.run(60, Words.join(all, words)).said();
  }

  String log() throws IOException {
    Path log = data.resolve("log/vtl.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  @Override
  long residentBytes() throws IOException {
    Matcher found = RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid() + "/status")));
    if (!found.find()) {
      throw new IOException("VTL has ended:\n" + log());
    }
    return Long.parseLong(found.group(1)) * 1024;
  }

  /** VTL's process: the words before it replaced themselves by it. */
  long pid() {
    return process.pid();
  }

  @Override
  String title() {
    return "VTL";
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    Words.end(process, 20);
    super.close();
  }
}
