package org.vtl.service.tor.internal.refuse;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.vtl.connection.Connection;
import org.vtl.metrics.Counter;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.packet.RefusalBuilder;
import org.vtl.service.Injector;
import org.vtl.service.RateBudget;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;

/**
 * Refuses packets: each is dropped with its reason, and the guest that sent it is told where the
 * standards allow it (see {@link RefusalBuilder}), no more often than the link's rate.
 *
 * <table>
 * <caption>What the guest is told</caption>
 * <tr><td>UDP<td>port unreachable
 * <tr><td>echo request<td>its answer, if wished; else administratively prohibited
 * <tr><td>TCP of no connection<td>RST
 * <tr><td>TCP to a virtual address of no name<td>host unreachable
 * <tr><td>TCP to private addresses<td>administratively prohibited
 * <tr><td>TCP while Tor does not run<td>network unreachable
 * <tr><td>other protocols<td>protocol unreachable; over IPv6 unrecognized next header
 * <tr><td>fragments<td>administratively prohibited
 * <tr><td>all else, and whatever the network sends<td>nothing
 * </table>
 *
 * <p>Made by {@link Hub#of} for each worker of a link, which alone uses it. Allocates nothing.
 */
public final class Refusals {
  /** Of ICMP; and "no route to destination" of ICMPv6. */
  private static final int NETWORK_UNREACHABLE = 0;

  private static final int HOST_UNREACHABLE = 1;
  private static final int V6_ADDRESS_UNREACHABLE = 3;
  private static final int PORT_UNREACHABLE = 3;
  private static final int V6_PORT_UNREACHABLE = 4;
  private static final int PROHIBITED = 13;
  private static final int V6_PROHIBITED = 1;

  /** The refusals of all links, whose workers share their link's rate. Any thread. */
  public static final class Hub {
    /** As many come at once as in so many milliseconds one by one. */
    private static final int BURST_MILLIS = 50;

    private final Injector injector;
    private final Manners manners;
    private final Reason[] reasons = new Reason[Refused.values().length];
    private final Counter told;
    private final Counter limited;
    private final Map<String, RateBudget> budgets = new ConcurrentHashMap<>();

    /** Declares reasons and counters; for {@link org.vtl.service.PacketService#attach}. */
    public Hub(ServiceContext context, Manners manners) {
      this.manners = manners;
      injector = context.injector();
      for (Refused refused : Refused.values()) {
        reasons[refused.ordinal()] = context.reason(refused.title, refused.description);
      }
      told = context.counter("refusals-told", "Refused packets whose sender was told.");
      limited =
          context.counter(
              "refusals-limited", "Refused senders not told, since there were too many.");
    }

    /** A worker's of {@code link}. */
    public Refusals of(String link) {
      int rate = manners.perSecond();
      int burst = Math.max(1, rate * BURST_MILLIS / 1_000);
      return new Refusals(this, budgets.computeIfAbsent(link, name -> new RateBudget(rate, burst)));
    }
  }

  private final Hub hub;
  private final RateBudget budget;
  private final RefusalBuilder builder = new RefusalBuilder();

  private Refusals(Hub hub, RateBudget budget) {
    this.hub = hub;
    this.budget = budget;
  }

  /** Refuses a packet of either direction for what it is. */
  public Verdict refuse(Packet packet, Connection connection) {
    return refuse(packet, connection, classify(packet));
  }

  /** Refuses a packet as {@code why}. */
  public Verdict refuse(Packet packet, Connection connection, Refused why) {
    Refused counted = why;
    if (packet.direction() == Direction.OUTBOUND) {
      boolean answered = answer(packet, connection, why);
      if (answered && why == Refused.ECHO && hub.manners.echo()) {
        counted = Refused.ECHO_ANSWERED;
      }
    }
    return hub.reasons[counted.ordinal()].drop(packet);
  }

  private static Refused classify(Packet packet) {
    if (packet.direction() == Direction.INBOUND) {
      return Refused.INBOUND;
    }
    if (packet.malformation() != null) {
      return Refused.MALFORMED;
    }
    if (!packet.isIp()) {
      return Refused.ETHER_TYPE;
    }
    if (isGroup(packet)) {
      return Refused.GROUP;
    }
    if (packet.isLaterFragment()) {
      return Refused.FRAGMENT;
    }
    if (!RefusalBuilder.mayBeAnswered(packet)) {
      return packet.isIcmp() || packet.isIcmpv6() ? Refused.ICMP : Refused.NO_SENDER;
    }
    if (packet.isFragment()) {
      return Refused.FRAGMENT;
    }
    if (RefusalBuilder.isEchoRequest(packet)) {
      return Refused.ECHO;
    }
    return switch (packet.protocol()) {
      case Protocol.UDP -> Refused.UDP;
      case Protocol.TCP -> Refused.SEGMENT;
      default -> packet.isIcmp() || packet.isIcmpv6() ? Refused.ICMP : Refused.PROTOCOL;
    };
  }

  /** Whether the frame or the datagram is for many. */
  private static boolean isGroup(Packet packet) {
    boolean group =
        packet.isIpv6()
            ? packet.ipv6().destinationHigh() >>> 56 == 0xff
            : packet.ipv4().destination() >>> 28 >= 14;
    return group || packet.ethernet().isMulticast();
  }

  /** Tells the sender, where it may and is to be told; whether it was. */
  private boolean answer(Packet packet, Connection connection, Refused why) {
    boolean echo = why == Refused.ECHO && hub.manners.echo();
    if (!(hub.manners.tell() || echo) || !isTold(packet, why)) {
      return false;
    }
    if (!budget.spend(packet.arrivalNanos())) {
      hub.limited.increment();
      return false;
    }
    if (!RefusalBuilder.isIntact(packet)) {
      return false; // damaged: who knows what its sender sent
    }
    Packet answer = hub.injector.newFrame(connection.link());
    if (answer == null) {
      hub.limited.increment();
      return false;
    }
    boolean ipv6 = packet.isIpv6();
    switch (why) {
      case UDP ->
          builder.unreachable(packet, answer, ipv6 ? V6_PORT_UNREACHABLE : PORT_UNREACHABLE);
      case SEGMENT -> builder.reset(packet, answer);
      case NAME_UNKNOWN ->
          builder.unreachable(packet, answer, ipv6 ? V6_ADDRESS_UNREACHABLE : HOST_UNREACHABLE);
      case NO_TOR -> builder.unreachable(packet, answer, NETWORK_UNREACHABLE);
      case PROTOCOL -> builder.unknownProtocol(packet, answer);
      case ECHO -> {
        if (echo) {
          builder.echo(packet, answer);
        } else {
          builder.unreachable(packet, answer, ipv6 ? V6_PROHIBITED : PROHIBITED);
        }
      }
      default -> builder.unreachable(packet, answer, ipv6 ? V6_PROHIBITED : PROHIBITED);
    }
    // The model of a TCP connection is to follow its reset.
    Connection of = why == Refused.SEGMENT ? connection : connection.link().untracked();
    hub.injector.inject(answer, of);
    hub.told.increment();
    return true;
  }

  private static boolean isTold(Packet packet, Refused why) {
    return switch (why) {
      case SEGMENT -> RefusalBuilder.mayBeReset(packet);
      case PROTOCOL ->
          packet.protocol() != Protocol.NO_NEXT_HEADER && RefusalBuilder.mayBeAnswered(packet);
      case UDP, ECHO, FRAGMENT, NAME_UNKNOWN, LOCAL, NO_TOR -> RefusalBuilder.mayBeAnswered(packet);
      default -> false;
    };
  }
}
