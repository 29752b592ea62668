package org.vtl.tcp.internal.send;

/**
 * What is done when time is up: a closed window is probed, a tail is, a timeout repaired, and an
 * end that is silent for too long given up (R2 of RFC 9293 section 3.8.3). When, {@link SendTimers}
 * and {@link Persist} know.
 */
final class Expiry {
  private final SendVariables variables;
  private final Recovery recovery;
  private final LossDetection losses;
  private final RoundTrip roundTrip;
  private final TailLossProbe probe;
  private final Persist persist;
  private final SendTimers timers;
  private final Transmitter transmitter;

  private SendSettings settings;
  private boolean sack;
  private boolean givenUp;
  private long stalledSince; // the first timeout of those in a row
  private long heardAt;
  private long timeouts;

  Expiry(
      SendVariables variables,
      Recovery recovery,
      LossDetection losses,
      RoundTrip roundTrip,
      TailLossProbe probe,
      Persist persist,
      SendTimers timers,
      Transmitter transmitter) {
    this.variables = variables;
    this.recovery = recovery;
    this.losses = losses;
    this.roundTrip = roundTrip;
    this.probe = probe;
    this.persist = persist;
    this.timers = timers;
    this.transmitter = transmitter;
  }

  void begin(SendSettings settings) {
    this.settings = settings;
    givenUp = false;
    timeouts = 0;
    stop();
  }

  void establish(boolean sack, long now) {
    this.sack = sack;
    heardAt = now;
  }

  /** Nothing is waited for. */
  void stop() {
    timers.stop();
    persist.begin();
  }

  /** The other end lives. */
  void heard(long now) {
    heardAt = now;
    persist.answered();
  }

  /** Whether the other end was silent for longer than R2. */
  boolean isGivenUp() {
    return givenUp;
  }

  /** Retransmission timeouts. */
  long timeouts() {
    return timeouts;
  }

  /**
   * The other end's window lets nothing be sent, or too little.
   *
   * @return whether new data were sent, and wait for their acknowledgment
   */
  boolean probeWindow(long now) {
    persist.expired();
    if (persist.isSilentFor(settings.giveUpNanos(), now)) {
      givenUp = true;
      return false;
    }
    if (variables.edge > variables.next && !persist.isProbing()) {
      transmitter.sendLittle(now);
      boolean sent = variables.outstanding() > 0;
      if (sent) {
        timers.sentNew(true, now);
      }
      return sent;
    }
    if (transmitter.probeWindow(now) == null) {
      persist.probed(now);
    }
    persist.block(true, roundTrip.timeoutNanos(), settings.maximumTimeoutNanos(), now);
    return false;
  }

  /** Nothing was acknowledged for two round trips (RFC 8985 section 7.3). */
  void probeTail(long now) {
    timers.probeAt = SendTimers.NEVER;
    boolean again = transmitter.probeTail(now);
    probe.sent(variables.next, again);
    timers.restartTimeout(now);
  }

  /**
   * The retransmission timer (RFC 6298 section 5.4); {@link #sendFirst} is to follow.
   *
   * @return false if the other end is given up instead
   */
  boolean timeOut(long now) {
    boolean first = roundTrip.backoff() == 0;
    if (first) {
      stalledSince = now;
    }
    // SHLD-17: with the window shrunk to nothing this is a probe, and goes on while it is answered
    boolean closed = variables.edge <= variables.unacknowledged;
    if (now - (closed ? Math.max(stalledSince, heardAt) : stalledSince) >= settings.giveUpNanos()) {
      givenUp = true;
      stop();
      return false;
    }
    timeouts++;
    long inFlight = recovery.inFlight();
    boolean reneged = losses.timedOut(sack, now);
    probe.forget();
    recovery.timedOut(first, reneged, inFlight, now);
    return true;
  }

  /** Sends the first segment again, and waits for it twice as long (sections 5.4 to 5.6). */
  void sendFirst(long now) {
    roundTrip.backOff();
    timers.stop();
    if (transmitter.sendFirst(now) == Transmitter.Outcome.PACKETS) {
      timers.sendAt = now + Pacer.TICK_NANOS;
    }
    timers.restartTimeout(now);
  }
}
