package org.vtl.service.impair.internal;

/**
 * A token bucket in front of a line, with a queue limited in packets and bytes. It computes when
 * each packet has left instead of keeping packets: the line holds them until then.
 *
 * <p>All workers of a link share one, so that the rate holds for the link: the one place where they
 * meet, behind a lock that is held for some instructions and taken only where a rate is set.
 */
final class RateLimit {
  /** What {@link #admit} returns when the queue is full. */
  static final long FULL = Long.MIN_VALUE;

  // A ring of those still to leave.
  private long[] leaves = new long[0];
  private int[] sizes = new int[0];
  private int first;
  private int count;
  private long queuedBytes;

  /** When the bucket will have paid for all that was admitted. */
  private long paid;

  private boolean started;

  /** Has room for {@code packets} in the queue; those in it stay. */
  synchronized void resize(int packets) {
    if (packets <= leaves.length) {
      return;
    }
    long[] newLeaves = new long[packets];
    int[] newSizes = new int[packets];
    for (int i = 0; i < count; i++) {
      int from = (first + i) % leaves.length;
      newLeaves[i] = leaves[from];
      newSizes[i] = sizes[from];
    }
    leaves = newLeaves;
    sizes = newSizes;
    first = 0;
  }

  /**
   * When a packet of {@code bytes} that comes at {@code now} has left, in nanoseconds, or {@link
   * #FULL}. A packet longer than the whole queue is admitted when the queue is empty.
   */
  synchronized long admit(long now, int bytes, LineSettings settings) {
    expire(now);
    if (count > 0
        && (count >= settings.queuePackets() || queuedBytes + bytes > settings.queueBytes())) {
      return FULL;
    }
    double nanosPerByte = 8e9 / settings.rate();
    long earliest = now - (long) (settings.rateBurstBytes() * nanosPerByte);
    // Tokens do not pile up beyond the burst: time not used before it is lost.
    paid = started && paid - earliest > 0 ? paid : earliest;
    started = true;
    paid += (long) Math.ceil(bytes * nanosPerByte);
    if (paid - now <= 0) {
      return now;
    }
    int last = (first + count++) % leaves.length;
    leaves[last] = paid;
    sizes[last] = bytes;
    queuedBytes += bytes;
    return paid;
  }

  private void expire(long now) {
    while (count > 0 && leaves[first] - now <= 0) {
      queuedBytes -= sizes[first];
      first = (first + 1) % leaves.length;
      count--;
    }
  }

  synchronized void clear() {
    first = 0;
    count = 0;
    queuedBytes = 0;
    started = false;
  }
}
