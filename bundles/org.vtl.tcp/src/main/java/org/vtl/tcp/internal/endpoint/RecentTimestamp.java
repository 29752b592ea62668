package org.vtl.tcp.internal.endpoint;

import org.vtl.packet.Seq;

/** TS.Recent: what protects against wrapped sequence numbers, PAWS (RFC 7323 section 5). */
final class RecentTimestamp {
  /** After this long without news the timestamp may have wrapped, too (section 5.5). */
  private static final long OUTDATED_NANOS = 24L * 24 * 3600 * 1_000_000_000;

  private int value;
  private long learnt;
  private boolean known;

  void clear() {
    value = 0;
    known = false;
  }

  /** Takes {@code timestamp} as the newest, whatever was before. */
  void set(int timestamp, long now) {
    value = timestamp;
    learnt = now;
    known = true;
  }

  /** What is echoed as TSecr; 0 before the first. */
  int value() {
    return value;
  }

  /**
   * What was the newest at {@code when}, if the other end's clock counts milliseconds, as nearly
   * all do.
   */
  int asOf(long when) {
    return value - (int) (Math.max(0, learnt - when) / TimestampClock.UNIT_NANOS);
  }

  /** When the value was learnt. */
  long learnt() {
    return learnt;
  }

  /** Whether a segment with {@code timestamp} is an old duplicate (section 5.3, R1). */
  boolean isOld(int timestamp, long now) {
    return known && Seq.before(timestamp, value) && now - learnt < OUTDATED_NANOS;
  }

  /**
   * Learns the timestamp of an acceptable segment. One behind the last acknowledgment sent is not
   * learnt, so that delayed acknowledgments echo the earliest they cover (section 4.3, rule 2).
   */
  void learn(int timestamp, int sequence, int lastAcknowledgment, long now) {
    if (Seq.atOrBefore(sequence, lastAcknowledgment) && !isOld(timestamp, now)) {
      set(timestamp, now);
    }
  }
}
