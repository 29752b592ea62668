package org.vtl.tcp.internal.endpoint;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.segment.OutgoingSegment;
import org.vtl.tcp.internal.segment.SegmentOutput;
import org.vtl.testkit.ScriptCase;

/**
 * What a scripted endpoint sends, as packets, until the script claims them. Every segment, whatever
 * the script, must obey what holds for all: the window announced is not taken back (RFC 9293
 * section 3.8.6.2.1), the peer's window is kept but for a probe of one byte, acknowledgments do not
 * go back, timestamps are on every segment but a RST once they are agreed (RFC 7323 section 3.2)
 * and do not go back, and no more than three SACK blocks stand beside them (RFC 2018 section 3).
 */
final class Wire implements SegmentOutput {
  private static final PacketPool PACKETS = new PacketPool(300);

  private final EndpointTarget target;
  private final byte[] payload = new byte[1 << 16];
  private final Deque<Sent> sent = new ArrayDeque<>();
  private Packet claimed;
  private long claimedNanos;
  private int starving;

  private boolean acknowledged;
  private int acknowledgment;
  private int edge;
  private boolean stamped;
  private int timestamp;
  private boolean heard;
  private int peerEdge;
  private int peerShift;
  private boolean peerScales;

  private record Sent(Packet packet, long nanos) {}

  Wire(EndpointTarget target) {
    this.target = target;
  }

  /** The next {@code segments} find no free packet. */
  void starve(int segments) {
    starving = segments;
  }

  @Override
  public int largestPayload(int segmentSize) {
    return Math.max(segmentSize, target.setting.offload);
  }

  @Override
  public boolean send(OutgoingSegment segment) {
    if (starving > 0) {
      starving--;
      return false;
    }
    obeys(segment);
    Packet packet = PACKETS.acquire();
    if (packet == null) {
      throw new AssertionError("the endpoint sends without end");
    }
    write(segment, packet);
    sent.add(new Sent(packet, target.now()));
    return true;
  }

  private void write(OutgoingSegment segment, Packet packet) {
    ScriptCase.Run run = target.run;
    int from = run.address(Direction.OUTBOUND).ipv4();
    int to = run.address(Direction.INBOUND).ipv4();
    packet.setDirection(Direction.OUTBOUND);
    PacketBuilder builder =
        new PacketBuilder()
            .into(packet)
            .ethernet(2, 1)
            .ipv4(from, to, 64)
            .trafficClass(segment.ecn)
            .tcp(
                run.port(Direction.OUTBOUND),
                run.port(Direction.INBOUND),
                segment.sequence,
                segment.acknowledgment,
                segment.flags,
                segment.window);
    if (segment.maximumSegmentSize > 0) {
      builder.maximumSegmentSize(segment.maximumSegmentSize);
    }
    if (segment.sackPermitted) {
      builder.sackPermitted();
    }
    if (segment.timestamps) {
      builder.timestamps(segment.timestampValue, segment.timestampEcho);
    }
    if (segment.windowScale >= 0) {
      builder.windowScale(segment.windowScale);
    }
    for (int i = 0; i < segment.sackBlocks; i++) {
      builder.sackBlock(segment.sackLeft[i], segment.sackRight[i]);
    }
    if (segment.payloadLength > 0) {
      MemorySegment bytes = MemorySegment.ofArray(payload);
      segment.payload.read(segment.payloadOffset, bytes, 0, segment.payloadLength);
      builder.payload(bytes, 0, segment.payloadLength);
    }
    builder.finish();
    boolean divided = segment.payloadLength > segment.segmentSize && segment.payloadLength > 0;
    packet.setSegmentSize(divided ? segment.segmentSize : 0);
    packet.seal(true);
  }

  private void obeys(OutgoingSegment segment) {
    boolean rst = (segment.flags & TcpHeader.RST) != 0;
    boolean syn = (segment.flags & TcpHeader.SYN) != 0;
    if ((segment.flags & TcpHeader.ACK) != 0 && !rst) {
      int shift = syn ? 0 : target.receiveShift();
      int right = segment.acknowledgment + (segment.window << shift);
      if (acknowledged) {
        check(!Seq.before(segment.acknowledgment, acknowledgment), "an acknowledgment goes back");
        // Less than a unit of the scale is lost to rounding (RFC 7323 section 2.4).
        check(!Seq.before(right + (1 << shift) - 1, edge), "the window announced is taken back");
      }
      edge = acknowledged ? Seq.max(edge, right) : right;
      acknowledged = true;
      acknowledgment = segment.acknowledgment;
    }
    if (target.endpoint.usesTimestamps() && !rst) {
      check(segment.timestamps, "a segment has no timestamps");
    }
    if (segment.timestamps) {
      check(!stamped || !Seq.before(segment.timestampValue, timestamp), "a timestamp goes back");
      check(segment.sackBlocks <= 3, "more SACK blocks than fit");
      stamped = true;
      timestamp = segment.timestampValue;
    }
    if (segment.payloadLength > 1 && heard) {
      int end = segment.sequence + segment.payloadLength;
      check(!Seq.after(end, peerEdge), "data lies beyond the peer's window");
    }
  }

  private static void check(boolean holds, String broken) {
    if (!holds) {
      throw new AssertionError(broken);
    }
  }

  /** The endpoint hears {@code packet}: the peer's window may have grown. */
  void heard(Packet packet) {
    if (!packet.isTcp() || packet.tcp().isRst()) {
      return;
    }
    TcpHeader tcp = packet.tcp();
    if (tcp.isSyn()) {
      peerShift = Math.max(0, tcp.windowScale());
      peerScales = tcp.windowScale() >= 0;
    }
    if (tcp.isAck()) {
      boolean shifted = !tcp.isSyn() && peerScales && target.setting.endpoint.windowScale >= 0;
      int right = tcp.acknowledgmentNumber() + (tcp.window() << (shifted ? peerShift : 0));
      peerEdge = heard ? Seq.max(peerEdge, right) : right;
      heard = true;
    }
  }

  /** What an adopted connection had announced and been told. */
  void adopted(Adoption adoption) {
    peerShift = adoption.sendShift;
    peerScales = true;
    peerEdge = adoption.sendUnacknowledged + (int) adoption.sendWindow;
    heard = true;
    acknowledged = true;
    acknowledgment = adoption.receiveNext;
    edge = adoption.receiveEdge;
    stamped = adoption.timestamps;
    timestamp = adoption.lastTimestamp;
  }

  boolean peerScales() {
    return peerScales;
  }

  /** The newest TSval sent. */
  int timestamp() {
    return timestamp;
  }

  boolean hasUnclaimed() {
    return !sent.isEmpty();
  }

  /** The oldest segment not claimed yet, or null; valid until the next call. */
  Packet claim() {
    if (claimed != null) {
      PACKETS.release(claimed);
      claimed = null;
    }
    Sent first = sent.poll();
    if (first == null) {
      return null;
    }
    claimed = first.packet;
    claimedNanos = first.nanos;
    return claimed;
  }

  /** Claims all that was sent, unseen. */
  void claimAll() {
    while (claim() != null) {}
  }

  long claimedNanos() {
    return claimedNanos;
  }

  void clear() {
    claimAll();
  }
}
