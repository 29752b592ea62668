package org.vtl.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.DoublePredicate;
import org.vtl.bench.micro.Micro;

/** What VTL promises of its speed, held against the figures of a run. */
final class Verdicts {
  /**
   * One promise.
   *
   * @param promise in words
   * @param figure what was measured; NaN if it was not
   * @param held whether it holds; without meaning if it was not measured
   */
  record Verdict(String promise, double figure, boolean held) {
    String outcome() {
      return Double.isNaN(figure) ? "not measured" : held ? "held" : "NOT HELD";
    }

    @Override
    public String toString() {
      String value = Double.isNaN(figure) ? "" : " (%s)".formatted(round(figure));
      return "%-12s  %s%s".formatted(outcome(), promise, value);
    }

    private static String round(double figure) {
      return figure >= 100 ? "%.0f".formatted(figure) : "%.2f".formatted(figure);
    }
  }

  private static final int PAUSE_MICROS = 10_000;

  private final Results results;
  private final List<Verdict> all = new ArrayList<>();

  private Verdicts(Results results) {
    this.results = results;
  }

  /** All promises, in the order in which they were made. */
  static List<Verdict> of(
      Results results, Set<String> peers, List<Micro.Figure> micro, String scale) {
    Verdicts verdicts = new Verdicts(results);
    verdicts.bridge(Workload.TCP1, "vtl-user", 0.80);
    verdicts.bridge(Workload.TCP1, "vtl-offload", 1.0);
    verdicts.bridge(Workload.PPS64, "vtl-xdp", 1.0);
    verdicts.bridge(Workload.PPS64, "vtl-user", 0.75);
    verdicts.bridge(Workload.PPS64, "vtl-offload", 1.5);
    verdicts.bridge(Workload.RR, "vtl-user", 1.0);
    verdicts.bridge(Workload.RR, "vtl-block", 0.85);
    verdicts.atMost(
        "rr: p99 of vtl-user at most 1.5 times the bridge's",
        verdicts.ratio(Workload.RR, "vtl-user", "bridge", Metric.P99),
        1.5);
    verdicts.atLeast(
        "tcp1: vtl-user, which spins, at least 0.97 of vtl-block",
        verdicts.ratio(Workload.TCP1, "vtl-user", "vtl-block", Metric.GBIT),
        0.97);
    verdicts.atLeast(
        "tcp1: vtl-user at least 20 times pcap4j",
        verdicts.ratio(Workload.TCP1, "vtl-user", "pcap4j", Metric.GBIT),
        20);
    verdicts.relays();
    verdicts.peers(peers);
    verdicts.scale(scale);
    verdicts.micro(micro);
    return verdicts.all;
  }

  private void bridge(Workload workload, String name, double least) {
    atLeast(
        "%s: %s at least %s of the bridge".formatted(workload.title(), name, least),
        results.ratio(workload, name).median(),
        least);
  }

  /** What Split TCP costs beside forwarding in the same round, and what it must be capable of. */
  private void relays() {
    atLeast(
        "tcp1: vtl-split at least 0.5 of vtl-user",
        ratio(Workload.TCP1, Field.SPLIT, "vtl-user", Metric.GBIT),
        0.5);
    atLeast(
        "crr: vtl-split at least 5000 connections per second",
        results.series(Workload.CRR, Field.SPLIT, Metric.TRANSACTIONS).median(),
        5000);
    atMost(
        "tcp10k: vtl-split within 1024 MiB",
        results.series(Workload.TCP10K, Field.SPLIT, Metric.OWN_MIB).most(),
        1024);
  }

  /** Ahead of every peer in every workload; those that spin are named, for they take a core. */
  private void peers(Set<String> peers) {
    for (Workload workload : results.workloads()) {
      for (String peer : peers) {
        double ratio = ratio(workload, "vtl-user", peer, workload.main());
        if (peer.startsWith("dpdk")) {
          if (!Double.isNaN(ratio)) {
            all.add(
                new Verdict(
                    "%s: vtl-user beside %s, which spins".formatted(workload.title(), peer),
                    ratio,
                    true));
          }
        } else if (!Double.isNaN(ratio)) {
          atLeast("%s: vtl-user ahead of %s".formatted(workload.title(), peer), ratio, 1);
        }
      }
    }
  }

  private void scale(String scale) {
    boolean measured = !scale.isEmpty();
    atMost(
        "a million connections: at most 320 bytes each",
        measured ? Words.number(scale, "bytes") : Double.NaN,
        320);
    atMost(
        "a million connections: lookup p99 at most 1000 ns",
        measured ? Words.number(scale, "lookup_p99_ns") : Double.NaN,
        1000);
    atMost(
        "a million connections: no pause of expiry above 10,000 µs",
        measured ? Words.number(scale, "expiry_pause_us") : Double.NaN,
        PAUSE_MICROS);
  }

  /** JMH's own bookkeeping counts, too: less than a byte per operation is none. */
  private void micro(List<Micro.Figure> figures) {
    double most = figures.stream().mapToDouble(Micro.Figure::bytes).max().orElse(Double.NaN);
    check("parse, lookup, chain, checksum: nothing allocated", most, bytes -> bytes < 1);
  }

  private double ratio(Workload workload, String name, String other, Metric metric) {
    return results
        .series(workload, name, metric)
        .ratioTo(results.series(workload, other, metric))
        .median();
  }

  private void atLeast(String promise, double figure, double least) {
    check(promise, figure, value -> value >= least);
  }

  private void atMost(String promise, double figure, double most) {
    check(promise, figure, value -> value <= most);
  }

  private void check(String promise, double figure, DoublePredicate holds) {
    all.add(new Verdict(promise, figure, holds.test(figure)));
  }
}
