package org.vtl.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The order of everything: all contestants are started and warmed up, then measured one after the
 * other, round after round, so that what drifts in the machine drifts under all of them. A
 * contestant that fails is out, with its reason, and the others go on.
 */
final class Rounds implements AutoCloseable {
  private static final int COLD_MILLIS = 300;

  private final List<Workload> workloads;
  private final Options options;
  private final Load load;
  private final Progress progress;
  private final Results results = new Results();
  private final Map<Contestant, Load.Place> places = new ConcurrentHashMap<>();
  private volatile boolean ended;
  private int testbeds;

  Rounds(List<Workload> workloads, Options options, Load load, Progress progress) {
    this.workloads = workloads;
    this.options = options;
    this.load = load;
    this.progress = progress;
  }

  /** Measures {@code contestants} in all rounds. */
  Results run(List<Contestant> contestants) {
    List<Contestant> left = new ArrayList<>(contestants);
    for (Contestant contestant : contestants) {
      if (!contestant.missing().isEmpty()) {
        results.leaveOut(contestant.name(), contestant.missing());
        left.remove(contestant);
        continue;
      }
      if (!contestant.spins() && !attempt(contestant, () -> open(contestant))) {
        left.remove(contestant);
      }
    }
    for (int round = 1; round <= options.rounds(); round++) {
      progress.round(round, options.rounds());
      for (Contestant contestant : List.copyOf(left)) {
        String where = "round " + round + " of " + options.rounds() + ", " + contestant.name();
        if (!attempt(contestant, () -> round(contestant, where))) {
          left.remove(contestant);
        }
      }
    }
    return results;
  }

  private void round(Contestant contestant, String where) {
    if (contestant.spins()) {
      open(contestant);
    }
    Load.Place place = places.get(contestant);
    for (Workload workload : workloads) {
      progress.show(where + ", " + workload.title());
      results.add(workload, contestant.name(), workload.run(load, place, options.millis()));
    }
    if (contestant.spins()) {
      shut(contestant);
    }
  }

  private void open(Contestant contestant) {
    if (ended) {
      throw new BenchException("the benchmark was ended.");
    }
    int warmMillis = contestant.warmsUp() ? options.warmMillis() : COLD_MILLIS;
    progress.show("starting " + contestant.name());
    Testbed bed = new Testbed(Integer.toString(++testbeds), contestant.hasMiddle());
    Load.Place place = new Load.Place(contestant, bed);
    places.put(contestant, place);
    bed.offloads(contestant.offloads());
    contestant.start(bed);
    for (Workload workload : workloads) {
      progress.show("warming up " + contestant.name() + ", " + workload.title());
      workload.run(load, place, warmMillis);
    }
  }

  private boolean attempt(Contestant contestant, Runnable step) {
    try {
      step.run();
      return true;
    } catch (BenchException e) {
      results.fail(contestant.name(), e.getMessage());
      shut(contestant);
      return false;
    }
  }

  private void shut(Contestant contestant) {
    Load.Place place = places.get(contestant);
    if (place != null) {
      place.close();
      // Only now: until then it is also the end's to close, should that come in between.
      places.remove(contestant);
    }
  }

  /** Ends what runs; from any thread, also in the middle of a measurement. */
  @Override
  public void close() {
    ended = true;
    for (Load.Place place : List.copyOf(places.values())) {
      place.close();
    }
    places.clear();
    Namespace.removeOwn();
  }
}
