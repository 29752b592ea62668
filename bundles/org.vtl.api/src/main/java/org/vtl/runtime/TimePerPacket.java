package org.vtl.runtime;

/**
 * How long a service takes for a packet, from samples: by turns all packets of some moments are
 * measured and all of others are not, so that measuring takes less than a hundredth of a worker's
 * time. What a service does later with packets that it took is not in it. Immutable.
 *
 * @param measured packets measured since VTL started; 0 when there is nothing to tell yet, and so
 *     is all else then
 * @param measuredNanos nanoseconds that these took together
 * @param meanNanos average of a packet, in nanoseconds, over the last five to ten seconds in which
 *     the service saw packets
 * @param p99Nanos of 100 packets of that time 99 took so many nanoseconds at most; too high by an
 *     eighth at most
 */
public record TimePerPacket(long measured, long measuredNanos, long meanNanos, long p99Nanos) {
  /** Of a service that has had no packet measured. */
  public static final TimePerPacket NONE = new TimePerPacket(0, 0, 0, 0);
}
