package org.vtl.tcp.internal.relay;

import org.vtl.packet.Direction;
import org.vtl.packet.Seq;

/** What the ends' timestamps (RFC 7323) are to each other once nobody speaks for them any more. */
final class Stamps {
  private Stamps() {}

  /**
   * Has what {@code direction}'s sender stamps from now on go on behind what {@code speaking} has
   * stamped in its name; {@code hearing} is the side that hears that sender.
   */
  static void shift(LiveRelay relay, Direction direction, Side speaking, Side hearing, long now) {
    if (speaking.endpoint.usesTimestamps() && !speaking.closed) {
      int delta = speaking.endpoint.timestamp(now) - hearing.endpoint.recentTimestamp();
      if (delta != 0) {
        relay.worker.context().sequenceMap(relay.connection).shiftTimestamps(direction, delta);
      }
    }
  }

  /**
   * Whether who hears {@code speaking} was told newer timestamps than the end will stamp in whose
   * name that was, which {@code hearing} hears: its clock is slower than ours, and without
   * translation all it sends would be refused as old (section 5.3).
   */
  static boolean isAhead(Side speaking, Side hearing, long now) {
    if (speaking.closed || hearing.closed || !speaking.endpoint.usesTimestamps()) {
      return false;
    }
    long heard = hearing.endpoint.recentTimestampNanos();
    long spoke = Math.max(heard, speaking.endpoint.recentTimestampNanos());
    int next = hearing.clock.expected(now, hearing.endpoint.recentTimestamp(), heard);
    return Seq.before(next, speaking.endpoint.timestamp(spoke));
  }
}
