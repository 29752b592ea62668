package org.vtl.core.internal.engine;

/**
 * Whether a worker with nothing to do looks again at once or sleeps. Looking again answers a
 * request sooner than being woken does, but takes a core from those who share it; so, unless
 * configured otherwise, the worker spins only where spinning was worth it lately: in conversations
 * of small packets whose answers come within {@link #PATIENCE_NANOS}. The worker's.
 */
final class IdleStrategy {
  /** What the link's key {@code spin} says. */
  enum Mode {
    /** Spin while answers come soon. */
    AUTO,
    /** Always sleep. */
    OFF,
    /** Never sleep: for a machine with a core to spare. */
    ON
  }

  /** How long after the last packet the next may come that spinning waits for. */
  static final long PATIENCE_NANOS = 60_000;

  /** How long the worker sleeps at most when there was a packet lately, and otherwise. */
  static final long WATCHFUL_NANOS = 50_000_000;

  static final long CALM_NANOS = 1_000_000_000;

  /** How long a packet was lately. */
  static final long LATELY_NANOS = 10_000_000_000L;

  /** A conversation's turn, as opposed to a transfer's burst, is at most this long. */
  private static final int TURN_PACKETS = 8;

  private static final int TURN_BYTES = 8_192;

  private static final int MOST_CONFIDENCE = 32;
  private static final int SPIN_CONFIDENCE = 16;

  /** What a wait costs in confidence that was in vain. */
  private static final int DISAPPOINTMENT = 4;

  private final LaneStatistics seen;
  private int confidence;
  private boolean idle;
  private boolean spun;
  private long idleSince;

  private long outboundPackets;
  private long inboundPackets;
  private long bytes;

  /** Whether the last turn went outbound; meaningless before the first. */
  private boolean outbound;

  /** Whether what came before the wait was a turn, so that an answer to it may come. */
  private boolean turn;

  /** A strategy that learns from what {@code seen} counts. */
  IdleStrategy(LaneStatistics seen) {
    this.seen = seen;
  }

  /** Notes a round, begun at {@code now}, that had something to do. */
  void worked(long now) {
    if (idle && seen.outboundPackets + seen.inboundPackets != outboundPackets + inboundPackets) {
      idle = false;
      learn(now);
    }
  }

  /** Whether a worker whose round at {@code now} found nothing is to look again at once. */
  boolean spins(Mode mode, long now) {
    if (!idle) {
      idle = true;
      idleSince = now;
      spun = false;
      take();
    }
    if (mode != Mode.AUTO) {
      return mode == Mode.ON;
    }
    if (!turn || confidence < SPIN_CONFIDENCE || spun) {
      return false;
    }
    if (now - idleSince < PATIENCE_NANOS) {
      return true;
    }
    spun = true; // in vain
    confidence -= DISAPPOINTMENT;
    return false;
  }

  /**
   * How long the worker may sleep at most. A port that has just failed may tell of nothing any more
   * (a stalled ring of the kernel's), and finds that out when it is polled.
   */
  long longestSleepNanos(long now) {
    return now - idleSince < LATELY_NANOS ? WATCHFUL_NANOS : CALM_NANOS;
  }

  /** Looks at what came between two waits: one turn of a conversation, or more than that. */
  private void take() {
    long newOutbound = seen.outboundPackets - outboundPackets;
    long newInbound = seen.inboundPackets - inboundPackets;
    long newBytes = seen.outboundBytes + seen.inboundBytes - bytes;
    outboundPackets += newOutbound;
    inboundPackets += newInbound;
    bytes += newBytes;
    if (newOutbound + newInbound > 0) {
      turn = newOutbound + newInbound <= TURN_PACKETS && newBytes <= TURN_BYTES;
      outbound = newOutbound > newInbound || newOutbound == newInbound && !outbound;
    }
  }

  /** A wait is over: did a packet the other way, an answer, come soon enough? */
  private void learn(long now) {
    boolean answered =
        outbound ? seen.inboundPackets > inboundPackets : seen.outboundPackets > outboundPackets;
    if (turn && answered && now - idleSince <= PATIENCE_NANOS) {
      confidence = Math.min(MOST_CONFIDENCE, confidence + 1);
    } else {
      confidence = Math.max(0, confidence - DISAPPOINTMENT);
    }
  }
}
