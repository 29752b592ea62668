package org.vtl.tcp.internal.endpoint;

import org.vtl.connection.TcpState;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.send.Sender;

/** The handshake: who offers what, how long it is tried, and what becomes of it. */
final class Opening {
  private static final long NEVER = Long.MAX_VALUE;
  private static final long RETRY_NANOS = 1_000_000;

  /** Least size of the segments sent, so that no offer makes a packet of each byte. */
  private static final int LEAST_SEGMENT = 64;

  /** The timestamps option with its two no-operations (RFC 7323 appendix A). */
  private static final int TIMESTAMPS_LENGTH = 12;

  private final ControlBlock block;
  private final SegmentMaker maker;

  private boolean silent;
  private boolean active;
  private boolean offersEcn;
  private int heardSequence; // IRS
  private int heardEnd;
  private int sent;
  private long firstSent;
  private long timeout;
  private long deadline = NEVER;

  Opening(ControlBlock block, SegmentMaker maker) {
    this.block = block;
    this.maker = maker;
  }

  void clear() {
    silent = false;
    active = false;
    sent = 0;
    deadline = NEVER;
  }

  /** Whether a SYN was heard that nobody has answered. */
  boolean isSilent() {
    return silent;
  }

  /** IRS. */
  int heardSequence() {
    return heardSequence;
  }

  /** Whether this end sent the first SYN. */
  boolean isActive() {
    return active;
  }

  long deadline() {
    return deadline;
  }

  void connect(int initialSequence, long now) {
    block.initialSequence = initialSequence;
    block.state = TcpState.SYN_SENT;
    active = true;
    offersEcn = block.settings.ecn;
    block.receiver.begin(block.incoming, block.settings.maximumSegmentSize, now);
    begin(now);
  }

  /** Takes the SYN of the other end; it is not answered yet. */
  void hear(Packet syn, long now) {
    block.receiver.begin(block.incoming, block.settings.maximumSegmentSize, now);
    learn(syn, now);
    block.state = TcpState.SYN_RECEIVED;
    silent = true;
  }

  void answer(int initialSequence, long now) {
    block.initialSequence = initialSequence;
    silent = false;
    agree();
    begin(now);
  }

  /** As a closed port answers the SYN that was heard (RFC 9293 section 3.10.7.1). */
  boolean refuse() {
    return maker.resetFor(heardEnd);
  }

  private void begin(long now) {
    sent = 0;
    firstSent = now;
    timeout = block.settings.initialTimeoutNanos;
    transmit(now);
  }

  private void transmit(long now) {
    boolean answers = block.state == TcpState.SYN_RECEIVED;
    if (!maker.synchronize(answers, answers ? block.ecn : offersEcn, now)) {
      deadline = now + RETRY_NANOS;
      return;
    }
    if (sent++ == 0) {
      firstSent = now;
    } else {
      timeout = Math.min(2 * timeout, block.settings.mostTimeoutNanos);
    }
    deadline = now + timeout;
  }

  /** Sends the SYN-ACK once more, to one whose SYN came again; no timer changes. */
  void repeat(long now) {
    maker.synchronize(true, block.ecn, now);
  }

  /** What is due by {@code now}: false when patience is at its end (R2). */
  boolean expire(long now) {
    if (now < deadline) {
      return true;
    }
    if (now - firstSent >= block.settings.handshakePatienceNanos) {
      deadline = NEVER;
      return false;
    }
    if (sent > 0) {
      offersEcn = false; // what loses ECN's SYNs lets others pass (RFC 3168 section 6.1.1.1)
    }
    transmit(now);
    return true;
  }

  /** SYN-SENT and a SYN without acknowledgment: both ends open (RFC 9293 section 3.5). */
  void meet(Packet syn, long now) {
    learn(syn, now);
    block.state = TcpState.SYN_RECEIVED;
    agree();
    begin(now);
  }

  /** SYN-SENT and the SYN-ACK: what it offers counts; {@link #establish} is next. */
  void learnAnswer(Packet synAck, long now) {
    learn(synAck, now);
    agree();
    block.ecn = block.ecn && offersEcn;
  }

  private void learn(Packet syn, long now) {
    heardSequence = syn.tcp().sequenceNumber();
    heardEnd = syn.tcp().endSequence();
    block.offered.read(syn);
    block.receiver.synchronize(heardSequence + 1);
    if (block.offered.timestamps) {
      block.recentTimestamp.set(syn.tcp().timestampValue(), now);
    }
  }

  /** An option is used when both offered it (RFC 7323, RFC 2018): one that only came is not. */
  private void agree() {
    EndpointSettings settings = block.settings;
    Offer offered = block.offered;
    boolean scale = settings.windowScale >= 0 && offered.windowScale >= 0;
    block.sendShift = scale ? offered.windowScale : 0;
    block.timestamps = settings.timestamps && offered.timestamps;
    block.sack = settings.sack && offered.sackPermitted;
    block.ecn = settings.ecn && offered.ecn;
    block.receiver.agree(block.sack, block.ecn, 0);
    block.lastAcknowledgment = heardSequence + 1;
  }

  /**
   * The other end has acknowledged the SYN: data may flow.
   *
   * @param segment the one that did it, of which the window counts
   */
  void establish(Packet segment, long now) {
    TcpHeader tcp = segment.tcp();
    EndpointSettings settings = block.settings;
    deadline = NEVER;
    block.state = TcpState.ESTABLISHED;
    block.keepAlive.heard(now);
    boolean scale = settings.windowScale >= 0 && block.offered.windowScale >= 0;
    block.receiver.agree(block.sack, block.ecn, scale ? settings.windowScale : 0);
    long window = (long) tcp.window() << (tcp.isSyn() ? 0 : block.sendShift);
    block.windowSequence = tcp.sequenceNumber();
    block.windowAcknowledgment = tcp.acknowledgmentNumber();
    block.largestWindow = window;
    long roundTrip = roundTrip(tcp, now);
    block.receiver.tuning.handshake(roundTrip);
    block.sending = true;
    block.sendBase = block.initialSequence + 1 - (int) block.outgoing.start();
    block.sender.establish(
        block.initialSequence + 1,
        block.outgoing.start(),
        segmentSize(),
        block.sack,
        block.timestamps,
        block.ecn,
        window,
        roundTrip,
        now);
  }

  /** Payload bytes of a full segment to the other end. */
  private int segmentSize() {
    int offered = block.offered.maximumSegmentSize;
    int most = offered > 0 ? offered : block.settings.absentSegmentSize;
    return payload(block, Math.min(most, block.settings.largestSegment));
  }

  /** What is left of {@code bytes} behind a TCP header, once its options are there. */
  static int payload(ControlBlock block, int bytes) {
    return Math.max(bytes, LEAST_SEGMENT) - (block.timestamps ? TIMESTAMPS_LENGTH : 0);
  }

  /** Unknown where a SYN was sent twice and no timestamp says which was answered (Karn). */
  private long roundTrip(TcpHeader tcp, long now) {
    if (sent == 1) {
      return now - firstSent;
    }
    if (!block.timestamps || !tcp.hasTimestamps()) {
      return Sender.SYN_LOST;
    }
    long ticks = block.clock.value(now) - tcp.timestampEcho();
    long nanos = ticks * TimestampClock.UNIT_NANOS;
    return ticks > 0 && nanos <= now - firstSent ? nanos : Sender.SYN_LOST;
  }

  /** Whether {@code acknowledgment} acknowledges the SYN and nothing that was not sent. */
  boolean isAcknowledged(int acknowledgment) {
    return acknowledgment == block.initialSequence + 1;
  }

  /** Whether {@code sequence} numbers the SYN that is in flight. */
  boolean isInFlight(int sequence) {
    return !silent && sequence == block.initialSequence;
  }
}
