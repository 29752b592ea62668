package org.vtl.service.tor.internal.address;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.vtl.connection.Connection;
import org.vtl.metrics.Counter;
import org.vtl.metrics.Reason;
import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.EthernetHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.service.Injector;

/**
 * A DHCP server for the guest (RFC 2131 section 4.3): an address each, VTL as gateway and resolver.
 * A guest that comes with another network's address is told at once that it is not here. One
 * worker's; allocates nothing.
 */
final class DhcpServer {
  private static final int HOPS = 64;

  /** A BOOTP message has so many bytes at least; some clients expect it (RFC 1542 section 2.1). */
  private static final int LEAST = 300;

  private static final int ANSWER_OPTIONS = 34;
  private static final int NOTHING = 0;

  private final Injector injector;
  private final GuestNetwork network;
  private final Leases leases;
  private final long mac;
  private final Counter full;
  private final DhcpMessage message = new DhcpMessage();
  private final PacketBuilder builder = new PacketBuilder();
  private final byte[] out = new byte[DhcpMessage.OPTIONS + ANSWER_OPTIONS + 2 + 255];
  private final MemorySegment outMemory = MemorySegment.ofArray(out);
  private int at;

  /** The address that the answer gives; 0 for none. */
  private int given;

  DhcpServer(Injector injector, GuestNetwork network, Leases leases, long mac, Counter full) {
    this.injector = injector;
    this.network = network;
    this.leases = leases;
    this.mac = mac;
    this.full = full;
  }

  static boolean isRequest(Packet packet) {
    return packet.isUdp()
        && packet.isIpv4()
        && packet.udp().destinationPort() == DhcpMessage.SERVER_PORT
        && !packet.isFragment()
        && packet.segmentSize() == 0;
  }

  /** Answers a {@linkplain #isRequest request}; returns {@code answered} or {@code ignored}. */
  Reason answer(Packet packet, Connection connection, Reason answered, Reason ignored) {
    long payload = (long) packet.start() + packet.payloadOffset();
    if (!message.read(packet.memory(), payload, packet.payloadLength())) {
      return ignored;
    }
    int type = decide(packet);
    if (type == NOTHING) {
      return ignored;
    }
    Packet frame = injector.newFrame(connection.link());
    if (frame == null) {
      return ignored;
    }
    write(type);
    address(frame, packet, type);
    builder.udp(DhcpMessage.SERVER_PORT, DhcpMessage.CLIENT_PORT).payload(outMemory, 0, at);
    builder.finish();
    frame.setDirection(Direction.INBOUND);
    injector.inject(frame, connection.link().untracked());
    return answered;
  }

  /** The type of the answer, or {@link #NOTHING}. */
  private int decide(Packet packet) {
    long guest = message.hardware();
    int vlan = packet.vlanKey();
    long now = packet.arrivalNanos();
    given = 0;
    switch (message.type()) {
      case DhcpMessage.DISCOVER -> {
        given = leases.offer(guest, vlan, message.requested(), now);
        if (given == 0) {
          full.increment();
          return NOTHING;
        }
        return DhcpMessage.OFFER;
      }
      case DhcpMessage.REQUEST -> {
        if (message.server() != 0 && message.server() != network.gateway()) {
          return NOTHING; // it has chosen another server, which there cannot be
        }
        int wished = message.requested() != 0 ? message.requested() : message.clientAddress();
        if (!leases.lease(guest, vlan, wished, now)) {
          return DhcpMessage.NOT_ACKNOWLEDGE;
        }
        given = wished;
        return DhcpMessage.ACKNOWLEDGE;
      }
      case DhcpMessage.INFORM -> {
        return message.clientAddress() == 0 ? NOTHING : DhcpMessage.ACKNOWLEDGE;
      }
      case DhcpMessage.DECLINE -> leases.decline(guest, vlan, now);
      case DhcpMessage.RELEASE -> leases.release(guest, vlan, now);
      default -> {
        // Not a guest's to say.
      }
    }
    return NOTHING;
  }

  /** Ethernet and IP header: where the guest can hear it (RFC 2131 section 4.1). */
  private void address(Packet frame, Packet packet, int type) {
    boolean refused = type == DhcpMessage.NOT_ACKNOWLEDGE;
    int client = message.clientAddress();
    boolean known = client != 0 && !refused;
    boolean all = refused || !known && message.isBroadcast();
    int destination = all ? -1 : known ? client : given;
    builder.into(frame).ethernet(all ? EthernetHeader.BROADCAST : message.hardware(), mac);
    builder.tagsOf(packet).ipv4(network.gateway(), destination, HOPS);
  }

  // ---- the answer ------------------------------------------------------------------------------

  private void write(int type) {
    Arrays.fill(out, (byte) 0);
    Bytes.setU32(outMemory, 0, 0x0201_0600);
    Bytes.setU32(outMemory, DhcpMessage.TRANSACTION, message.transaction());
    Bytes.setU16(outMemory, DhcpMessage.FLAGS, message.flags());
    if (type == DhcpMessage.ACKNOWLEDGE) {
      Bytes.setU32(outMemory, DhcpMessage.CLIENT_ADDRESS, message.clientAddress());
    }
    Bytes.setU32(outMemory, DhcpMessage.YOUR_ADDRESS, given);
    Bytes.setU48(outMemory, DhcpMessage.HARDWARE, message.hardware());
    Bytes.setU32(outMemory, DhcpMessage.COOKIE, DhcpMessage.MAGIC);
    at = DhcpMessage.OPTIONS;
    out[at] = DhcpMessage.TYPE;
    out[at + 1] = 1;
    out[at + 2] = (byte) type;
    at += 3;
    option(DhcpMessage.SERVER, network.gateway());
    if (type != DhcpMessage.NOT_ACKNOWLEDGE) {
      if (given != 0) {
        option(DhcpMessage.LEASE_SECONDS, network.leaseSeconds());
      }
      option(DhcpMessage.SUBNET_MASK, network.mask());
      option(DhcpMessage.ROUTER, network.gateway());
      option(DhcpMessage.RESOLVER, network.gateway());
    }
    if (message.clientLength() > 0) { // RFC 6842
      out[at] = DhcpMessage.CLIENT;
      out[at + 1] = (byte) message.clientLength();
      message.copyClient(out, at + 2);
      at += 2 + message.clientLength();
    }
    out[at++] = (byte) DhcpMessage.END;
    at = Math.max(at, LEAST);
  }

  private void option(int code, int value) {
    out[at] = (byte) code;
    out[at + 1] = 4;
    Bytes.setU32(outMemory, at + 2L, value);
    at += 6;
  }
}
