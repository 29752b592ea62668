package org.vtl.bench;

/**
 * A path between two hosts, the same both ways: a line of a rate with a queue before it, a delay,
 * and random loss of single packets.
 *
 * @param mbit what the line carries, in 10^6 bits per second
 * @param rttMillis there and back, without any queue
 * @param lossPercent of the packets in each direction
 */
record LongPath(int mbit, int rttMillis, double lossPercent) {
  private static final int LEAST_QUEUE_BYTES = 128 << 10;

  /**
   * The emulator holds 15,000 packets both ways; 6,000 in the queue leave room for those on the way
   * at 1 Gbit/s and 100 ms, and for their acknowledgments.
   */
  private static final int MOST_QUEUE_BYTES = 6000 * 1500;

  private static final int LEAST_MILLIS = 4000;

  /** So many round trips let slow start end, and something be seen of what comes behind it. */
  private static final int ROUND_TRIPS = 25;

  /** The queue before the line: as much as is on the way in one round trip, within bounds. */
  int queueBytes() {
    long product = mbit * 1_000_000L / 8 * rttMillis / 1000;
    return Math.clamp(product, LEAST_QUEUE_BYTES, MOST_QUEUE_BYTES);
  }

  /** How long a transfer over it is measured, where nothing else is wanted. */
  int millis() {
    return Math.max(LEAST_MILLIS, ROUND_TRIPS * rttMillis);
  }

  /** As the tables call it. */
  String title() {
    String rate = mbit % 1000 == 0 ? mbit / 1000 + " Gbit/s" : mbit + " Mbit/s";
    return "%s, %d ms, %s %%".formatted(rate, rttMillis, plain(lossPercent));
  }

  /** The settings of {@code impair} that make it, as {@code KEY=VALUE}. */
  String[] settings() {
    return new String[] {
      "outbound.delay.ms=" + plain(rttMillis / 2.0),
      "inbound.delay.ms=" + plain(rttMillis / 2.0),
      "outbound.rate.mbit=" + mbit,
      "inbound.rate.mbit=" + mbit,
      "outbound.loss.percent=" + plain(lossPercent),
      "inbound.loss.percent=" + plain(lossPercent),
      "outbound.queue.bytes=" + queueBytes(),
      "inbound.queue.bytes=" + queueBytes()
    };
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
