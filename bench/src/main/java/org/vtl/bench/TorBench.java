package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.vtl.bench.TorOptions.Work;

/**
 * {@code ./vtl bench tor}: what carries a host's connections to a SOCKS server, compared: VTL's Tor
 * service, redsocks, and tun2socks of badvpn and of hev where they are on the path. Each has hosts
 * of its own, and each round measures all of them, one after the other. The SOCKS server is a plain
 * one, so that not Tor is measured.
 */
final class TorBench implements AutoCloseable {
  private static final String OTHER_VTL = "vtl+dist=";
  private static final int FIRST_COUNT = 500;
  private static final int HELD = 5000;
  private static final int PATIENCE_SECONDS = 60;
  private static final int WARM_TIMES = 5;
  private static final int WARM_MILLIS = 2000;

  private final TorOptions options;
  private final Path target;
  private final Progress progress;
  private final List<SocksCarrier> carriers;
  private final TorResults results = new TorResults();
  private final Map<String, String> failures = Collections.synchronizedMap(new LinkedHashMap<>());
  private final List<TorBed> beds = new CopyOnWriteArrayList<>();

  /**
   * A run of {@code options}.
   *
   * @param dist the built VTL
   * @param target where the results go
   */
  TorBench(TorOptions options, Path dist, Path target, Progress progress) {
    this.options = options;
    this.target = target;
    this.progress = progress;
    carriers = new ArrayList<>(SocksCarrier.all(dist, target));
    options.names().stream()
        .filter(name -> name.startsWith(OTHER_VTL))
        .forEach(
            name ->
                carriers.add(SocksCarrier.vtl(name, Path.of(name.substring(OTHER_VTL.length())))));
    for (String name : options.names()) {
      if (carriers.stream().noneMatch(carrier -> carrier.name().equals(name))) {
        throw new BenchException(
            "\"%s\" is nothing that \"bench tor\" measures; it has %s."
                .formatted(
                    name, String.join(", ", carriers.stream().map(SocksCarrier::name).toList())));
      }
    }
  }

  /** Measures and writes; returns whether nothing failed. */
  boolean run(String machine) throws IOException {
    if (!options.server().missing().isEmpty()) {
      throw new BenchException(options.server().missing());
    }
    Path kept = target.resolve("tor.rounds");
    if (options.adding()) {
      results.read(kept);
    }
    beds.addAll(beds());
    warm();
    List<TorBed> order = new ArrayList<>(beds);
    for (int round = 0; round < options.rounds(); round++) {
      progress.show("round " + (round + 1) + " of " + options.rounds(), 0);
      for (TorBed bed : order) {
        each(bed, () -> round(bed));
      }
      Collections.reverse(order); // nobody always comes behind the same other
    }
    if (options.works().contains(Work.HELD)) {
      for (TorBed bed : beds) {
        progress.show(bed.name() + " with " + HELD + " connections", 0);
        each(bed, () -> hold(bed));
      }
    }
    progress.clear();
    results.write(kept);
    System.out.print(results.table(HELD));
    failures.forEach((name, sentence) -> System.out.println(name + " is out: " + sentence));
    Path json = target.resolve("tor.json");
    Files.writeString(json, results.json(machine, HELD));
    System.out.println("\n" + json);
    return failures.isEmpty();
  }

  /** All that are measured, each with hosts of its own, ready. */
  private List<TorBed> beds() {
    List<TorBed> ready = new ArrayList<>();
    for (SocksCarrier carrier : carriers) {
      if (!options.wants(carrier.name()) && !carrier.speaksSocks()) {
        continue;
      }
      if (!carrier.missing().isEmpty()) {
        progress.say(carrier.name() + " is left out: " + carrier.missing());
        continue;
      }
      progress.show(carrier.name(), 0);
      TorBed bed = new TorBed(carrier, options.server(), target);
      ready.add(bed);
      each(bed, () -> start(bed));
    }
    return ready;
  }

  private void each(TorBed bed, Runnable what) {
    if (!failures.containsKey(bed.name())) {
      try {
        what.run();
      } catch (BenchException e) {
        failures.put(bed.name(), e.getMessage());
      }
    }
  }

  private void start(TorBed bed) {
    bed.start();
    if (options.works().contains(Work.HELD)) {
      results.add(bed.name(), TorResults.IDLE, bed.residentMebibytes());
    }
  }

  /**
   * What runs on Java becomes faster with use, and needs a core for that, again when what it does
   * begins anew: all are used, at the same time and several times, before they are measured.
   */
  private void warm() {
    progress.show("warming up", 0);
    for (Work work : List.of(Work.UP, Work.DOWN)) {
      if (options.works().contains(work)) {
        List<Thread> users = new ArrayList<>();
        for (TorBed bed : beds) {
          users.add(
              Thread.ofPlatform()
                  .daemon()
                  .name("bench-warm")
                  .start(() -> each(bed, () -> warm(bed, work))));
        }
        users.forEach(TorBench::join);
      }
    }
  }

  private static void warm(TorBed bed, Work work) {
    for (int i = 0; i < WARM_TIMES; i++) {
      ask(bed, work.title(), WARM_MILLIS);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("The benchmark was interrupted.", e);
    }
  }

  private void round(TorBed bed) {
    if (options.works().contains(Work.FIRST)) {
      results.add(bed.name(), TorResults.FIRST, ask(bed, "first", FIRST_COUNT)[0] / 1000);
    }
    if (options.works().contains(Work.UP)) {
      results.add(bed.name(), TorResults.UP, mbit(ask(bed, "up", options.millis())));
    }
    if (options.works().contains(Work.DOWN)) {
      results.add(bed.name(), TorResults.DOWN, mbit(ask(bed, "down", options.millis())));
    }
  }

  /** Who does not carry so many keeps its other figures. */
  private void hold(TorBed bed) {
    try (Program holder = bed.client("hold", Integer.toString(HELD))) {
      holder.await("held", PATIENCE_SECONDS);
      results.add(bed.name(), TorResults.HELD, bed.residentMebibytes());
    } catch (BenchException e) {
      failures.put(bed.name() + " with " + HELD + " connections", e.getMessage());
    }
  }

  private static double[] ask(TorBed bed, String what, int number) {
    try (Program client = bed.client(what, Integer.toString(number))) {
      String line = client.await(what.equals("first") ? "first" : "moved", PATIENCE_SECONDS);
      return Arrays.stream(line.split(" ")).skip(1).mapToDouble(Double::parseDouble).toArray();
    }
  }

  private static double mbit(double[] moved) {
    return moved[0] * 8 / (moved[1] / 1000);
  }

  /** Ends what runs; from any thread. */
  @Override
  public void close() {
    beds.forEach(TorBed::close);
    Namespace.removeOwn();
  }
}
