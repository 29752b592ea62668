package org.vtl.tcp.internal.congestion;

/** What BBR does at a time (draft-ietf-ccwg-bbr sections 3.3 and 5.6.1). */
enum BbrPhase {
  /** Doubles each round until the pipe is full: 4 ln 2 times the bandwidth is enough for that. */
  STARTUP(2.77, 2),

  /** Lets the queue go that startup left. */
  DRAIN(0.5, 2),

  /** ProbeBW_DOWN: lets the queue go that a probe left. */
  DOWN(0.9, 2),

  /** ProbeBW_CRUISE: sends as fast as is delivered. */
  CRUISE(1, 2),

  /** ProbeBW_REFILL: fills the pipe, so that what a probe loses is the probe's. */
  REFILL(1, 2),

  /** ProbeBW_UP: looks whether there is more. */
  UP(1.25, 2.25),

  /** ProbeRTT: looks how long the path is without a queue. */
  PROBE_ROUND_TRIP(1, 0.5);

  /** Of the bandwidth. */
  final double pacingGain;

  /** Of the bandwidth-delay product. */
  final double windowGain;

  BbrPhase(double pacingGain, double windowGain) {
    this.pacingGain = pacingGain;
    this.windowGain = windowGain;
  }

  /** Whether it sends as fast as is delivered. */
  boolean isSteady() {
    return this == CRUISE || this == REFILL;
  }

  /** Whether it presses the path, and loss says nothing about what is safe. */
  boolean isProbing() {
    return this == STARTUP || this == REFILL || this == UP;
  }
}
