package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * VTL as a user has it: the built folder, started as a process of its own between the hosts, with
 * its default configuration, one link, and services that claim nothing of the traffic.
 */
final class VtlContestant extends Contestant {
  private static final int START_SECONDS = 30;
  private static final Pattern SERVICE = Pattern.compile("\\{\"name\":\"([^\"]+)\",\"state\":");

  private final VtlSettings settings;
  private VtlProcess process;

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
    Map<String, String> files =
        Map.of("org.vtl.link~" + VtlSettings.LINK + ".cfg.json", settings.linkFile());
    process =
        VtlProcess.start(
            bed.middle(),
            new VtlProcess.Recipe(settings.dist(), settings.features(), settings.java(), files));
    process.awaitLinks(1);
    int missing = settings.services() - (settings.services() == 0 ? 0 : services());
    if (missing > 0) {
      try {
        Path made = process.folder().resolve("bystanders.jar");
        Bystanders.write(made, missing);
        Files.move(made, process.folder().resolve("deploy/bystanders.jar"));
      } catch (IOException e) {
        throw new BenchException("The bystanders' bundle cannot be written: " + e + ".", e);
      }
      awaitServices();
    }
  }

  /** How many services there are. */
  private int services() {
    Matcher names = SERVICE.matcher(process.shell("services", "--json"));
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
                .formatted(
                    found, settings.services(), Program.sentence(process.read("log/vtl.log"))));
      }
      Program.pause(200);
      found = services();
    }
  }

  /** What a command of its shell says. */
  String shell(String... words) {
    return process.shell(words);
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}
