package org.vtl.service.tor.internal.address;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.metrics.Counter;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.RefusalBuilder;
import org.vtl.service.Injector;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;

/**
 * Gives a link's guest addresses, gateway and resolver when it asks for them, by DHCP and by
 * router's advertisements, also in a VLAN of its own.
 *
 * <p>Made by {@link Hub#of} for each worker of a link, which alone uses it. Allocates nothing.
 */
public final class AddressAnswers {
  /**
   * How often {@link #advertise} is to be called on one worker of each link: the guest believes in
   * its router for three times as long.
   */
  public static final long ADVERTISE_NANOS = 600_000_000_000L;

  /** The answers of all links, whose workers share their guests' leases. Any thread. */
  public static final class Hub {
    private final Injector injector;
    private final GuestNetwork network;
    private final Reason answered;
    private final Reason ignored;
    private final Counter full;
    private final Map<String, Leases> leases = new ConcurrentHashMap<>();

    /** Declares reasons; for {@link org.vtl.service.PacketService#attach}. */
    public Hub(ServiceContext context, GuestNetwork network) {
      this.network = network;
      injector = context.injector();
      answered = context.reason("address-answered", "The guest asked for an address or a router.");
      ignored =
          context.reason(
              "address-ignored",
              "DHCP or a router solicitation that needs or deserves no answer, or no room for it.");
      full =
          context.counter(
              "leases-full", "Guests that got no IPv4 address since all of the link are in use.");
    }

    /** A worker's of {@code link}, where VTL's MAC address is {@code mac}. */
    public AddressAnswers of(String link, long mac) {
      Leases known = leases.computeIfAbsent(link, name -> new Leases(network));
      return new AddressAnswers(
          this,
          new DhcpServer(injector, network, known, mac, full),
          new RouterAdvertiser(injector, network, mac));
    }
  }

  private final Hub hub;
  private final DhcpServer dhcp;
  private final RouterAdvertiser router;

  private AddressAnswers(Hub hub, DhcpServer dhcp, RouterAdvertiser router) {
    this.hub = hub;
    this.dhcp = dhcp;
    this.router = router;
  }

  /**
   * Answers {@code packet} if it is a guest's DHCP message or router solicitation.
   *
   * @return what becomes of it, or null for another packet
   */
  public Verdict answer(Packet packet, Connection connection) {
    if (packet.direction() != Direction.OUTBOUND || packet.malformation() != null) {
      return null;
    }
    if (RouterAdvertiser.isSolicitation(packet)) {
      boolean answered = router.answer(packet, connection.link());
      return (answered ? hub.answered : hub.ignored).drop(packet);
    }
    if (!DhcpServer.isRequest(packet)) {
      return null;
    }
    if (!RefusalBuilder.isIntact(packet)) {
      return hub.ignored.drop(packet);
    }
    return dhcp.answer(packet, connection, hub.answered, hub.ignored).drop(packet);
  }

  /**
   * Tells the guest again what a router tells, so that it goes on believing it. On the worker of
   * {@code link}, every {@link #ADVERTISE_NANOS}, and once when the link is first seen.
   */
  public void advertise(Link link) {
    router.advertise(link);
  }
}
