package org.vtl.testkit;

import java.util.function.LongSupplier;

/**
 * A clock that moves only when a test moves it. Begins at one second, not at 0, which too much code
 * takes for "never". May be read by any thread.
 */
public final class VirtualClock implements LongSupplier {
  private volatile long nanos = 1_000_000_000L;

  /** Nanoseconds now, counted from an arbitrary start. */
  @Override
  public long getAsLong() {
    return nanos;
  }

  /** Nanoseconds now, counted from an arbitrary start. */
  public long nanos() {
    return nanos;
  }

  /** Moves forward by {@code nanos}, which must not be negative; for the one thread that tests. */
  public void advance(long nanos) {
    set(this.nanos + nanos);
  }

  /** Moves forward to {@code nanos}. */
  public void set(long nanos) {
    if (nanos < this.nanos) {
      throw new IllegalArgumentException(
          "A clock does not go back, from " + this.nanos + " to " + nanos + " ns.");
    }
    this.nanos = nanos;
  }
}
