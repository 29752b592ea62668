package org.vtl.bench;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Does what the schedule says. A workload that fails is left out for that contestant, with its
 * reason; a contestant that does not start, or has ended, is out; and all others go on.
 */
final class Rounds implements AutoCloseable {
  private final Schedule schedule;
  private final long afterMillis;
  private final Load load;
  private final Progress progress;
  private final Results results = new Results();
  private final Map<Contestant, Load.Place> places = new ConcurrentHashMap<>();
  private final long beginNanos = System.nanoTime();
  private volatile boolean ended;
  private int testbeds;

  /**
   * Rounds of {@code schedule}.
   *
   * @param afterMillis how long what comes after them takes, which the progress shows
   */
  Rounds(Schedule schedule, long afterMillis, Load load, Progress progress) {
    this.schedule = schedule;
    this.afterMillis = afterMillis;
    this.load = load;
    this.progress = progress;
  }

  /** Measures {@code contestants}, those of the schedule. */
  Results run(List<Contestant> contestants) {
    for (Contestant contestant : contestants) {
      if (!contestant.missing().isEmpty()) {
        results.leaveOut(contestant.name(), contestant.missing());
        schedule.drop(contestant);
      }
    }
    for (Schedule.Step step = schedule.present(); step != null; step = schedule.present()) {
      Contestant contestant = step.contestant();
      if (measure(step)) {
        schedule.advance();
      }
      Schedule.Step next = schedule.present();
      if (contestant.spins() && (next == null || next.contestant() != contestant)) {
        shut(contestant);
      }
    }
    return results;
  }

  private boolean measure(Schedule.Step step) {
    Contestant contestant = step.contestant();
    Workload workload = step.workload();
    String where = step.warming() ? "warming up" : "round " + step.round();
    try {
      if (!places.containsKey(contestant)) {
        show("starting " + contestant.name());
        open(contestant);
      }
    } catch (BenchException e) {
      out(contestant, e);
      return false;
    }
    try {
      show(where + ", " + contestant.name() + ", " + workload.title());
      Measurement measurement = workload.run(load, places.get(contestant), step.millis());
      if (!step.warming()) {
        results.add(workload, contestant.name(), step.round(), measurement);
      }
      return true;
    } catch (BenchException e) {
      if (ended || !isAlive(contestant)) {
        out(contestant, e);
      } else {
        results.fail(contestant.name() + ", " + workload.title() + ",", e.getMessage());
        schedule.drop(contestant, workload);
      }
      return false;
    }
  }

  private void show(String what) {
    long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNanos);
    progress.show(schedule.place() + ", " + what, schedule.leftMillis(elapsed) + afterMillis);
  }

  private void open(Contestant contestant) {
    if (ended) {
      throw new BenchException("the benchmark was ended.");
    }
    Testbed bed = new Testbed(Integer.toString(++testbeds), contestant.hasMiddle());
    Load.Place place = new Load.Place(contestant, bed);
    places.put(contestant, place);
    results.setCongestionControl(bed.congestionControl());
    bed.offloads(contestant.offloads());
    contestant.start(bed);
  }

  private static boolean isAlive(Contestant contestant) {
    return contestant.pid() == 0
        || ProcessHandle.of(contestant.pid()).map(ProcessHandle::isAlive).orElse(false);
  }

  private void out(Contestant contestant, BenchException reason) {
    results.fail(contestant.name(), reason.getMessage());
    schedule.drop(contestant);
    shut(contestant);
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
