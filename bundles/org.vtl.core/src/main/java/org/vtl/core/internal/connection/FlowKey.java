package org.vtl.core.internal.connection;

import org.vtl.connection.ConnectionKey;
import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/**
 * What names a packet's conversation, read into fields so that a lookup allocates nothing. The VM's
 * side comes first whichever way the packet goes, so one key serves both directions.
 */
final class FlowKey {
  int protocol;
  boolean ipv6;
  long vmHigh;
  long vmLow;
  long networkHigh;
  long networkLow;

  /** The VM's port in the high half, the network's in the low. */
  int ports;

  int vlan;

  /** Whether the key is that of the datagram an ICMP error quotes. */
  boolean quoted;

  /**
   * Who asks, where request and reply are told apart: of an ICMP echo, whose identifier both ends
   * may have chosen alike, each for its own. Null: whoever began.
   */
  private Direction requester;

  private boolean reply;

  /**
   * Reads the key of {@code packet}.
   *
   * @return false if the packet belongs to no conversation: not IP, a later fragment, malformed
   *     below IP, or ICMP that is neither echo nor error
   */
  boolean read(Packet packet, Direction direction) {
    quoted = false;
    requester = null;
    reply = false;
    if (!packet.isIp() || packet.isLaterFragment() || packet.malformation() != null) {
      return false;
    }
    vlan = packet.vlanKey();
    protocol = packet.protocol();
    ipv6 = packet.isIpv6();
    int sourcePort = 0;
    int destinationPort = 0;
    if (packet.isTcp()) {
      sourcePort = packet.tcp().sourcePort();
      destinationPort = packet.tcp().destinationPort();
    } else if (packet.isUdp()) {
      sourcePort = packet.udp().sourcePort();
      destinationPort = packet.udp().destinationPort();
    } else if (packet.isIcmp() || packet.isIcmpv6()) {
      if (packet.icmp().isError()) {
        return quote(packet, direction);
      }
      if (!packet.icmp().isEcho()) {
        return false;
      }
      sourcePort = packet.icmp().identifier();
      destinationPort = sourcePort;
      echo(packet.icmp().type(), direction);
    }
    set(
        direction,
        packet.sourceHigh(),
        packet.sourceLow(),
        sourcePort,
        packet.destinationHigh(),
        packet.destinationLow(),
        destinationPort);
    return true;
  }

  /** Notes who asks, of an echo of {@code type} that travels in {@code direction}. */
  private void echo(int type, Direction direction) {
    reply = type == (ipv6 ? IcmpHeader.V6_ECHO_REPLY : IcmpHeader.ECHO_REPLY);
    requester = reply ? direction.reverse() : direction;
  }

  /** Whether it is that of an answer, which alone begins nothing. */
  boolean isReply() {
    return reply;
  }

  void read(ConnectionKey key) {
    quoted = false;
    requester = null;
    reply = false;
    protocol = key.protocol();
    ipv6 = key.vmHigh() != 0 || key.vmLow() >>> 32 != 0xffff;
    vlan = key.vlan();
    vmHigh = key.vmHigh();
    vmLow = key.vmLow();
    networkHigh = key.networkHigh();
    networkLow = key.networkLow();
    ports = ports(key.vmPort(), key.networkPort());
  }

  /**
   * Reads the datagram that an ICMP error quotes; it travelled the other way, and the error goes to
   * who sent it (RFC 792, RFC 4443 section 2.2): another's is made up. At least the ports must be
   * there: eight bytes behind its IP header (RFC 792, RFC 4443 section 3).
   */
  private boolean quote(Packet packet, Direction direction) {
    quoted = true;
    var memory = packet.memory();
    int at = packet.start() + packet.payloadOffset();
    int end = packet.start() + packet.datagramEnd();
    long sourceHigh = 0;
    long sourceLow;
    long destinationHigh = 0;
    long destinationLow;
    if (packet.isIpv6()) {
      if (at + 48 > end || Bytes.u8(memory, at) >>> 4 != 6) {
        return false;
      }
      protocol = Bytes.u8(memory, at + 6L);
      sourceHigh = Bytes.u64(memory, at + 8L);
      sourceLow = Bytes.u64(memory, at + 16L);
      destinationHigh = Bytes.u64(memory, at + 24L);
      destinationLow = Bytes.u64(memory, at + 32L);
      at = skipExtensions(packet, at + 40, end);
      if (at < 0) {
        return false;
      }
    } else {
      if (at + 28 > end || Bytes.u8(memory, at) >>> 4 != 4) {
        return false;
      }
      if ((Bytes.u16(memory, at + 6L) & 0x1fff) != 0) {
        return false; // never an error about a later fragment (RFC 1122 section 3.2.2)
      }
      protocol = Bytes.u8(memory, at + 9L);
      sourceLow = Packet.mapped(Bytes.u32(memory, at + 12L));
      destinationLow = Packet.mapped(Bytes.u32(memory, at + 16L));
      at += (Bytes.u8(memory, at) & 0xf) * 4;
      if (at + 8 > end) {
        return false;
      }
    }
    if (sourceHigh != packet.destinationHigh() || sourceLow != packet.destinationLow()) {
      return false;
    }
    int sourcePort = 0;
    int destinationPort = 0;
    switch (protocol) {
      case Protocol.TCP, Protocol.UDP -> {
        sourcePort = Bytes.u16(memory, at);
        destinationPort = Bytes.u16(memory, at + 2L);
      }
      case Protocol.ICMP, Protocol.ICMPV6 -> {
        sourcePort = Bytes.u16(memory, at + 4L);
        destinationPort = sourcePort;
        echo(Bytes.u8(memory, at), direction.reverse());
      }
      default -> {}
    }
    set(
        direction.reverse(),
        sourceHigh,
        sourceLow,
        sourcePort,
        destinationHigh,
        destinationLow,
        destinationPort);
    return true;
  }

  /** Where the quoted transport header begins, or -1 when it is not there. */
  private int skipExtensions(Packet packet, int from, int end) {
    var memory = packet.memory();
    int at = from;
    for (int i = 0; i < 8; i++) {
      boolean extension =
          protocol == Protocol.HOP_BY_HOP
              || protocol == Protocol.ROUTING
              || protocol == Protocol.DESTINATION_OPTIONS
              || protocol == Protocol.FRAGMENT;
      if (at + 8 > end) {
        return -1;
      }
      if (!extension) {
        return at;
      }
      int length = protocol == Protocol.FRAGMENT ? 8 : (Bytes.u8(memory, at + 1L) + 1) * 8;
      protocol = Bytes.u8(memory, at);
      at += length;
    }
    return -1;
  }

  private void set(
      Direction direction,
      long sourceHigh,
      long sourceLow,
      int sourcePort,
      long destinationHigh,
      long destinationLow,
      int destinationPort) {
    boolean outbound = direction == Direction.OUTBOUND;
    vmHigh = outbound ? sourceHigh : destinationHigh;
    vmLow = outbound ? sourceLow : destinationLow;
    networkHigh = outbound ? destinationHigh : sourceHigh;
    networkLow = outbound ? destinationLow : sourceLow;
    ports = outbound ? ports(sourcePort, destinationPort) : ports(destinationPort, sourcePort);
  }

  private static int ports(int vm, int network) {
    return vm << 16 | network & 0xffff;
  }

  /** Reads the key of {@code connection}. */
  void read(TrackedConnection connection) {
    quoted = false;
    requester = null;
    reply = false;
    protocol = connection.protocol();
    ipv6 = connection.isIpv6();
    vlan = connection.vlan;
    vmHigh = connection.vmHigh;
    vmLow = connection.vmLow;
    networkHigh = connection.networkHigh;
    networkLow = connection.networkLow;
    ports = connection.ports;
  }

  /** A hash that a stranger who does not know {@code secret} cannot aim at one place. */
  long hash(long secret) {
    long h = mix(secret ^ vmLow);
    h = mix(h ^ vmHigh);
    h = mix(h ^ networkLow);
    h = mix(h ^ networkHigh);
    return mix(h ^ ((long) ports << 32 | (long) protocol << 26 ^ vlan));
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
    z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
    return z ^ z >>> 31;
  }

  boolean matches(TrackedConnection connection) {
    return connection.vmLow == vmLow
        && connection.networkLow == networkLow
        && connection.ports == ports
        && connection.protocol() == protocol
        && connection.vlan == vlan
        && connection.vmHigh == vmHigh
        && connection.networkHigh == networkHigh
        && (requester == null || connection.opener() == requester);
  }
}
