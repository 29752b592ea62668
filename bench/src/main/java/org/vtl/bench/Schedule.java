package org.vtl.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Every measurement of a run in its order, and how long what is left of them takes. All contestants
 * are warmed up first, those that spin just before each of their rounds; then each round measures
 * one contestant after the other.
 *
 * <p>What no promise speaks of is measured in every second round: workloads for half as long where
 * none were named, contestants by the promised workloads only where nothing was named.
 */
final class Schedule {
  private static final int COLD_MILLIS = 300;
  private static final int LEAST_MILLIS = 200;
  private static final int START_MILLIS = 3000;

  /** So much tells whether it goes faster or slower than planned. */
  private static final int TELLING_MILLIS = 20_000;

  /**
   * One measurement.
   *
   * @param round from 1; 0 before the first
   * @param warming whether its figures are forgotten
   * @param first whether the contestant is started before it
   */
  record Step(
      Contestant contestant,
      Workload workload,
      int round,
      boolean warming,
      boolean first,
      int millis) {
    long wholeMillis() {
      return workload.wholeMillis(millis) + (first ? START_MILLIS : 0);
    }
  }

  private final Plan plan;
  private final Options options;
  private final List<Step> steps = new ArrayList<>();
  private long doneMillis;
  private int at;

  Schedule(Plan plan, Options options) {
    this.plan = plan;
    this.options = options;
    for (Contestant contestant : plan.contestants()) {
      if (!contestant.spins()) {
        warm(contestant, 0, plan.workloads());
      }
    }
    for (int round = 1; round <= options.rounds(); round++) {
      for (Contestant contestant : plan.contestants()) {
        round(contestant, round);
      }
    }
  }

  private void warm(Contestant contestant, int round, List<Workload> workloads) {
    int usual = contestant.warmsUp() ? options.warmMillis() : COLD_MILLIS;
    boolean first = true;
    for (Workload workload : workloads) {
      if (measures(contestant, workload) && (first || workload.needsWarmth())) {
        steps.add(new Step(contestant, workload, round, true, first, warmMillis(workload, usual)));
        first = false;
      }
    }
  }

  private int warmMillis(Workload workload, int usual) {
    if (workload.isSlowToWarm()) {
      return 2 * usual;
    }
    return isShort(workload) ? Math.max(COLD_MILLIS, usual / 2) : usual;
  }

  private void round(Contestant contestant, int round) {
    List<Workload> workloads =
        plan.workloads().stream()
            .filter(workload -> measures(contestant, workload))
            .filter(workload -> round % 2 == 1 || !isRare(contestant, workload))
            .toList();
    if (contestant.spins()) {
      warm(contestant, round, workloads);
    }
    for (Workload workload : workloads) {
      int millis = isShort(workload) ? options.millis() / 2 : options.millis();
      steps.add(
          new Step(contestant, workload, round, false, false, Math.max(LEAST_MILLIS, millis)));
    }
  }

  private boolean measures(Contestant contestant, Workload workload) {
    return workload.isPromised() || !isAside(contestant);
  }

  private boolean isAside(Contestant contestant) {
    return plan.aside().contains(contestant.name());
  }

  private boolean isShort(Workload workload) {
    return !plan.workloadsNamed() && !workload.isPromised();
  }

  private boolean isRare(Contestant contestant, Workload workload) {
    return isShort(workload) || isAside(contestant);
  }

  // ---- while it runs ---------------------------------------------------------------------------

  /** The measurement to do; null after the last. */
  Step present() {
    return at < steps.size() ? steps.get(at) : null;
  }

  /** Goes on to the next one: the present one is done. */
  void advance() {
    doneMillis += present().wholeMillis();
    at++;
  }

  /** Drops what is left of {@code contestant}, beginning with the present one. */
  void drop(Contestant contestant) {
    steps.subList(at, steps.size()).removeIf(step -> step.contestant() == contestant);
  }

  /** Drops {@code workload} of {@code contestant}, beginning with the present one. */
  void drop(Contestant contestant, Workload workload) {
    steps
        .subList(at, steps.size())
        .removeIf(step -> step.contestant() == contestant && step.workload() == workload);
  }

  /** Which one the present is, of how many. */
  String place() {
    return "step %d of %d".formatted(at + 1, steps.size());
  }

  /**
   * About how long what is left takes, if it goes on as so far.
   *
   * @param elapsedMillis since the first began
   */
  long leftMillis(long elapsedMillis) {
    long left = steps.subList(at, steps.size()).stream().mapToLong(Step::wholeMillis).sum();
    return doneMillis < TELLING_MILLIS ? left : left * elapsedMillis / doneMillis;
  }
}
