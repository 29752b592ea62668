package org.vtl.core.internal.engine;

import java.util.List;
import org.vtl.core.internal.connection.ConnectionEvent;
import org.vtl.packet.Direction;

/**
 * The last events of many connections, in the order in which they happened; the oldest make room
 * for new ones. Made whole at the start, so that to add one costs four stores. One thread's.
 */
final class EventRing {
  /** No service, and no reason. */
  static final int NONE = -1;

  private static final ConnectionEvent[] EVENTS = ConnectionEvent.values();
  private static final Direction[] DIRECTIONS = Direction.values();
  private static final int BYTE = 8;
  private static final int LOW = 0xff;

  private final int mask;
  private final long[] connections;
  private final long[] nanos;

  /** From the lowest byte: event, service plus one, direction plus one. */
  private final int[] words;

  private final int[] arguments;
  private long written;

  /**
   * An event, taken out of the ring.
   *
   * @param by whose doing it is, or null
   * @param service the number of the service whose doing it is, or {@link #NONE}
   * @param argument what more there is to know, by the event
   */
  record Entry(long nanos, ConnectionEvent event, Direction by, int service, int argument) {}

  /**
   * A ring for {@code capacity} events, a power of two.
   *
   * @throws IllegalArgumentException if it is none
   */
  EventRing(int capacity) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("A ring of " + capacity + " events: no power of two.");
    }
    mask = capacity - 1;
    connections = new long[capacity];
    nanos = new long[capacity];
    words = new int[capacity];
    arguments = new int[capacity];
  }

  /**
   * Notes an event.
   *
   * @param by whose doing it is, or null
   * @param service the number of the service whose doing it is, or {@link #NONE}
   * @param argument what more there is to know, by the event
   */
  void add(
      long connection, long now, ConnectionEvent event, Direction by, int service, int argument) {
    int at = (int) written++ & mask;
    connections[at] = connection;
    nanos[at] = now;
    words[at] =
        event.ordinal() | service + 1 << BYTE | (by == null ? 0 : by.ordinal() + 1) << 2 * BYTE;
    arguments[at] = argument;
  }

  /** What is left of {@code connection}, the oldest first; {@code added} gets it. */
  void read(long connection, List<Entry> added) {
    for (long i = oldest(); i < written; i++) {
      int at = (int) i & mask;
      if (connections[at] == connection) {
        int word = words[at];
        int direction = word >>> 2 * BYTE & LOW;
        added.add(
            new Entry(
                nanos[at],
                EVENTS[word & LOW],
                direction == 0 ? null : DIRECTIONS[direction - 1],
                (word >>> BYTE & LOW) - 1,
                arguments[at]));
      }
    }
  }

  /** Whether an event from {@code since} or later may have made room for another. */
  boolean lacks(long since) {
    // The lost ones are no younger than the oldest that is left.
    return oldest() > 0 && nanos[(int) oldest() & mask] >= since;
  }

  /** The number of the oldest event that is left, of all that ever were. */
  private long oldest() {
    return Math.max(0, written - connections.length);
  }
}
