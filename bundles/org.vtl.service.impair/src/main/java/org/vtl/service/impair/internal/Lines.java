package org.vtl.service.impair.internal;

import org.vtl.connection.Link;
import org.vtl.packet.Direction;

/**
 * Both directions of one link as one of its workers has them, kept in the slot of the untracked
 * connection that the link has there.
 */
final class Lines {
  private final Line outbound;
  private final Line inbound;
  private final Rates rates;
  private Settings settings;

  Lines(Outcomes outcomes, Rates rates) {
    this.rates = rates;
    outbound = new Line(outcomes, Direction.OUTBOUND);
    inbound = new Line(outcomes, Direction.INBOUND);
  }

  Line of(Direction direction) {
    return direction == Direction.OUTBOUND ? outbound : inbound;
  }

  /** Whether neither direction does anything to packets, and none is on the way. */
  boolean isIdle() {
    return outbound.isIdle() && inbound.isIdle();
  }

  /** The direction a timer was started for. */
  Line of(long token) {
    return token == Direction.OUTBOUND.ordinal() ? outbound : inbound;
  }

  /** Takes on {@code next} unless it has. The draws begin anew with another seed only. */
  void apply(Settings next, Link link) {
    if (settings == next) {
      return;
    }
    if (settings == null) {
      outbound.join(link, rates);
      inbound.join(link, rates);
    }
    if (settings == null || settings.seed() != next.seed()) {
      outbound.seed(next.seed());
      inbound.seed(next.seed());
    }
    outbound.apply(next.outbound());
    inbound.apply(next.inbound());
    settings = next;
  }

  /** Makes it fresh for another link. */
  void clear() {
    outbound.clear();
    inbound.clear();
    settings = null;
  }
}
