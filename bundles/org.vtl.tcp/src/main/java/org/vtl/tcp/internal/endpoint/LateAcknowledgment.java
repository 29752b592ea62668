package org.vtl.tcp.internal.endpoint;

import org.vtl.tcp.internal.stream.ByteStream;

/**
 * How far data is acknowledged, where that may be only once the stream's reader has passed it on.
 *
 * <p>What only waits here must not look lost to its sender. So nothing is said of what came behind
 * a gap before all that is before the gap is acknowledged; and when a gap is filled, no
 * acknowledgment ends within what was acknowledged selectively: that looks like data thrown away
 * (RFC 2018 section 8), for which Linux soon forgets all it was told, and begins again with one
 * segment.
 *
 * <p>Nor may more come than the reader can pass on, where it says how much that is: data that it
 * cannot pass on stays unacknowledged, and its sender gives up one day. Who has been granted no
 * more asks for a larger window instead, for as long as that takes (RFC 9293 section 3.8.6.1).
 */
final class LateAcknowledgment {
  private ByteStream stream;
  private boolean on;
  private long acknowledged; // behind the last byte acknowledged
  private long filledFrom; // came behind a gap that is filled: acknowledged as a whole
  private long filledUntil;
  private boolean bound; // by the reader's room
  private long room;

  void begin(ByteStream stream) {
    this.stream = stream;
    room = 0;
    on(on, stream.end());
  }

  /** Whether it is late from {@code next} on, RCV.NXT. */
  void on(boolean late, long next) {
    on = late;
    acknowledged = next;
    filledFrom = next;
    filledUntil = next;
  }

  boolean isOn() {
    return on;
  }

  /** Whether no more is granted than the reader has room for; none before it says so. */
  void bindToRoom(boolean isBound) {
    bound = isBound;
  }

  boolean isBound() {
    return bound;
  }

  /** The reader can pass on what is before {@code edge}; whether that is more than before. */
  boolean hasRoom(long edge) {
    boolean more = bound && edge > room;
    room = Math.max(room, edge);
    return more;
  }

  /** The offset that no byte is to be granted at or behind, of those before {@code edge}. */
  long within(long edge) {
    return bound ? Math.min(edge, room) : edge;
  }

  /** What came behind a gap, from {@code left} to {@code right}, is in order now. */
  void filled(long left, long right) {
    if (stream.start() >= filledUntil) {
      filledFrom = left;
    }
    filledUntil = right;
  }

  /** Behind the last byte to be acknowledged; {@code next} is behind the last one in order. */
  long to(long next) {
    if (!on) {
      return next;
    }
    long passedOn = stream.start();
    if (passedOn < filledFrom || passedOn >= filledUntil) {
      acknowledged = Math.max(acknowledged, passedOn);
    }
    return acknowledged;
  }

  /** Whether more can be acknowledged than was asked for last. */
  boolean isNews(long next) {
    return on && acknowledged < to(next);
  }

  /** Whether something in order is not to be acknowledged yet. */
  boolean isBehind(long next) {
    return to(next) < next;
  }
}
