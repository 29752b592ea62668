package org.vtl.tcp.internal.send;

import org.vtl.packet.Seq;
import org.vtl.tcp.internal.congestion.CongestionControl;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * Everything about data from the moment it is in the outgoing stream until the other end has
 * acknowledged it. SYNs are the endpoint's own. Recycled: {@link #begin} .. {@link #clear}. One
 * worker's; knows no clock: {@code now} is the worker's, in nanoseconds.
 *
 * <p>After {@link #acknowledged}, and whenever the stream has more or is finished, the owner calls
 * {@link #send}; after each call of anything it looks at {@link #nextDeadline}.
 */
public final class Sender {
  /** For {@link #establish}: no round trip is known, and the timeout was too short for a SYN. */
  public static final long SYN_LOST = -2;

  private final SendVariables variables = new SendVariables();
  private final SentRanges ranges = new SentRanges();
  private final Rack rack = new Rack();
  private final RateSampler sampler = new RateSampler(ranges);
  private final RoundTrip roundTrip = new RoundTrip();
  private final Delivery delivery = new Delivery(variables, ranges, rack, sampler);
  private final Recovery recovery = new Recovery(variables, ranges, rack);
  private final LossDetection losses = new LossDetection(ranges, rack, recovery, roundTrip);
  private final TailLossProbe probe = new TailLossProbe();
  private final SendTimers timers = new SendTimers(variables, ranges, recovery, roundTrip, probe);
  private final Pacer pacer = new Pacer();
  private final Persist persist = new Persist();
  private final ControlReport report = new ControlReport(sampler, roundTrip, recovery);
  private final Transmitter transmitter =
      new Transmitter(variables, ranges, recovery, pacer, sampler);
  private final Expiry expiry =
      new Expiry(variables, recovery, losses, roundTrip, probe, persist, timers, transmitter);

  private Transmission out;
  private ByteStream stream;
  private CongestionControl control;
  private SendSettings settings;
  private boolean established;
  private boolean sack;
  private boolean timestamps;
  private long lastSentAt; // when it last sent something new

  /** Takes what a connection sends with; nothing is sent before {@link #establish}. */
  public void begin(
      Transmission out, ByteStream stream, CongestionControl control, SendSettings settings) {
    this.out = out;
    this.stream = stream;
    this.control = control;
    this.settings = settings;
    established = false;
    delivery.begin(out);
    transmitter.begin(out, stream, settings);
    expiry.begin(settings);
  }

  /**
   * The connection is established.
   *
   * @param firstSequence the number of the stream's byte {@code base}
   * @param base an offset of the stream: where sending begins
   * @param segmentSize payload bytes of a full segment, options already taken off
   * @param sack whether selective acknowledgments were agreed
   * @param timestamps whether timestamps were agreed
   * @param ecn whether explicit congestion notification was agreed
   * @param window the other end's window in bytes
   * @param roundTripNanos what the handshake measured; -1 for nothing, {@link #SYN_LOST} for
   *     nothing since a SYN was sent twice
   */
  public void establish(
      int firstSequence,
      long base,
      int segmentSize,
      boolean sack,
      boolean timestamps,
      boolean ecn,
      long window,
      long roundTripNanos,
      long now) {
    this.sack = sack;
    this.timestamps = timestamps;
    variables.begin(firstSequence, base, segmentSize, window);
    ranges.begin(settings.mostRanges());
    rack.begin(base);
    sampler.begin(now);
    roundTrip.begin(settings.minimumTimeoutNanos(), settings.maximumTimeoutNanos(), now);
    if (roundTripNanos >= 0) {
      roundTrip.sample(roundTripNanos);
      roundTrip.observe(roundTripNanos, now);
    } else if (roundTripNanos == SYN_LOST) {
      roundTrip.distrust();
    }
    control.begin(segmentSize, initialWindow(segmentSize), now);
    recovery.begin(control, sack);
    probe.begin();
    pacer.begin(settings.paced(), segmentSize, now);
    report.begin(control, base);
    transmitter.establish(ecn);
    timers.begin(sack);
    persist.begin();
    expiry.establish(sack, now);
    lastSentAt = now;
    established = true;
    adaptPace();
  }

  private long initialWindow(int segmentSize) {
    return (long) settings.initialSegments() * segmentSize;
  }

  /**
   * Hears from the other end. Releases what was acknowledged from the stream. Sends nothing: call
   * {@link #send}.
   */
  public void acknowledged(Acknowledgment acknowledgment, long now) {
    long until = variables.offset(acknowledgment.number);
    if (!established || until > variables.highest) {
      return;
    }
    expiry.heard(now);
    long inFlightBefore = recovery.inFlight();
    long lostBefore = ranges.lostBytes();
    variables.next = Math.max(variables.next, until);
    boolean windowChanges = takeWindow(acknowledgment, until);
    boolean bare =
        until == variables.unacknowledged
            && acknowledgment.length == 0
            && !windowChanges
            && variables.outstanding() > 0;

    delivery.open(acknowledgment, report.open(), recovery.point(), roundTrip.leastNanos(), now);
    delivery.apply(until, sack);
    boolean duplicate = delivery.duplicateLeft < delivery.duplicateRight;
    if (duplicate) {
      rack.duplicate(variables.unacknowledged, variables.next);
    }
    if (delivery.advances) {
      variables.unacknowledged = until;
      stream.release(until);
      roundTrip.goOn();
    }
    long measured = delivery.roundTripNanos(settings.timestampNanos());
    roundTrip.take(measured, delivery.latestNanos(), now);
    if (measured >= 0) {
      probe.sampled();
    }
    settleProbes(acknowledgment, until, bare, now);

    boolean echoesOlder =
        acknowledgment.hasTimestamp
            && recovery.firstRepeatAt() >= 0
            && Seq.before(acknowledgment.timestampEcho, out.timestamp(recovery.firstRepeatAt()));
    recovery.acknowledged(delivery, bare, echoesOlder, transmitter.hasNew(), now);
    if (acknowledgment.congestionEcho) {
      recovery.echoed(inFlightBefore, now);
    }
    findLost(inFlightBefore, now);
    long foundLost = Math.max(0, ranges.lostBytes() - lostBefore);
    recovery.adapt(delivery, foundLost > 0);
    if (report.tell(delivery, acknowledgment.congestionEcho, inFlightBefore, foundLost, now)) {
      stream.ask(Math.max(2 * control.window(), variables.outstanding() + control.window()));
    }
    adaptPace();
    timers.acknowledged(delivery, persist.isProbing(), now);
  }

  /** Takes the window, if it is news; says whether it differs from what was known. */
  private boolean takeWindow(Acknowledgment acknowledgment, long until) {
    if (!acknowledgment.updatesWindow || until < variables.unacknowledged) {
      return false;
    }
    long edge = variables.edge;
    variables.window(until, acknowledgment.window);
    return variables.edge != edge;
  }

  private void settleProbes(Acknowledgment acknowledgment, long until, boolean bare, long now) {
    if (persist.isProbing()) {
      if (variables.outstanding() == 0) {
        persist.settled();
      } else if (variables.edge > variables.unacknowledged) {
        ranges.removeLast(); // it was refused: it goes with the data that follow it
        variables.next = variables.unacknowledged;
        persist.settled();
      }
    }
    if (variables.edge > variables.unacknowledged && !persist.isProbing()) {
      persist.stop();
    }
    if (probe.repairedLoss(
        until, delivery.duplicateRight, delivery.advances, bare && acknowledgment.blocks == 0)) {
      recovery.repaired(now);
    }
  }

  private void findLost(long inFlight, long now) {
    timers.reorderAt = sack ? losses.find(now) : SendTimers.NEVER;
    if (ranges.lost() != SentRanges.NONE) {
      recovery.lossFound(inFlight, now);
    }
  }

  private void adaptPace() {
    boolean slowStart = report.isSlowStart();
    pacer.adapt(control.pacingRate(), recovery.window(), slowStart, roundTrip.smoothedNanos());
  }

  /** Sends as much as windows and pace allow, and the FIN behind a finished stream. */
  public void send(long now) {
    if (!established || expiry.isGivenUp() || persist.isProbing()) {
      return;
    }
    timers.sendAt = SendTimers.NEVER;
    long next = variables.next;
    boolean idle = variables.outstanding() == 0;
    if (idle && transmitter.hasNew() && now - lastSentAt > roundTrip.timeoutNanos()) {
      control.restarted(now - lastSentAt, now);
      adaptPace();
    }
    Transmitter.Outcome outcome = transmitter.send(now);
    long inFlight = recovery.inFlight();
    boolean full = inFlight + variables.segmentSize > recovery.window();
    if (transmitter.takeFirstAgain() && variables.outstanding() > 0) {
      timers.restartTimeout(now); // as Linux does: else a retransmission lost twice times out
    }
    if (variables.next > next) {
      lastSentAt = now;
      timers.sentNew(idle, now);
    }
    report.used(variables, inFlight, full);
    switch (outcome) {
      case PACE -> timers.sendAt = pacer.opensAt();
      case PACKETS -> timers.sendAt = now + Pacer.TICK_NANOS;
      case ALL, WINDOW, WAIT -> {
        if (!full && ranges.lost() == SentRanges.NONE) {
          sampler.limited(inFlight);
        }
      }
      case CONGESTION -> {}
    }
    if (outcome == Transmitter.Outcome.WINDOW && variables.outstanding() == 0) {
      boolean closed = variables.edge <= variables.next;
      persist.block(closed, roundTrip.timeoutNanos(), settings.maximumTimeoutNanos(), now);
    } else if (variables.outstanding() > 0) {
      persist.stop();
    }
  }

  /** Does what is due, and sends. */
  public void expire(long now) {
    if (!established || expiry.isGivenUp()) {
      return;
    }
    if (persist.deadline() <= now && expiry.probeWindow(now)) {
      lastSentAt = now;
    }
    if (timers.reorderAt <= now) {
      long lostBefore = ranges.lostBytes();
      findLost(recovery.inFlight(), now);
      report.lostMeanwhile(ranges.lostBytes() - lostBefore);
    }
    if (timers.probeAt <= now) {
      expiry.probeTail(now);
    } else if (timers.timeoutAt <= now && expiry.timeOut(now)) {
      adaptPace();
      expiry.sendFirst(now);
    }
    send(now);
  }

  /** When {@link #expire} is wanted; {@link Long#MAX_VALUE} for never. */
  public long nextDeadline() {
    return Math.min(timers.deadline(), persist.deadline());
  }

  /** The path takes segments of another size from now on (RFC 1191, RFC 8899). */
  public void segmentSize(int bytes, long now) {
    boolean smaller = bytes < variables.segmentSize;
    variables.segmentSize = bytes;
    if (!established) {
      return;
    }
    control.segmentSize(bytes, now);
    if (smaller) {
      losses.loseGreater(bytes);
      if (ranges.lost() != SentRanges.NONE) {
        recovery.resegmented();
      }
    }
    adaptPace();
  }

  /** Payload bytes of a full segment. */
  public int segmentSize() {
    return variables.segmentSize;
  }

  /** SND.NXT: behind the last number ever sent. An acknowledgment of more is not valid. */
  public int next() {
    return variables.sequence(variables.highest);
  }

  /** SND.UNA: the first number not acknowledged. */
  public int unacknowledged() {
    return variables.sequence(variables.unacknowledged);
  }

  /**
   * The number for a segment without data: {@link #next}, but none behind the other end's window,
   * where it would be refused together with its acknowledgment.
   */
  public int sequence() {
    long within = Math.max(variables.unacknowledged, variables.edge);
    return variables.sequence(Math.min(variables.next, within));
  }

  /** Whether the FIN was sent. */
  public boolean finSent() {
    return established && stream.isFinished() && variables.highest > stream.end();
  }

  /** Whether the FIN was acknowledged, and so all data. */
  public boolean finAcknowledged() {
    return established && stream.isFinished() && variables.unacknowledged > stream.end();
  }

  /** Whether the other end was silent for longer than R2: the endpoint gives the connection up. */
  public boolean timedOut() {
    return expiry.isGivenUp();
  }

  /** Bytes believed to be on the path. */
  public long inFlight() {
    return established ? recovery.inFlight() : 0;
  }

  /** Bytes sent and not acknowledged cumulatively, the FIN counted. */
  public long outstanding() {
    return variables.outstanding();
  }

  /** The other end's window in bytes, from {@link #unacknowledged} on. */
  public long window() {
    return Math.max(0, variables.edge - variables.unacknowledged);
  }

  /** Where that window ends, as an offset of the stream; 0 before it is known. */
  public long edge() {
    return established ? variables.edge : 0;
  }

  /** The smoothed round-trip time in nanoseconds; -1 before the first sample. */
  public long roundTripNanos() {
    return roundTrip.smoothedNanos();
  }

  /** The retransmission timeout in nanoseconds, backed off as it is now (RFC 6298). */
  public long timeoutNanos() {
    return roundTrip.timeoutNanos();
  }

  /** Payload bytes sent for the first time. */
  public long sentBytes() {
    return transmitter.sentBytes();
  }

  /** Payload bytes sent again. */
  public long retransmittedBytes() {
    return transmitter.resentBytes();
  }

  /** Retransmission timeouts. */
  public long timeouts() {
    return expiry.timeouts();
  }

  /** What the scoreboard's searches have cost so far, in steps. */
  long cost() {
    return ranges.cost();
  }

  /** Forgets all; it sends nothing and wants no time until {@link #begin}. */
  public void clear() {
    if (established) {
      ranges.begin(settings.mostRanges());
    }
    established = false;
    out = null;
    stream = null;
    control = null;
    expiry.stop();
  }
}
