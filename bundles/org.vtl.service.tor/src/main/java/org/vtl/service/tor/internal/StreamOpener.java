package org.vtl.service.tor.internal;

import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.vtl.connection.Connection;
import org.vtl.connection.Endpoint;
import org.vtl.connection.Slot;
import org.vtl.packet.Address;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.service.tor.internal.refuse.Refused;
import org.vtl.service.tor.internal.socks.Credentials;
import org.vtl.service.tor.internal.socks.Target;
import org.vtl.tcp.Dialer;
import org.vtl.tcp.DialerHandshake;
import org.vtl.tcp.Opening;
import org.vtl.tcp.TcpRelays;

/**
 * Has each TCP connection that the VM opens relayed to Tor, and refuses what cannot be. A
 * connection that ever had a relay stays this service's: what comes of it when the relay is over is
 * dropped, or passes to the VM where the relay has made it.
 */
final class StreamOpener {
  private static final int DNS = 53;
  private static final byte FORMAT = 1;

  /** What is remembered of a connection. */
  private static final class Place {
    boolean isStream;
    boolean holds;
    long high;
    long low;
    LinkGuest guest;
    Stream stream;

    void clear() {
      isStream = false;
      holds = false;
      guest = null;
      stream = null;
    }
  }

  private final Slot<Place> places;
  private final Outcomes outcomes;
  private final Isolation isolation;
  private final Streams streams;

  /** Declares what it counts and keeps. */
  StreamOpener(ServiceContext context, Isolation isolation, Streams streams) {
    this.isolation = isolation;
    this.streams = streams;
    outcomes = new Outcomes(context);
    places = context.slot("stream", Place::new, Place::clear);
  }

  /** Whether {@code connection} has, or had, a relay of this service. */
  boolean isStream(Connection connection) {
    return connection.isTracked() && connection.has(places) && connection.get(places).isStream;
  }

  // ---- segments of the VM ----------------------------------------------------------------------

  /** Says what becomes of a segment of the VM. */
  Verdict outbound(
      Packet segment, Connection connection, TcpRelays relays, TorAccess tor, Worker worker) {
    if (relays == null) {
      return outcomes.noRelay.drop(segment);
    }
    if (relays.of(connection) != null) {
      return Verdict.CONTINUE;
    }
    TcpHeader tcp = segment.tcp();
    if (tcp.isSyn() && !tcp.isAck() && !tcp.isRst()) {
      return open(segment, connection, relays, tor, worker);
    }
    return isStream(connection)
        ? outcomes.over.drop(segment)
        : worker.refusals.refuse(segment, connection, Refused.SEGMENT);
  }

  /** Says what becomes of an ICMP error of the VM about a stream: its relay hears it. */
  Verdict error(Packet packet, Connection connection, TcpRelays relays) {
    return relays != null && relays.of(connection) != null
        ? Verdict.CONTINUE
        : outcomes.over.drop(packet);
  }

  private Verdict open(
      Packet syn, Connection connection, TcpRelays relays, TorAccess tor, Worker worker) {
    if (isStream(connection)) {
      return outcomes.over.drop(syn); // asked again once the connection before it is forgotten
    }
    Endpoint peer = connection.network();
    Settings settings = worker.settings();
    if (peer.port() == DNS && worker.dnsStreams() != null) {
      SocketAddress local = worker.dnsStreams();
      return connect(syn, connection, relays, settings, of -> local, worker, null, false);
    }
    long high = peer.addressHigh();
    long low = peer.addressLow();
    boolean named = worker.guest.names().covers(high, low);
    String name = named ? worker.guest.names().hold(high, low) : null;
    if (named && name == null) {
      return refuse(
          syn,
          connection,
          worker,
          Refused.NAME_UNKNOWN,
          "The address stands for no name any more; the VM's program must resolve its name again.");
    }
    if (!named && !settings.permitsLocal() && LocalAddresses.contain(high, low)) {
      return refuse(
          syn,
          connection,
          worker,
          Refused.LOCAL,
          "The address is private or local, which no exit should be asked for; permit it by"
              + " \"private.destinations\".");
    }
    if (!tor.isThere()) {
      release(worker.guest, named, high, low);
      return refuse(syn, connection, worker, Refused.NO_TOR, tor.complaint());
    }
    Target target =
        named ? Target.of(name, peer.port()) : Target.of(new Address(high, low), peer.port());
    Stream stream = stream(connection, target);
    Credentials credentials =
        isolation.of(
            settings.isolation(),
            connection.link().name(),
            syn.ethernet().source(),
            target,
            connection.id());
    return connect(
        syn,
        connection,
        relays,
        settings,
        new TorDialer(tor.socks(), settings, target, credentials, stream),
        worker,
        stream,
        named);
  }

  private Verdict connect(
      Packet syn,
      Connection connection,
      TcpRelays relays,
      Settings settings,
      Dialer dialer,
      Worker worker,
      Stream stream,
      boolean named) {
    long high = connection.network().addressHigh();
    long low = connection.network().addressLow();
    Opening opening = relays.connect(syn, connection, TorService.NAME, settings.vmSide(), dialer);
    if (opening != Opening.OPENED) {
      release(worker.guest, named, high, low);
      return outcomes.noRelay.drop(syn); // the VM asks again
    }
    Place place = connection.get(places);
    place.isStream = true;
    place.holds = named;
    place.high = high;
    place.low = low;
    place.guest = worker.guest;
    place.stream = stream;
    if (stream != null) {
      outcomes.opened();
      streams.add(stream);
    }
    return relays.taken(syn);
  }

  private Verdict refuse(
      Packet syn, Connection connection, Worker worker, Refused why, String sentence) {
    Endpoint peer = connection.network();
    Target target = Target.of(new Address(peer.addressHigh(), peer.addressLow()), peer.port());
    streams.note(stream(connection, target).refused(sentence));
    outcomes.failed();
    return worker.refusals.refuse(syn, connection, why);
  }

  private Stream stream(Connection connection, Target target) {
    Endpoint vm = connection.vm();
    Target end = Target.of(new Address(vm.addressHigh(), vm.addressLow()), vm.port());
    return new Stream(connection.id(), connection.link().name(), end.toString(), target, outcomes);
  }

  private static void release(LinkGuest guest, boolean held, long high, long low) {
    if (held) {
      guest.names().release(high, low);
    }
  }

  /** Asks Tor for one stream. */
  private record TorDialer(
      SocketAddress socks, Settings settings, Target target, Credentials credentials, Stream stream)
      implements Dialer {
    @Override
    public SocketAddress address(Connection connection) {
      return socks;
    }

    @Override
    public DialerHandshake handshake(Connection connection) {
      return Credentials.handshake(
          settings.socksVersion(), target, credentials, settings.optimistic(), stream);
    }

    @Override
    public int timeoutSeconds() {
      return settings.timeoutSeconds();
    }

    @Override
    public boolean isOptimistic() {
      return settings.optimistic();
    }
  }

  // ---- the end, and the next version -----------------------------------------------------------

  /** The connection is forgotten. */
  void closed(Connection connection) {
    if (connection.has(places)) {
      Place place = connection.get(places);
      release(place.guest, place.holds, place.high, place.low);
      if (place.stream != null) {
        streams.end(place.stream);
      }
    }
  }

  /**
   * Writes what the next version must know: of a connection that it is a stream, and the name that
   * it holds; of a link what was asked for last, should there be no other way to hand it over.
   */
  boolean save(Connection connection, LinkGuest guest, ByteBuffer to) {
    to.put(FORMAT);
    if (!connection.isTracked()) {
      to.put(isolation.secret());
      guest.names().save(0, to);
      return true;
    }
    if (!isStream(connection)) {
      return false;
    }
    Place place = connection.get(places);
    Stream stream = place.stream;
    byte[] host =
        stream == null ? new byte[0] : stream.target.host().getBytes(StandardCharsets.US_ASCII);
    to.put((byte) (place.holds ? 1 : 0)).put((byte) host.length).put(host);
    if (place.holds) {
      guest.names().save(place.high, place.low, to);
    }
    return true;
  }

  /** Reads what a predecessor saved; what it does not understand it ignores. */
  void restore(Connection connection, LinkGuest guest, ByteBuffer from) {
    if (!from.hasRemaining() || from.get() != FORMAT) {
      return;
    }
    if (!connection.isTracked()) {
      if (from.remaining() >= Isolation.SECRET) {
        byte[] secret = new byte[Isolation.SECRET];
        from.get(secret);
        isolation.inherit(secret);
        guest.restore(from);
      }
      return;
    }
    if (from.remaining() < 2) {
      return;
    }
    Place place = connection.get(places);
    place.isStream = true;
    place.guest = guest;
    boolean held = from.get() == 1;
    byte[] host = new byte[Math.min(from.get() & 0xff, from.remaining())];
    from.get(host);
    Endpoint peer = connection.network();
    place.high = peer.addressHigh();
    place.low = peer.addressLow();
    if (held) {
      guest.restore(from);
      place.holds = guest.names().hold(place.high, place.low) != null;
    }
    String text = new String(host, StandardCharsets.US_ASCII);
    if (Target.isName(text)) {
      place.stream = stream(connection, Target.of(text, peer.port()));
      place.stream.inherited();
      streams.add(place.stream);
    }
  }
}
