package org.vtl.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A kind of traffic between the hosts of a testbed, and what is measured of it. */
enum Workload {
  TCP1("tcp1", "one TCP stream", Group.THROUGHPUT, Metric.GBIT) {
    @Override
    Measurement run(Testbed bed, Contestant contestant, Load load, int millis) {
      return iperf(bed, contestant, millis, "sum_received");
    }
  },
  PPS64("pps64", "64-byte packets", Group.THROUGHPUT, Metric.KPPS) {
    @Override
    Measurement run(Testbed bed, Contestant contestant, Load load, int millis) {
      return load.blast(bed, contestant, 1, millis);
    }
  },
  RR("rr", "request and response of one byte, TCP", Group.LATENCY, Metric.TRANSACTIONS) {
    @Override
    Measurement run(Testbed bed, Contestant contestant, Load load, int millis) {
      return load.transactions(bed, contestant, millis, "rr");
    }
  },
  UDPRR("udprr", "request and response of one byte, UDP", Group.LATENCY, Metric.TRANSACTIONS) {
    @Override
    Measurement run(Testbed bed, Contestant contestant, Load load, int millis) {
      return load.transactions(bed, contestant, millis, "rr", "-u");
    }
  },
  CRR("crr", "new connections, 16 at a time", Group.LATENCY, Metric.TRANSACTIONS) {
    @Override
    Measurement run(Testbed bed, Contestant contestant, Load load, int millis) {
      return load.transactions(bed, contestant, millis, "crr", "-o", "16");
    }
  };

  /** What names on the command line choose. */
  enum Group {
    THROUGHPUT,
    LATENCY
  }

  private final String title;
  private final String description;
  private final Group group;
  private final Metric main;

  Workload(String title, String description, Group group, Metric main) {
    this.title = title;
    this.description = description;
    this.group = group;
    this.main = main;
  }

  /** Runs it once, for {@code millis} and the moment it takes to begin and end. */
  abstract Measurement run(Testbed bed, Contestant contestant, Load load, int millis);

  String title() {
    return title;
  }

  String description() {
    return description;
  }

  Group group() {
    return group;
  }

  /** The figure that ratios are made of. */
  Metric main() {
    return main;
  }

  private static Measurement iperf(
      Testbed bed, Contestant contestant, int millis, String sum, String... options) {
    List<String> words = new ArrayList<>(List.of("iperf3", "-J", "-c", Testbed.ADDRESS_B));
    // Whole seconds only, and none at all would mean for ever.
    int seconds = Math.max(1, Math.round(millis / 1000f));
    words.addAll(List.of("-t", Integer.toString(seconds)));
    words.addAll(Arrays.asList(options));
    Measurement measurement = new Measurement();
    CpuClock clock = CpuClock.start(contestant.pid());
    String json = Program.must(seconds + 15, bed.a().inside(words));
    clock.stop(measurement);
    measurement.put(Metric.GBIT, Words.bitsPerSecond(json, sum) / 1e9);
    return measurement;
  }
}
