package org.vtl.itests.tcp;

import java.util.SplittableRandom;

/**
 * What the path is like for a batch of transfers, drawn from a seed, the same both ways.
 *
 * @param delayMillis one way
 * @param offloads whether the hosts make segments of 64 KB
 * @param control the congestion control of the hosts' kernels
 */
record Weather(
    double lossPercent,
    double delayMillis,
    double jitterMillis,
    double reorderPercent,
    double duplicatePercent,
    boolean offloads,
    String control) {
  private static final long MOST_BYTES = 50_000_000;
  private static final long MEGABYTE = 1_000_000;
  private static final double SEGMENT_BYTES = 1_448;
  private static final double SECONDS = 5;

  /** Of the seed's batches, the one of that number. */
  static Weather draw(long seed, int batch) {
    // not Random, whose first draws are nearly the same for neighbouring seeds
    SplittableRandom random = new SplittableRandom(seed * 7919 + batch);
    // Every fourth is clear, or large transfers would never be seen.
    boolean clear = batch % 4 == 0;
    double loss = clear ? 0.2 * random.nextDouble() : 10 * random.nextDouble();
    double delay = clear ? 10 * random.nextDouble() : 150 * random.nextDouble();
    return new Weather(
        round(loss),
        round(delay),
        round(random.nextInt(3) == 0 ? delay / 10 * random.nextDouble() : 0),
        round(random.nextInt(2) == 0 ? 10 * random.nextDouble() : 0),
        round(random.nextInt(3) == 0 ? random.nextDouble() : 0),
        random.nextBoolean(),
        random.nextInt(3) == 0 ? "reno" : "bbr");
  }

  private static double round(double value) {
    return Math.round(value * 10) / 10.0;
  }

  /** The most that one end sends: plain TCP, too, has to be through with it in a minute. */
  long mostBytes() {
    if (lossPercent < 0.3 || (control.equals("bbr") && lossPercent < 3)) {
      return MOST_BYTES;
    }
    if (control.equals("bbr")) {
      return MEGABYTE / 2;
    }
    // What Reno carries in so long at best (RFC 3155, and Mathis and others 1997).
    double seconds = 2 * (delayMillis + 1) / 1_000;
    double rate = SEGMENT_BYTES / seconds * Math.sqrt(1.5 / (lossPercent / 100));
    return Math.clamp((long) (rate * SECONDS), MEGABYTE / 8, MOST_BYTES);
  }

  /** The settings of {@code impair}, as {@code KEY=VALUE}. */
  String[] settings() {
    return new String[] {
      "outbound.loss.percent=" + lossPercent,
      "inbound.loss.percent=" + lossPercent,
      "outbound.delay.ms=" + delayMillis,
      "inbound.delay.ms=" + delayMillis,
      "outbound.jitter.ms=" + jitterMillis,
      "inbound.jitter.ms=" + jitterMillis,
      "outbound.reorder.percent=" + reorderPercent,
      "inbound.reorder.percent=" + reorderPercent,
      "outbound.duplicate.percent=" + duplicatePercent,
      "inbound.duplicate.percent=" + duplicatePercent,
      "hold.packets=15000"
    };
  }
}
