package org.vtl.service;

import org.osgi.annotation.versioning.ProviderType;
import org.vtl.connection.Connection;

/**
 * Timers of one service, on the worker that owns the connection; same threads as {@link Injector}.
 * Resolution one millisecond; a timer never fires early. A connection's timers end with it.
 */
@ProviderType
public interface Timers {
  /** What {@link #start} returns when no timer is free. */
  long NONE = -1;

  /**
   * Calls {@link TimerListener#timerExpired} with {@code connection} and {@code token} after {@code
   * delayNanos}.
   *
   * @return the timer, for {@link #cancel}, or {@link #NONE} when all are in use (counted)
   */
  long start(Connection connection, long delayNanos, long token);

  /** Ends a timer; one that has fired or is {@link #NONE} is ignored. */
  void cancel(long timer);
}
