package org.vtl.tcp.internal.send;

import org.vtl.packet.Seq;
import org.vtl.tcp.internal.congestion.AckSample;

/**
 * Applies one acknowledgment to the scoreboard, and says what it told: {@link #open}, then {@link
 * #apply}. Selective acknowledgments count by whole segments, as they were sent, so that no other
 * end can cut the scoreboard into crumbs.
 */
final class Delivery {
  /** Records that selective acknowledgments leave to retransmissions. */
  static final int RESERVE = 16;

  private static final long NONE = Long.MIN_VALUE;

  private final SendVariables variables;
  private final SentRanges ranges;
  private final Rack rack;
  private final RateSampler sampler;

  private Transmission out;
  private AckSample sample;
  private Acknowledgment acknowledgment;
  private long now;
  private long point;
  private long leastNanos;
  private long forward;
  private long oldestSentAt;
  private long oldestSelectiveSentAt;
  private long newestSentAt;
  private boolean againAcknowledged;

  /** Bytes newly known to be delivered. */
  long bytes;

  /** Whether SND.UNA moves. */
  boolean advances;

  /** Whether it acknowledged something selectively that was not known to be delivered. */
  boolean selects;

  /** Whether something was delivered that was sent only once, before the episode of recovery. */
  boolean original;

  /** What the other end says it received twice (RFC 2883): its first byte, and behind its last. */
  long duplicateLeft;

  long duplicateRight;

  Delivery(SendVariables variables, SentRanges ranges, Rack rack, RateSampler sampler) {
    this.variables = variables;
    this.ranges = ranges;
    this.rack = rack;
    this.sampler = sampler;
  }

  void begin(Transmission out) {
    this.out = out;
  }

  /**
   * @param point where the episode of recovery ends, or the last one ended
   */
  void open(
      Acknowledgment acknowledgment, AckSample sample, long point, long leastNanos, long now) {
    this.acknowledgment = acknowledgment;
    this.sample = sample;
    this.point = point;
    this.leastNanos = leastNanos;
    this.now = now;
    forward = rack.forward();
    oldestSentAt = NONE;
    oldestSelectiveSentAt = NONE;
    newestSentAt = NONE;
    againAcknowledged = false;
    bytes = 0;
    advances = false;
    selects = false;
    original = false;
    duplicateLeft = 0;
    duplicateRight = 0;
  }

  /** Applies what {@link #open} was given, which acknowledges up to {@code until}. */
  void apply(long until, boolean sack) {
    if (sack) {
      int block = takeDuplicate(until) ? 1 : 0;
      for (; block < acknowledgment.blocks; block++) {
        long left = variables.offset(acknowledgment.left[block]);
        long right = variables.offset(acknowledgment.right[block]);
        if (left < right && right <= variables.next && right > until) {
          select(Math.max(left, variables.unacknowledged), right);
        }
      }
    }
    if (until > variables.unacknowledged) {
      advances = true;
      acknowledge(until);
      if (!sack && againAcknowledged) {
        original = false; // without SACK the rest may have arrived long before the retransmission
      }
    }
  }

  /** RFC 2883 section 4: the first block lies before the number acknowledged, or in the second. */
  private boolean takeDuplicate(long until) {
    if (acknowledgment.blocks == 0) {
      return false;
    }
    long left = variables.offset(acknowledgment.left[0]);
    long right = variables.offset(acknowledgment.right[0]);
    if (left >= right) {
      return false;
    }
    boolean before = right <= until;
    boolean within =
        acknowledgment.blocks > 1
            && left >= variables.offset(acknowledgment.left[1])
            && right <= variables.offset(acknowledgment.right[1]);
    if (!before && !within) {
      return false;
    }
    duplicateLeft = left;
    duplicateRight = right;
    return true;
  }

  private void select(long left, long right) {
    int range = ranges.first() == SentRanges.NONE ? SentRanges.NONE : ranges.find(left);
    while (range != SentRanges.NONE && ranges.start(range) < right) {
      if (ranges.state(range) == SentRanges.DELIVERED) {
        range = ranges.after(range);
        continue;
      }
      long start = ranges.start(range);
      long end = ranges.end(range);
      long from = start < left ? ranges.boundaryBehind(range, left) : start;
      long to = end > right ? ranges.boundaryBefore(range, right) : end;
      boolean whole = from == start && to == end;
      if (from >= to || !whole && ranges.room() < RESERVE) {
        range = ranges.after(range);
        continue;
      }
      if (from > start) {
        ranges.cut(range, from);
      }
      if (to < end) {
        range = ranges.cut(range, to);
      }
      selects = true;
      oldestSelectiveSentAt = older(oldestSelectiveSentAt, range);
      deliver(range, to - from, to);
      range = ranges.after(ranges.deliver(range));
    }
  }

  private void acknowledge(long until) {
    int range;
    while ((range = ranges.first()) != SentRanges.NONE && ranges.start(range) < until) {
      long end = Math.min(until, ranges.end(range));
      if (ranges.state(range) != SentRanges.DELIVERED) {
        oldestSentAt = older(oldestSentAt, range);
        againAcknowledged |= ranges.isAgain(range);
        deliver(range, end - ranges.start(range), end);
      }
      if (end == ranges.end(range)) {
        ranges.removeFirst();
      } else {
        ranges.trimFirst(end);
      }
    }
  }

  /**
   * Whether what it acknowledged selectively was sent before {@code sentAt}, so that nothing sent
   * then can be overdue.
   */
  boolean selectsBefore(long sentAt) {
    return oldestSelectiveSentAt != NONE && oldestSelectiveSentAt < sentAt;
  }

  private long older(long than, int range) {
    long sentAt = ranges.sentAt(range);
    return ranges.isAgain(range) || than != NONE && than <= sentAt ? than : sentAt;
  }

  private void deliver(int range, long count, long end) {
    bytes += count;
    sampler.delivered(range, count, sample, now);
    rack.forward(end);
    long sentAt = ranges.sentAt(range);
    if (ranges.isAgain(range)) {
      // RFC 8985 section 6.2 step 2: it may be the original that was delivered
      boolean older =
          acknowledgment.hasTimestamp
              && Seq.before(acknowledgment.timestampEcho, out.timestamp(sentAt));
      if (older || now - sentAt < leastNanos) {
        return;
      }
    } else {
      newestSentAt = Math.max(newestSentAt, sentAt);
      original |= end <= point;
      if (end < forward) {
        rack.late();
      }
    }
    rack.delivered(sentAt, end, now);
  }

  /**
   * The round trip it shows, for the timeout: that of the oldest data, as the other end may delay
   * acknowledgments. By its timestamp where all data were sent twice. -1 for none.
   */
  long roundTripNanos(long timestampNanos) {
    if (oldestSentAt != NONE && !againAcknowledged) {
      return now - oldestSentAt;
    }
    if (oldestSelectiveSentAt != NONE) {
      return now - oldestSelectiveSentAt;
    }
    if (advances && acknowledgment.hasTimestamp) {
      long age = out.timestamp(now) - acknowledgment.timestampEcho;
      return age < 0 ? -1 : Math.max(1, age) * timestampNanos;
    }
    return -1;
  }

  /** The round trip of the newest data that was sent once; -1 for none. */
  long latestNanos() {
    return newestSentAt == NONE || againAcknowledged ? -1 : now - newestSentAt;
  }
}
