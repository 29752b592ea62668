package org.vtl.bench;

/** A kind of traffic between the hosts of a testbed, and what is measured of it. */
enum Workload {
  TCP1("tcp1", "one TCP stream", Group.THROUGHPUT, Metric.GBIT) {
    @Override
    Measurement measure(Load load, Load.Place place, int millis) {
      return Streams.run(place, millis);
    }
  },
  TCP8("tcp8", "eight TCP streams", Group.THROUGHPUT, Metric.GBIT) {
    @Override
    Measurement measure(Load load, Load.Place place, int millis) {
      return Streams.run(place, millis, "-P", "8");
    }
  },
  BIDIR(
      "bidir",
      "a TCP stream in each direction at once, sum of both",
      Group.THROUGHPUT,
      Metric.GBIT) {
    @Override
    Measurement measure(Load load, Load.Place place, int millis) {
      return Streams.run(place, millis, "--bidir");
    }
  },
  PPS64("pps64", "64-byte packets of one conversation", Group.THROUGHPUT, Metric.KPPS) {
    @Override
    Measurement measure(Load load, Load.Place place, int millis) {
      return load.blast(place, 1, millis);
    }
  },
  PPS100K("pps100k", "64-byte packets of 100,000 conversations", Group.THROUGHPUT, Metric.KPPS) {
    @Override
    Measurement measure(Load load, Load.Place place, int millis) {
      return load.blast(place, MANY, millis);
    }
  },
  TCP100K(
      "tcp100k",
      "requests and responses of one byte over 100,000 TCP connections in turn",
      Group.THROUGHPUT,
      Metric.TRANSACTIONS) {
    @Override
    Measurement measure(Load load, Load.Place place, int millis) {
      return load.transactionsInTurn(place, MANY, millis);
    }

    @Override
    int asideMillis() {
      return 4500; // to open and to close that many
    }
  },
  TCP10K(
      "tcp10k",
      "the same over 10,000 connections, and the memory while all are open",
      Group.RELAYS,
      Metric.TRANSACTIONS) {
    @Override
    Measurement measure(Load load, Load.Place place, int millis) {
      return load.transactionsInTurn(place, MANY / 10, millis);
    }

    @Override
    int asideMillis() {
      return 1500;
    }
  },
  RR("rr", "request and response of one byte, TCP", Group.LATENCY, Metric.TRANSACTIONS) {
    @Override
    Measurement measure(Load load, Load.Place place, int millis) {
      return load.transactions(place, millis, "rr");
    }
  },
  UDPRR("udprr", "request and response of one byte, UDP", Group.LATENCY, Metric.TRANSACTIONS) {
    @Override
    Measurement measure(Load load, Load.Place place, int millis) {
      return load.transactions(place, millis, "rr", "-u");
    }
  },
  RR100K(
      "rr100k",
      "the same by TCP beside 50,000 packets per second of 100,000 conversations",
      Group.LATENCY,
      Metric.TRANSACTIONS) {
    @Override
    Measurement measure(Load load, Load.Place place, int millis) {
      return load.transactionsBeside(place, MANY, millis);
    }

    @Override
    int asideMillis() {
      return 2500; // two seconds of it until all have begun
    }
  },
  CRR("crr", "new TCP connections, 16 at a time", Group.LATENCY, Metric.TRANSACTIONS) {
    @Override
    Measurement measure(Load load, Load.Place place, int millis) {
      return load.transactions(place, millis, "crr", "-o", "16");
    }
  };

  private static final int MANY = 100_000;

  /** What names on the command line choose. */
  enum Group {
    THROUGHPUT,
    LATENCY,
    /** What only those that speak TCP themselves are asked: not measured where nothing is named. */
    RELAYS
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

  /** Whether a promise is measured by it, so that it needs more rounds, and longer ones. */
  boolean isPromised() {
    return this == TCP1 || this == PPS64 || this == RR;
  }

  /** About how much longer a measurement takes than what is measured. */
  int asideMillis() {
    return 400;
  }

  /** About how long a measurement of {@code millis} takes. */
  long wholeMillis(int millis) {
    return asideMillis() + millis;
  }

  /** Whether it goes through something in a contestant that the others do not. */
  boolean needsWarmth() {
    return this != TCP100K && this != TCP10K; // which would be long in opening
  }

  /** Whether it goes through so much code that the compiler needs longer for it. */
  boolean isSlowToWarm() {
    return this == CRR;
  }

  abstract Measurement measure(Load load, Load.Place place, int millis);

  /** Runs it once, for {@code millis} and the moment it takes to begin and end. */
  Measurement run(Load load, Load.Place place, int millis) {
    Measurement measurement = measure(load, place, millis);
    measurement.complete();
    return measurement;
  }

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
}
