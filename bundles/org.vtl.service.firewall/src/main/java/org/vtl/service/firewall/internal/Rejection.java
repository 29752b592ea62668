package org.vtl.service.firewall.internal;

import org.vtl.connection.Connection;
import org.vtl.metrics.Counter;
import org.vtl.packet.Packet;
import org.vtl.packet.RefusalBuilder;
import org.vtl.service.Injector;
import org.vtl.service.RateBudget;

/**
 * Answers the sender of a packet that is refused, in the name of its receiver: a TCP reset, or an
 * ICMP or ICMPv6 "destination unreachable" that quotes it. VTL has no address of its own; the
 * kernel's bridge answers likewise.
 *
 * <p>Silent where {@link RefusalBuilder} must be, about damaged packets, and beyond the link's
 * rate, since a sender chooses how often it asks (RFC 1812 section 4.3.2.8, RFC 4443 section
 * 2.4(f)). Allocates nothing. Used by one worker.
 */
final class Rejection {
  /** What is counted of rejections. */
  record Counters(Counter resets, Counter unreachables, Counter limited) {}

  private final Injector injector;
  private final RateBudget budget;
  private final Counters counters;
  private final RefusalBuilder builder = new RefusalBuilder();

  /** Rejects by {@code injector} as often as {@code budget} allows. */
  Rejection(Injector injector, RateBudget budget, Counters counters) {
    this.injector = injector;
    this.budget = budget;
    this.counters = counters;
  }

  /**
   * Resets the sender of {@code packet}, a TCP segment (RFC 9293 section 3.10.7.1). The packet
   * stays the caller's; changes pending in it are folded in.
   *
   * @param connection whose model is to follow the reset, or the link's untracked one
   */
  void reset(Packet packet, Connection connection) {
    if (!RefusalBuilder.mayBeReset(packet)) {
      return;
    }
    Packet answer = begin(packet, connection);
    if (answer == null) {
      return;
    }
    builder.reset(packet, answer);
    injector.inject(answer, connection);
    counters.resets().increment();
  }

  /**
   * Tells the sender of {@code packet}, an IP packet, that its destination is unreachable, with
   * {@code code} of ICMP (RFC 1812 section 5.2.7.1) or ICMPv6 (RFC 4443 section 3.1). The packet
   * stays the caller's; changes pending in it are folded in.
   *
   * @param connection to whose chain the answer belongs, or the link's untracked one
   */
  void unreachable(Packet packet, Connection connection, int code) {
    if (!RefusalBuilder.mayBeAnswered(packet)) {
      return;
    }
    Packet answer = begin(packet, connection);
    if (answer == null) {
      return;
    }
    builder.unreachable(packet, answer, code);
    injector.inject(answer, connection);
    counters.unreachables().increment();
  }

  /** A packet for an answer, or null when none may or can be sent. */
  private Packet begin(Packet packet, Connection connection) {
    if (!budget.spend(packet.arrivalNanos())) {
      counters.limited().increment();
      return null;
    }
    if (!RefusalBuilder.isIntact(packet)) {
      return null; // damaged: who knows what its sender sent
    }
    Packet answer = injector.newFrame(connection.link());
    if (answer == null) {
      counters.limited().increment();
    }
    return answer;
  }
}
