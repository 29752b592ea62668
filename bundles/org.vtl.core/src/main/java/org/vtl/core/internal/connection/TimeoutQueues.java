package org.vtl.core.internal.connection;

import java.util.Arrays;

/**
 * The connections in one queue for each {@link Timeout}, the longest silent first. A connection
 * moves to the end at most once in a second, so that most packets leave its neighbours alone; the
 * order within a second is that of the first packet in it.
 */
final class TimeoutQueues {
  /** No connection's place. */
  static final int NONE = -1;

  private static final Timeout[] TIMEOUTS = Timeout.values();

  /** Times equal but for these bits, 1.07 seconds, count as one. */
  private static final int SECOND_BITS = 30;

  private final TrackedConnection[] connections;
  private final int[] first = new int[TIMEOUTS.length];
  private final int[] last = new int[TIMEOUTS.length];
  private final int[] sizes = new int[TIMEOUTS.length];

  /** Nothing expires before. */
  private long nextExpiry = Long.MAX_VALUE;

  /** Queues of {@code connections}, by their places there. */
  TimeoutQueues(TrackedConnection[] connections) {
    this.connections = connections;
    Arrays.fill(first, NONE);
    Arrays.fill(last, NONE);
  }

  /** How many connections are under {@code timeout}. */
  int size(Timeout timeout) {
    return sizes[timeout.ordinal()];
  }

  /** The connection that is silent for longest under {@code timeout}, or null. */
  TrackedConnection first(Timeout timeout) {
    return at(first[timeout.ordinal()]);
  }

  /** The next one in the queue of {@code connection}, or null. */
  TrackedConnection after(TrackedConnection connection) {
    return at(connection.newer);
  }

  /** A connection that is silent for too long, or null. */
  TrackedConnection expired(long now) {
    if (now < nextExpiry) {
      return null;
    }
    nextExpiry = Long.MAX_VALUE;
    for (Timeout timeout : TIMEOUTS) {
      TrackedConnection oldest = first(timeout);
      if (oldest != null) {
        nextExpiry = Math.min(nextExpiry, oldest.lastNanos + timeout.nanos());
        if (nextExpiry <= now) {
          return oldest;
        }
      }
    }
    return null;
  }

  /** A time, in nanoseconds of the clock, before which no connection expires. */
  long nextExpiry() {
    return nextExpiry;
  }

  /** Notes that {@code connection}, which has {@code timeout} now, was heard of at {@code now}. */
  void touch(TrackedConnection connection, Timeout timeout, long now) {
    if (connection.timeout != timeout.ordinal()
        || now >> SECOND_BITS != connection.lastNanos >> SECOND_BITS) {
      remove(connection);
      add(connection, timeout, now);
    }
    connection.lastNanos = now;
  }

  /** Adds {@code connection}, heard of at {@code now}, at the end. */
  void add(TrackedConnection connection, Timeout timeout, long now) {
    int queue = timeout.ordinal();
    connection.timeout = (byte) queue;
    connection.lastNanos = now;
    connection.older = last[queue];
    connection.newer = NONE;
    if (last[queue] == NONE) {
      first[queue] = connection.place;
    } else {
      connections[last[queue]].newer = connection.place;
    }
    last[queue] = connection.place;
    sizes[queue]++;
    nextExpiry = Math.min(nextExpiry, now + timeout.nanos());
  }

  void remove(TrackedConnection connection) {
    int queue = connection.timeout;
    sizes[queue]--;
    if (connection.older == NONE) {
      first[queue] = connection.newer;
    } else {
      connections[connection.older].newer = connection.newer;
    }
    if (connection.newer == NONE) {
      last[queue] = connection.older;
    } else {
      connections[connection.newer].older = connection.older;
    }
  }

  private TrackedConnection at(int place) {
    return place == NONE ? null : connections[place];
  }
}
