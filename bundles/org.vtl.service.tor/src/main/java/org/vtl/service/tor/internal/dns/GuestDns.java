package org.vtl.service.tor.internal.dns;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.metrics.Reason;
import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.Ipv4Header;
import org.vtl.packet.Ipv6Header;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.RefusalBuilder;
import org.vtl.service.Injector;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;

/**
 * Answers the guest's datagrams to port 53, whatever server they are for, in that server's name and
 * with the guest's own VLAN tags.
 *
 * <p>Made by {@link Hub#of} for each worker of a link, which alone uses it. Allocates nothing but
 * what {@link DnsResponder} does.
 */
public final class GuestDns {
  private static final int HOPS = 64;

  /** Bytes of the longest question looked at; no program asks one so long. */
  private static final int MOST_QUESTION = 4_096;

  /** Why questions go no further, for all links. Any thread. */
  public static final class Hub {
    private final Injector injector;
    private final Reason answered;
    private final Reason unanswered;

    /** Declares reasons; for {@link org.vtl.service.PacketService#attach}. */
    public Hub(ServiceContext context) {
      injector = context.injector();
      answered = context.reason("dns-answered", "A DNS question that VTL has answered itself.");
      unanswered =
          context.reason(
              "dns-unanswered", "To port 53, but damaged, too long, no question, or no room left.");
    }

    /** A worker's of the link that {@code names} are of. */
    public GuestDns of(LinkNames names) {
      return new GuestDns(this, names.responder());
    }
  }

  private final Hub hub;
  private final DnsResponder responder;
  private final byte[] question = new byte[MOST_QUESTION];
  private final byte[] answer = new byte[DnsResponder.MOST];
  private final MemorySegment answerMemory = MemorySegment.ofArray(answer);
  private final PacketBuilder builder = new PacketBuilder();

  private GuestDns(Hub hub, DnsResponder responder) {
    this.hub = hub;
    this.responder = responder;
  }

  /**
   * Answers {@code packet} if it is a datagram to port 53 of one server from one sender, and whole.
   *
   * @return what becomes of it, or null for another packet, also for a fragment
   */
  public Verdict answer(Packet packet, Connection connection) {
    if (!isForServer(packet)) {
      return null;
    }
    int length = packet.payloadLength();
    if (length > MOST_QUESTION || !RefusalBuilder.isIntact(packet)) {
      return hub.unanswered.drop(packet);
    }
    long payload = (long) packet.start() + packet.payloadOffset();
    MemorySegment.copy(packet.memory(), ValueLayout.JAVA_BYTE, payload, question, 0, length);
    int answered = responder.answer(question, length, answer, false);
    if (answered == DnsResponder.LATER) {
      responder.askLater(false, new Asker(packet, connection.link()));
      return hub.answered.drop(packet);
    }
    if (answered == DnsResponder.NOTHING) {
      return hub.unanswered.drop(packet);
    }
    Packet frame = hub.injector.newFrame(connection.link());
    if (frame == null) {
      return hub.unanswered.drop(packet);
    }
    builder.into(frame).ethernet(packet.ethernet().source(), packet.ethernet().destination());
    builder.tagsOf(packet);
    if (packet.isIpv4()) {
      Ipv4Header from = packet.ipv4();
      builder.ipv4(from.destination(), from.source(), HOPS, 0, true);
    } else {
      Ipv6Header from = packet.ipv6();
      builder.ipv6(
          from.destinationHigh(), from.destinationLow(), from.sourceHigh(), from.sourceLow(), HOPS);
    }
    builder.udp(Dns.PORT, packet.udp().sourcePort()).payload(answerMemory, 0, answered).finish();
    frame.setDirection(Direction.INBOUND);
    hub.injector.inject(frame, connection.link().untracked());
    return hub.answered.drop(packet);
  }

  private static boolean isForServer(Packet packet) {
    return packet.isUdp()
        && packet.udp().destinationPort() == Dns.PORT
        && packet.udp().sourcePort() != 0
        && packet.direction() == Direction.OUTBOUND
        && !packet.isFragment()
        && packet.segmentSize() == 0
        && RefusalBuilder.mayBeAnswered(packet);
  }

  /** Who asked what Tor is asked: the answer goes there when it comes. */
  private final class Asker implements DnsResponder.Later {
    private final Link link;
    private final long guestMac;
    private final long serverMac;
    private final int[] tags;
    private final boolean ipv6;
    private final long guestHigh;
    private final long guestLow;
    private final long serverHigh;
    private final long serverLow;
    private final int port;

    Asker(Packet packet, Link link) {
      this.link = link;
      guestMac = packet.ethernet().source();
      serverMac = packet.ethernet().destination();
      tags = new int[packet.vlanTags()];
      for (int i = 0; i < tags.length; i++) {
        tags[i] = Bytes.u32(packet.memory(), packet.start() + 12L + 4 * i);
      }
      ipv6 = packet.isIpv6();
      guestHigh = packet.sourceHigh();
      guestLow = packet.sourceLow();
      serverHigh = packet.destinationHigh();
      serverLow = packet.destinationLow();
      port = packet.udp().sourcePort();
    }

    @Override
    public void answered(byte[] message, int length) {
      link.execute(() -> send(MemorySegment.ofArray(message), length));
    }

    private void send(MemorySegment message, int length) {
      Packet frame = hub.injector.newFrame(link);
      if (frame == null) {
        return; // the guest asks again
      }
      builder.into(frame).ethernet(guestMac, serverMac);
      for (int tag : tags) {
        builder.vlan(tag);
      }
      if (ipv6) {
        builder.ipv6(serverHigh, serverLow, guestHigh, guestLow, HOPS);
      } else {
        builder.ipv4((int) serverLow, (int) guestLow, HOPS, 0, true);
      }
      builder.udp(Dns.PORT, port).payload(message, 0, length).finish();
      for (int i = 0; i < tags.length; i++) {
        Bytes.setU16(frame.memory(), frame.start() + 12L + 4 * i, tags[i] >>> 16);
      }
      frame.setDirection(Direction.INBOUND);
      hub.injector.inject(frame, link.untracked());
    }
  }
}
