package org.vtl.tcp.internal.send;

/**
 * When a sender wants to be called, and for what: the retransmission timer (RFC 6298), the probe
 * timer and the reordering timer (RFC 8985), and the next try to send. That of {@link Persist} is
 * its own.
 */
final class SendTimers {
  static final long NEVER = Long.MAX_VALUE;

  private final SendVariables variables;
  private final SentRanges ranges;
  private final Recovery recovery;
  private final RoundTrip roundTrip;
  private final TailLossProbe probe;
  private boolean sack;

  long timeoutAt = NEVER;
  long probeAt = NEVER;
  long reorderAt = NEVER;

  /** Pace, or no packet was free. */
  long sendAt = NEVER;

  SendTimers(
      SendVariables variables,
      SentRanges ranges,
      Recovery recovery,
      RoundTrip roundTrip,
      TailLossProbe probe) {
    this.variables = variables;
    this.ranges = ranges;
    this.recovery = recovery;
    this.roundTrip = roundTrip;
    this.probe = probe;
  }

  void begin(boolean sack) {
    this.sack = sack;
    stop();
  }

  void stop() {
    timeoutAt = NEVER;
    probeAt = NEVER;
    reorderAt = NEVER;
    sendAt = NEVER;
  }

  /** An acknowledgment arrived; {@code probing} while a probe of the window is all there is. */
  void acknowledged(Delivery delivery, boolean probing, long now) {
    if (variables.outstanding() == 0 || probing) {
      timeoutAt = NEVER;
      probeAt = NEVER;
    } else if (delivery.advances) {
      restartTimeout(now); // RFC 6298 section 5.3
      scheduleProbe(now);
    } else if (recovery.isRepairing() || ranges.deliveredBytes() > 0) {
      probeAt = NEVER;
      if (delivery.selectsBefore(ranges.sentAt(ranges.first()))) {
        restartTimeout(now); // behind a queue, what was sent again is not due yet
      }
    }
  }

  /** New data were sent (RFC 6298 section 5.1). */
  void sentNew(boolean wasIdle, long now) {
    if (wasIdle || timeoutAt == NEVER) {
      restartTimeout(now);
    }
    scheduleProbe(now);
  }

  /** The retransmission timer runs from now on: what it is for was just sent. */
  void restartTimeout(long now) {
    timeoutAt = now + roundTrip.timeoutNanos();
  }

  /** RFC 8985 section 7.2. */
  private void scheduleProbe(long now) {
    probeAt = NEVER;
    if (sack
        && probe.mayProbe()
        && !recovery.isRepairing()
        && ranges.deliveredBytes() == 0
        && roundTrip.backoff() == 0) {
      boolean oneSegment = recovery.inFlight() <= variables.segmentSize;
      long delay = TailLossProbe.delayNanos(roundTrip.smoothedNanos(), oneSegment);
      probeAt = Math.min(now + delay, timeoutAt);
    }
  }

  long deadline() {
    return Math.min(Math.min(timeoutAt, probeAt), Math.min(reorderAt, sendAt));
  }
}
