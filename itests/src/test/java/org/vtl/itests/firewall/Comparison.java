package org.vtl.itests.firewall;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * The same traces through two firewalls. Where the first packet that they judge differently is an
 * allowed difference it is counted and taken out of its trace, which is played again to new
 * firewalls: so no difference hides behind another, and each has to be allowed by itself.
 */
final class Comparison {
  private static final int ROUNDS = 60;

  /** One line of the table. */
  static final class Row {
    int traces;
    int packets;
    int passed;
    int differing;
    final Map<Difference, Integer> allowed = new EnumMap<>(Difference.class);
  }

  /** A difference that is not allowed. */
  record Fault(Trace trace, int index, boolean[] kernel, boolean[] vtl) {}

  final Map<String, Row> rows = new TreeMap<>();
  final List<Fault> faults = new ArrayList<>();
  private final Callable<Firewall> kernel;
  private final Callable<Firewall> vtl;

  Comparison(Callable<Firewall> kernel, Callable<Firewall> vtl) {
    this.kernel = kernel;
    this.vtl = vtl;
  }

  void run(List<Trace> traces) throws Exception {
    List<Trace> left = traces;
    for (int round = 0; round < ROUNDS && !left.isEmpty(); round++) {
      left = round(left, round == 0);
    }
    if (!left.isEmpty()) {
      throw new IllegalStateException(
          left.size() + " traces still differ after " + ROUNDS + " rounds, " + left.get(0).name());
    }
  }

  private List<Trace> round(List<Trace> traces, boolean first) throws Exception {
    List<boolean[]> one = play(kernel, traces);
    List<boolean[]> other = play(vtl, traces);
    List<Trace> again = new ArrayList<>();
    for (int i = 0; i < traces.size(); i++) {
      Trace trace = traces.get(i);
      Row row = rows.computeIfAbsent(trace.category(), any -> new Row());
      if (first) {
        row.traces++;
        row.packets += trace.packets().size();
        for (boolean passed : one.get(i)) {
          row.passed += passed ? 1 : 0;
        }
      }
      int at = firstDifference(one.get(i), other.get(i));
      if (at < 0) {
        continue;
      }
      Difference allowed = Difference.of(trace, at, one.get(i), other.get(i)[at]);
      if (allowed == null) {
        faults.add(new Fault(trace, at, one.get(i), other.get(i)));
      } else {
        row.allowed.merge(allowed, 1, Integer::sum);
        again.add(trace.without(at));
      }
      row.differing++;
    }
    return again;
  }

  private static List<boolean[]> play(Callable<Firewall> make, List<Trace> traces)
      throws Exception {
    try (Firewall firewall = make.call()) {
      return new Playback(firewall).play(traces);
    }
  }

  private static int firstDifference(boolean[] one, boolean[] other) {
    for (int i = 0; i < one.length; i++) {
      if (one[i] != other[i]) {
        return i;
      }
    }
    return -1;
  }
}
