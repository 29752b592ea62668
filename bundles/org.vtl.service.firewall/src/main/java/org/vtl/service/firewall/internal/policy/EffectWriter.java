package org.vtl.service.firewall.internal.policy;

/** Writes limits, counts and logging. */
final class EffectWriter {
  private static final long SECOND = 1_000_000_000L;

  private EffectWriter() {}

  static String text(Effect effect) {
    return switch (effect) {
      case Effect.Limit limit -> {
        String unit = limit.bytes() ? " bytes" : "";
        yield "limit rate "
            + (limit.over() ? "over " : "")
            + limit.amount()
            + unit
            + "/"
            + unit(limit.unitNanos())
            + " burst "
            + limit.burst()
            + (limit.bytes() ? " bytes" : " packets")
            + per(limit.per());
      }
      case Effect.Count count ->
          "ct count " + (count.over() ? "over " : "") + count.limit() + per(count.per());
      case Effect.Log log -> log.prefix().isEmpty() ? "log" : "log prefix \"" + log.prefix() + '"';
    };
  }

  private static String unit(long nanos) {
    return switch ((int) (nanos / SECOND)) {
      case 1 -> "second";
      case 60 -> "minute";
      case 3600 -> "hour";
      case 86_400 -> "day";
      default -> "week";
    };
  }

  private static String per(Effect.Per per) {
    return switch (per) {
      case RULE -> "";
      case SOURCE -> " per source";
      case DESTINATION -> " per destination";
    };
  }
}
