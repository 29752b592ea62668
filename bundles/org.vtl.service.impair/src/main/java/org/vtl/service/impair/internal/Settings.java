package org.vtl.service.impair.internal;

import org.vtl.packet.Direction;

/** The configuration, checked and converted, of both directions. */
record Settings(long seed, LineSettings outbound, LineSettings inbound) {
  /**
   * Checks and converts.
   *
   * @throws IllegalArgumentException in one sentence naming key, value and range
   */
  static Settings of(ImpairConfig config) {
    return new Settings(config.seed(), outbound(config), inbound(config));
  }

  LineSettings of(Direction direction) {
    return direction == Direction.OUTBOUND ? outbound : inbound;
  }

  private static LineSettings outbound(ImpairConfig config) {
    return new LineSettings(
        millis("outbound.delay.ms", config.outbound_delay_ms()),
        millis("outbound.jitter.ms", config.outbound_jitter_ms()),
        isNormal(config.jitter_distribution()),
        config.order_keep(),
        percent("outbound.loss.percent", config.outbound_loss_percent()),
        percent("outbound.burst.start.percent", config.outbound_burst_start_percent()),
        percent("outbound.burst.end.percent", config.outbound_burst_end_percent()),
        percent("outbound.burst.loss.percent", config.outbound_burst_loss_percent()),
        percent("outbound.duplicate.percent", config.outbound_duplicate_percent()),
        percent("outbound.corrupt.percent", config.outbound_corrupt_percent()),
        percent("outbound.reorder.percent", config.outbound_reorder_percent()),
        millis("outbound.reorder.delay.ms", config.outbound_reorder_delay_ms()),
        (long) (1e6 * range("outbound.rate.mbit", config.outbound_rate_mbit(), 0, 100_000)),
        (int)
            range("outbound.rate.burst.bytes", config.outbound_rate_burst_bytes(), 0, 100_000_000),
        (int)
            range("outbound.rate.overhead.bytes", config.outbound_rate_overhead_bytes(), 0, 1_000),
        (int) range("outbound.queue.bytes", config.outbound_queue_bytes(), 1_500, 1_000_000_000),
        (int) range("outbound.queue.packets", config.outbound_queue_packets(), 1, 30_000),
        (int) range("hold.packets", config.hold_packets(), 4, 30_000));
  }

  private static LineSettings inbound(ImpairConfig config) {
    return new LineSettings(
        millis("inbound.delay.ms", config.inbound_delay_ms()),
        millis("inbound.jitter.ms", config.inbound_jitter_ms()),
        isNormal(config.jitter_distribution()),
        config.order_keep(),
        percent("inbound.loss.percent", config.inbound_loss_percent()),
        percent("inbound.burst.start.percent", config.inbound_burst_start_percent()),
        percent("inbound.burst.end.percent", config.inbound_burst_end_percent()),
        percent("inbound.burst.loss.percent", config.inbound_burst_loss_percent()),
        percent("inbound.duplicate.percent", config.inbound_duplicate_percent()),
        percent("inbound.corrupt.percent", config.inbound_corrupt_percent()),
        percent("inbound.reorder.percent", config.inbound_reorder_percent()),
        millis("inbound.reorder.delay.ms", config.inbound_reorder_delay_ms()),
        (long) (1e6 * range("inbound.rate.mbit", config.inbound_rate_mbit(), 0, 100_000)),
        (int) range("inbound.rate.burst.bytes", config.inbound_rate_burst_bytes(), 0, 100_000_000),
        (int) range("inbound.rate.overhead.bytes", config.inbound_rate_overhead_bytes(), 0, 1_000),
        (int) range("inbound.queue.bytes", config.inbound_queue_bytes(), 1_500, 1_000_000_000),
        (int) range("inbound.queue.packets", config.inbound_queue_packets(), 1, 30_000),
        (int) range("hold.packets", config.hold_packets(), 4, 30_000));
  }

  private static long millis(String key, double value) {
    return Math.round(1e6 * range(key, value, 0, 60_000));
  }

  private static double percent(String key, double value) {
    return range(key, value, 0, 100) / 100;
  }

  private static double range(String key, double value, double least, double most) {
    if (value >= least && value <= most) {
      return value;
    }
    throw new IllegalArgumentException(
        "org.vtl.service.impair has "
            + key
            + "="
            + plain(value)
            + "; give a number from "
            + plain(least)
            + " to "
            + plain(most)
            + ".");
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }

  private static boolean isNormal(String distribution) {
    return switch (distribution) {
      case "uniform" -> false;
      case "normal" -> true;
      default ->
          throw new IllegalArgumentException(
              "org.vtl.service.impair has jitter.distribution="
                  + distribution
                  + "; give uniform or normal.");
    };
  }
}
