package org.vtl.service.firewall.internal.synproxy;

import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.TcpHeader;

/** Builds the proxy's segments from those they answer or stand for. One worker's. */
final class SegmentMaker {
  private static final int TIME_TO_LIVE = 64;

  /** A place to read a client's proof into before there is a connection to keep it. */
  final Handshake handshake = new Handshake();

  private final PacketBuilder builder = new PacketBuilder();

  /** Begins a segment back to the sender of {@code to}. */
  void answering(Packet made, Packet to, int sequence, int acknowledgment, int flags, int window) {
    Direction back = to.direction().reverse();
    begin(made, to, to.ethernet().source(), to.ethernet().destination(), back);
    if (to.isIpv6()) {
      builder.ipv6(
          to.destinationHigh(), to.destinationLow(), to.sourceHigh(), to.sourceLow(), TIME_TO_LIVE);
    } else {
      builder.ipv4((int) to.destinationLow(), (int) to.sourceLow(), TIME_TO_LIVE);
    }
    TcpHeader tcp = to.tcp();
    builder.tcp(tcp.destinationPort(), tcp.sourcePort(), sequence, acknowledgment, flags, window);
  }

  /** Begins a segment where {@code like} goes, from where that comes. */
  void forwarding(
      Packet made, Packet like, int sequence, int acknowledgment, int flags, int window) {
    begin(made, like, like.ethernet().destination(), like.ethernet().source(), like.direction());
    if (like.isIpv6()) {
      builder.ipv6(
          like.sourceHigh(),
          like.sourceLow(),
          like.destinationHigh(),
          like.destinationLow(),
          like.ipv6().hopLimit());
    } else {
      builder.ipv4((int) like.sourceLow(), (int) like.destinationLow(), like.ipv4().timeToLive());
    }
    TcpHeader tcp = like.tcp();
    builder.tcp(tcp.sourcePort(), tcp.destinationPort(), sequence, acknowledgment, flags, window);
  }

  private void begin(Packet made, Packet like, long destination, long source, Direction direction) {
    made.setDirection(direction);
    builder.into(made).ethernet(destination, source);
    int vlans = like.vlanKey();
    if (vlans > 0x1fff) {
      builder.vlan(vlans >>> 13 & 0xfff);
    }
    if (vlans != 0) {
      builder.vlan(vlans & 0xfff);
    }
  }

  /** Makes the SYN of {@code shaken}'s client, whose later segment {@code like} is. */
  void request(Packet made, Packet like, Handshake shaken) {
    forwarding(made, like, shaken.clientSequence, 0, TcpHeader.SYN, shaken.windowOfSyn());
    builder.maximumSegmentSize(shaken.segmentSize);
    if (shaken.sackPermitted) {
      builder.sackPermitted();
    }
    if (shaken.windowScale >= 0) {
      builder.windowScale(shaken.windowScale);
    }
    if (shaken.timestamps) {
      builder.timestamps(shaken.clientTimestamp, 0);
    }
    builder.finish();
  }

  /** Where options of the segment begun are added. */
  PacketBuilder options() {
    return builder;
  }

  void finish() {
    builder.finish();
  }
}
