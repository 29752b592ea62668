package org.vtl.tcp.internal.endpoint;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.PacketPool;
import org.vtl.tcp.internal.segment.OutgoingSegment;
import org.vtl.tcp.internal.segment.SegmentOutput;

/** What an endpoint sends, as packets that wait in order. Allocates nothing per segment. */
final class DirectWire implements SegmentOutput {
  static final int MOST = 64;

  private final PacketPool pool = new PacketPool(MOST);
  private final PacketBuilder builder = new PacketBuilder();
  private final MemorySegment payload = MemorySegment.ofArray(new byte[1 << 16]);
  private final Packet[] waiting = new Packet[MOST];
  private int first;
  private int count;

  /** Whether no packet is free. */
  boolean starved;

  /** Bytes that one large segment may hold. */
  int offload;

  @Override
  public boolean send(OutgoingSegment segment) {
    Packet packet = starved ? null : pool.acquire();
    if (packet == null) {
      return false;
    }
    builder
        .into(packet)
        .ethernet(2, 1)
        .ipv4(0x0a00_0001, 0x0a00_0002, 64)
        .trafficClass(segment.ecn)
        .tcp(1000, 1001, segment.sequence, segment.acknowledgment, segment.flags, segment.window);
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
      segment.payload.read(segment.payloadOffset, payload, 0, segment.payloadLength);
      builder.payload(payload, 0, segment.payloadLength);
    }
    builder.finish();
    packet.setSegmentSize(segment.payloadLength > segment.segmentSize ? segment.segmentSize : 0);
    packet.seal(true);
    waiting[(first + count++) % MOST] = packet;
    return true;
  }

  @Override
  public int largestPayload(int segmentSize) {
    return Math.max(segmentSize, offload / segmentSize * segmentSize);
  }

  int count() {
    return count;
  }

  /** The oldest segment, which {@link #done} gives back; null if none waits. */
  Packet next() {
    return count == 0 ? null : waiting[first];
  }

  void done() {
    pool.release(waiting[first]);
    first = (first + 1) % MOST;
    count--;
  }

  /** Hands all that waits to {@code endpoint}, or to nobody. */
  boolean deliver(TcpEndpoint endpoint, long now) {
    boolean any = count > 0;
    for (int left = count; left > 0; left--) {
      if (endpoint != null) {
        endpoint.receive(next(), now);
      }
      done();
    }
    return any;
  }

  void close() {
    deliver(null, 0);
    pool.close();
  }
}
