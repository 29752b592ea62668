package org.vtl.service.firewall.internal.policy;

import java.util.List;

/** Reads limits, counts and logging of a rule. */
final class EffectReader {
  private static final List<String> UNITS = List.of("second", "minute", "hour", "day", "week");
  private static final long[] SECONDS = {1, 60, 3600, 86_400, 604_800};
  private static final long NANOS = 1_000_000_000L;
  private static final long MOST = 1_000_000_000_000L;

  private final Cursor cursor;
  private final Faults faults;
  private final NumberReader numbers;

  EffectReader(Cursor cursor, Faults faults, NumberReader numbers) {
    this.cursor = cursor;
    this.faults = faults;
    this.numbers = numbers;
  }

  /** Behind {@code limit}; null after a fault. */
  Effect limit() {
    if (!cursor.takeWord("rate")) {
      faults.error(cursor.peek(), "Behind \"limit\" comes a rate; write \"limit rate 10/minute\".");
      return null;
    }
    boolean over = cursor.takeWord("over");
    long amount = numbers.number("rate", 1, MOST);
    long factor = bytes();
    if (amount < 0) {
      return null;
    }
    long unit = unit();
    if (unit < 0) {
      return null;
    }
    long burst = factor > 0 ? 0 : 5; // nft's own
    if (cursor.takeWord("burst")) {
      burst = numbers.number("burst", factor > 0 ? 0 : 1, MOST);
      Token what = cursor.peek();
      boolean packets = cursor.takeWord("packets");
      long burstFactor = packets ? 0 : bytes();
      if (burst < 0) {
        return null;
      }
      if ((packets || burstFactor > 0) && burstFactor > 0 != factor > 0) {
        faults.error(
            what,
            "Rate and burst count different things; write both in packets, or both in bytes.");
        return null;
      }
      burst *= Math.max(1, burstFactor);
    }
    return new Effect.Limit(
        over, amount * Math.max(1, factor), unit * NANOS, factor > 0, burst, per());
  }

  /** A unit of bytes, if one is here; 0 otherwise. */
  private long bytes() {
    return cursor.takeWord("bytes")
        ? 1
        : cursor.takeWord("kbytes") ? 1024 : cursor.takeWord("mbytes") ? 1024 * 1024 : 0;
  }

  private long unit() {
    Token token = cursor.peek();
    if (cursor.takeSymbol("/")) {
      token = cursor.peek();
      int index = UNITS.indexOf(token.text());
      if (index >= 0) {
        cursor.next();
        return SECONDS[index];
      }
    }
    faults.error(
        token,
        "A rate is per second, minute, hour, day or week; write \"10/minute\", for example.");
    return -1;
  }

  /** Behind {@code ct count}; null after a fault. */
  Effect count() {
    boolean over = cursor.takeWord("over");
    int limit = (int) numbers.number("count of connections", over ? 0 : 1, 1_000_000_000);
    return limit < 0 ? null : new Effect.Count(over, limit, per());
  }

  private Effect.Per per() {
    if (!cursor.takeWord("per")) {
      return Effect.Per.RULE;
    }
    if (cursor.takeWord("source")) {
      return Effect.Per.SOURCE;
    }
    if (!cursor.takeWord("destination")) {
      faults.error(
          cursor.peek(),
          "Behind \"per\" comes an end; write \"per source\" or \"per destination\".");
    }
    return Effect.Per.DESTINATION;
  }

  /** Behind {@code log}; null after a fault. */
  Effect log() {
    if (!cursor.takeWord("prefix")) {
      return new Effect.Log("");
    }
    String prefix = numbers.text("prefix");
    return prefix == null ? null : new Effect.Log(prefix);
  }
}
