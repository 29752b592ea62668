package org.vtl.core.internal.engine;

/**
 * Says in which rounds a lane measures how long services take: in all that it calls in one round,
 * and then in none until a hundred times as long has passed. So measuring takes less than a
 * hundredth of the worker's time however slow the clock is, and where there are few packets all of
 * them are measured. The worker's.
 */
final class Stopwatch {
  private static final int SHARE = 100;
  private static final long PAUSE_NANOS = 10_000_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;
  private static final int FIRST_READINGS = 100;

  private final EngineCore engine;
  private long roundNanos;
  private long dueNanos;
  private boolean running;
  private boolean used;

  /** The least that it took to read the clock twice: no time of a service is shorter. */
  private long readingNanos = Long.MAX_VALUE;

  Stopwatch(EngineCore engine) {
    this.engine = engine;
    dueNanos = engine.nanoTime();
    for (int i = 0; i < FIRST_READINGS; i++) {
      readClock();
    }
  }

  /** A round begins at {@code now}. */
  void begin(long now) {
    roundNanos = now;
    running = now - dueNanos >= 0;
  }

  /** Whether calls are measured now. */
  boolean isRunning() {
    return running;
  }

  /** A call was measured from {@code began} to {@code ended}. */
  void add(CallTimes times, long began, long ended) {
    times.add(roundNanos, Math.max(0, ended - began - readingNanos));
    used = true;
  }

  /** The round is over. */
  void end() {
    if (used) {
      used = false;
      running = false;
      long now = readClock();
      dueNanos = now + Math.clamp(SHARE * (now - roundNanos), PAUSE_NANOS, LONGEST_PAUSE_NANOS);
    }
  }

  private long readClock() {
    long before = engine.nanoTime();
    long now = engine.nanoTime();
    readingNanos = Math.min(readingNanos, now - before);
    return now;
  }
}
