package org.vtl.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * VTL as a user has it: the built folder, started as a process of its own between the hosts, with
 * its default configuration, one link, and services that claim nothing of the traffic.
 */
final class VtlContestant extends Contestant {
  private static final int START_SECONDS = 30;
  private static final Pattern STATE =
      Pattern.compile(
          "\"name\":\"bench\",\"state\":\"(\\w+)\",\"reason\":\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern SERVICE = Pattern.compile("\\{\"name\":\"([^\"]+)\",\"state\":");

  private final VtlSettings settings;
  private Path folder;
  private Program process;

  VtlContestant(String name, VtlSettings settings) {
    super(name);
    this.settings = settings;
  }

  @Override
  boolean warmsUp() {
    return true;
  }

  @Override
  long pid() {
    return process.pid();
  }

  @Override
  void start(Testbed bed) {
    try {
      begin(bed);
    } catch (IOException e) {
      throw new BenchException("VTL's files cannot be made: " + e + ".", e);
    }
    awaitLink();
    int missing = settings.services() - (settings.services() == 0 ? 0 : services());
    if (missing > 0) {
      try {
        Path made = folder.resolve("bystanders.jar");
        Bystanders.write(made, missing);
        Files.move(made, folder.resolve("deploy/bystanders.jar"));
      } catch (IOException e) {
        throw new BenchException("The bystanders' bundle cannot be written: " + e + ".", e);
      }
      awaitServices();
    }
  }

  private void begin(Testbed bed) throws IOException {
    Path program = settings.dist().resolve("bin/vtl");
    if (!Files.isExecutable(program)) {
      throw new BenchException(
          "%s holds no VTL: there is no bin/vtl in it; build it there with \"./vtl build\" and name runtime/target/vtl-VERSION."
              .formatted(settings.dist()));
    }
    folder = TemporaryFolder.make();
    Path etc = Files.createDirectories(folder.resolve("etc"));
    Files.createDirectories(folder.resolve("deploy"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(settings.dist().resolve("etc"))) {
      for (Path file : files) {
        Files.copy(file, etc.resolve(file.getFileName()));
      }
    }
    Files.writeString(etc.resolve("org.vtl.link~bench.cfg.json"), settings.linkFile());
    List<String> words =
        new ArrayList<>(
            List.of("env", "VTL_JAVA_OPTS=" + javaOptions(), program.toString(), "run"));
    words.addAll(List.of("--no-shell", "--config", etc.toString()));
    words.addAll(List.of("--data", folder.toString()));
    if (!settings.features().isEmpty()) {
      words.addAll(List.of("--features", settings.features()));
    }
    process = Program.start(bed.middle().inside(words), folder.resolve("out"));
  }

  /** The options that VTL has of its own, and where to look for bundles. */
  private String javaOptions() {
    String options = settings.java().isEmpty() ? JavaOptions.of(settings.dist()) : settings.java();
    return options + " -Dvtl.deploy=" + folder.resolve("deploy");
  }

  private void awaitLink() {
    String reason = "";
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new BenchException("VTL ended: " + Program.sentence(read("out")));
      }
      reason = complaint();
      if (!reason.isEmpty()) {
        break;
      }
      if (Files.exists(folder.resolve("run/shell.sock"))) {
        Matcher link = STATE.matcher(shell("links", "--json"));
        if (link.find()) {
          reason = link.group(2);
          if (link.group(1).equals("UP")) {
            return;
          }
          if (link.group(1).equals("REFUSED")) {
            break;
          }
        }
      }
      Program.pause(100);
    }
    throw new BenchException(
        "VTL's link did not come up: "
            + (reason.isEmpty() ? Program.sentence(read("out")) : reason.replace("\\\"", "\"")));
  }

  /** What the log says against the link's file; nothing else tells when its keys are wrong. */
  private String complaint() {
    return read("log/vtl.log")
        .lines()
        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
        .filter(line -> line.contains("org.vtl.link~bench.cfg.json"))
        .map(line -> line.substring(line.indexOf(" - ") + 3))
        .findFirst()
        .orElse("");
  }

  /** How many services there are. */
  private int services() {
    Matcher names = SERVICE.matcher(shell("services", "--json"));
    int count = 0;
    while (names.find()) {
      count++;
    }
    return count;
  }

  private void awaitServices() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    int found = services();
    while (found < settings.services()) {
      if (System.nanoTime() > end) {
        throw new BenchException(
            "VTL has %d services instead of %d; its log ends: %s"
                .formatted(found, settings.services(), Program.sentence(read("log/vtl.log"))));
      }
      Program.pause(200);
      found = services();
    }
  }

  private String shell(String... words) {
    List<String> all = new ArrayList<>(List.of(settings.dist().resolve("bin/vtl").toString()));
    all.addAll(List.of("shell", "--data", folder.toString()));
    all.addAll(List.of(words));
    return Program.run(20, all).said();
  }

  private String read(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
    if (folder != null) {
      TemporaryFolder.remove(folder);
    }
  }
}
