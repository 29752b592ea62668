package org.vtl.service.firewall.internal.synproxy;

import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.connection.SequenceMap;
import org.vtl.connection.Slot;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.service.Injector;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.service.firewall.internal.policy.Ending;

/**
 * The SYN proxy. A SYN is answered with a cookie and forgotten; the segment that answers the cookie
 * opens the connection, and the server is asked with a SYN of the client's own numbers. When the
 * server has answered, the two handshakes are joined: the engine translates the server's sequence
 * numbers and timestamps from then on, and the proxy is out of the way.
 *
 * <pre>
 *   client            proxy             server
 *     | SYN x           |                 |
 *     | &lt;-- SYN-ACK c, window 0           |    nothing is kept
 *     | ACK c+1 ------> | SYN x --------> |    proved: the connection is tracked
 *     |                 | &lt;---- SYN-ACK y |
 *     | &lt;-- ACK, window | ACK y+1 ------> |    y is c from now on
 * </pre>
 *
 * <p>The client's window probes repeat what is lost on the server's side. On the worker that owns
 * the connection; allocates nothing but the translation of a connection that has opened.
 */
public final class SynProxy {
  private static final int SYN = TcpHeader.SYN;
  private static final int ACK = TcpHeader.ACK;
  private static final int RST = TcpHeader.RST;
  private static final int FIN = TcpHeader.FIN;

  private final ServiceContext context;
  private final Injector injector;
  private final SynCookies cookies;
  private final Slot<Handshake> handshakes;
  private final Slot<SegmentMaker> makers;
  private final Reason answered;
  private final Reason refused;
  private final Reason kept;

  /**
   * A proxy whose cookies only who knows the keys can make.
   *
   * @param context of the service that asks the rules
   */
  public SynProxy(ServiceContext context, long key0, long key1) {
    this.context = context;
    injector = context.injector();
    cookies = new SynCookies(key0, key1);
    handshakes = context.slot("syn-proxy", Handshake::new, Handshake::clear);
    makers = context.slot("syn-proxy-maker", SegmentMaker::new, maker -> {});
    answered = context.reason("syn-proxy-answered", "A SYN was answered in the server's name.");
    refused = context.reason("syn-proxy-refused", "No proof of the client's address was in it.");
    kept = context.reason("syn-proxy-kept", "The SYN proxy had it for its own handshake.");
  }

  /** Takes a packet of a connection that is new to the rules, which want it proved. */
  public Verdict prove(Packet packet, Connection connection, Ending.SynProxy options) {
    boolean whole = packet.isTcp() && !packet.isFragment() && connection.isTracked();
    int flags = whole ? packet.tcp().flags() & (SYN | ACK | RST | FIN) : 0;
    if (flags == SYN) {
      context.connections().close(connection);
      answer(packet, connection.link(), options);
      return answered.drop(packet);
    }
    int segmentSize =
        flags == ACK ? cookies.segmentSize(packet, context.nanoTime()) : SynCookies.NONE;
    if (segmentSize == SynCookies.NONE) {
      if (connection.isTracked()) {
        context.connections().close(connection);
      }
      return refused.drop(packet);
    }
    open(packet, connection, segmentSize, options);
    return kept.drop(packet);
  }

  /** Whether the server of {@code connection} was asked and has not answered. */
  public boolean isAsking(Connection connection) {
    return connection.has(handshakes) && connection.get(handshakes).isAsking;
  }

  /** Takes a packet of a connection that {@link #isAsking}. */
  public Verdict ask(Packet packet, Connection connection) {
    Handshake handshake = connection.get(handshakes);
    if (!packet.isTcp() || connection.isInvalid(packet)) {
      return kept.drop(packet);
    }
    TcpHeader tcp = packet.tcp();
    if (packet.direction() == connection.opener()) {
      if (tcp.isRst()) {
        connection.clear(handshakes); // the client gives up, and the server hears it as it stands
        return Verdict.CONTINUE;
      }
      request(packet, connection, handshake);
    } else if (tcp.isRst()) {
      refuse(packet, connection, handshake);
    } else if (!tcp.isAck() || tcp.acknowledgmentNumber() != handshake.clientSequence + 1) {
      reset(packet, connection);
    } else if (tcp.isSyn()) {
      join(packet, connection, handshake);
    }
    return kept.drop(packet);
  }

  /** The SYN-ACK: its window is closed, so that no data comes before the server is asked. */
  private void answer(Packet syn, Link link, Ending.SynProxy options) {
    Packet made = injector.newFrame(link);
    if (made == null) {
      return;
    }
    TcpHeader asked = syn.tcp();
    long now = context.nanoTime();
    int offered = asked.maximumSegmentSize();
    int cookie = cookies.make(syn, offered == 0 ? 536 : offered, now);
    SegmentMaker maker = link.untracked().get(makers);
    maker.answering(made, syn, cookie, asked.sequenceNumber() + 1, SYN | ACK, 0);
    maker.options().maximumSegmentSize(segmentSize(options, syn));
    if (options.timestamp() && asked.hasTimestamps()) {
      boolean sack = options.sackPermitted() && asked.sackPermitted();
      boolean scale = options.windowScale() >= 0 && asked.windowScale() >= 0;
      if (sack) {
        maker.options().sackPermitted();
      }
      if (scale) {
        maker.options().windowScale(options.windowScale());
      }
      maker
          .options()
          .timestamps(
              OfferInTimestamp.of(now, scale ? asked.windowScale() : -1, sack),
              asked.timestampValue());
    }
    maker.finish();
    injector.inject(made, link.untracked());
  }

  /** What the rule says of the server, or what fits an Ethernet. */
  private static int segmentSize(Ending.SynProxy options, Packet syn) {
    return options.mss() > 0 ? options.mss() : syn.isIpv6() ? 1_440 : 1_460;
  }

  /** The client has proved itself: its connection begins, as if its SYN came only now. */
  private void open(Packet ack, Connection pickedUp, int segmentSize, Ending.SynProxy options) {
    Link link = pickedUp.link();
    context.connections().close(pickedUp);
    Packet syn = injector.newFrame(link);
    if (syn == null) {
      return; // the client asks again
    }
    SegmentMaker maker = link.untracked().get(makers);
    maker.handshake.begin(ack, segmentSize, options);
    maker.request(syn, ack, maker.handshake);
    Connection connection = context.connections().open(link, syn);
    if (connection == null) {
      injector.release(syn);
      return;
    }
    connection.get(handshakes).copyOf(maker.handshake);
    injector.inject(syn, connection);
  }

  /** Asks the server once more. */
  private void request(Packet like, Connection connection, Handshake handshake) {
    Packet syn = injector.newFrame(connection.link());
    if (syn != null) {
      connection.link().untracked().get(makers).request(syn, like, handshake);
      injector.inject(syn, connection);
    }
  }

  /** The server refuses: so does the proxy, in numbers that the client knows. */
  private void refuse(Packet rst, Connection connection, Handshake handshake) {
    Link link = connection.link();
    Packet made = injector.newFrame(link);
    if (made != null) {
      SegmentMaker maker = link.untracked().get(makers);
      maker.forwarding(made, rst, handshake.cookie + 1, handshake.clientSequence + 1, RST | ACK, 0);
      maker.finish();
      injector.inject(made, link.untracked());
    }
    context.connections().close(connection);
  }

  /** The server has an older connection: what the client would say to it (RFC 9293 3.10.7.3). */
  private void reset(Packet old, Connection connection) {
    Link link = connection.link();
    Packet made = old.tcp().isAck() ? injector.newFrame(link) : null;
    if (made != null) {
      SegmentMaker maker = link.untracked().get(makers);
      maker.answering(made, old, old.tcp().acknowledgmentNumber(), 0, RST, 0);
      maker.finish();
      injector.inject(made, link.untracked());
    }
  }

  /** Both have shaken hands: from now on each sees the other's numbers. */
  private void join(Packet synAck, Connection connection, Handshake handshake) {
    TcpHeader tcp = synAck.tcp();
    Direction toServer = connection.opener();
    Direction toClient = toServer.reverse();
    int window = tcp.window();
    SequenceMap map = context.sequenceMap(connection);
    map.shift(toClient, handshake.cookie - tcp.sequenceNumber());
    if (handshake.timestamps && tcp.hasTimestamps()) {
      map.shiftTimestamps(toClient, handshake.answeredTimestamp - tcp.timestampValue());
    }
    int scale = handshake.serverScale;
    tcp.setSequenceNumber(handshake.cookie);
    connection.sync(synAck); // the client has had it, as a cookie
    connection.clear(handshakes);
    acknowledge(connection, toServer, handshake.window);
    acknowledge(connection, toClient, window >>> scale);
  }

  private void acknowledge(Connection connection, Direction direction, int window) {
    Packet made = injector.newPacket(connection, direction);
    if (made != null) {
      made.tcp().setWindow(window);
      injector.inject(made, connection);
    }
  }
}
