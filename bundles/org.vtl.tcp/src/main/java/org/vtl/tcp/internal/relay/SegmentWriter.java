package org.vtl.tcp.internal.relay;

import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.segment.OutgoingSegment;

/**
 * Makes packets of an endpoint's segments: laid out as Linux does, the payload copied from its
 * stream once, no checksum summed, and what is longer than a segment left to whoever divides it.
 * One worker's.
 */
final class SegmentWriter {
  /** Payload that with the longest headers is no more than 65,535 bytes of IP. */
  private static final int LARGEST = 65_535 - 20 - 60;

  /** More of them in one packet are refused on a port that divides none (64 KB of tiny ones). */
  private static final int MOST_SEGMENTS = 1_000;

  private final PacketBuilder builder = new PacketBuilder();

  /** For packets that are no segments. */
  PacketBuilder builder() {
    return builder;
  }

  /** Most payload of one packet: whole segments. */
  static int largestPayload(int segmentSize) {
    int segments = Math.clamp(LARGEST / segmentSize, 1, MOST_SEGMENTS);
    return segments * segmentSize;
  }

  /** Makes {@code packet} be {@code segment}, sent by the end that {@code headers} show. */
  void write(Packet packet, EndHeaders headers, OutgoingSegment segment) {
    int length = segment.payloadLength;
    int size = segment.segmentSize;
    boolean divided = size > 0 && length > size;
    builder.into(packet);
    headers.write(builder, segment.ecn, divided ? (length + size - 1) / size : 1);
    builder.tcp(
        headers.sourcePort(),
        headers.destinationPort(),
        segment.sequence,
        segment.acknowledgment,
        segment.flags,
        segment.window);
    if ((segment.flags & TcpHeader.SYN) != 0) {
      optionsOfSyn(segment);
    } else {
      options(segment);
    }
    if (length > 0) {
      int at = builder.room(length);
      segment.payload.read(segment.payloadOffset, packet.memory(), at, length);
    }
    builder.finish();
    headers.writeTagTypes(packet);
    if (divided) {
      packet.setSegmentSize(size);
    }
  }

  private void optionsOfSyn(OutgoingSegment segment) {
    if (segment.maximumSegmentSize != 0) {
      builder.maximumSegmentSize(segment.maximumSegmentSize);
    }
    if (segment.sackPermitted) {
      if (!segment.timestamps) {
        builder.noOperation().noOperation();
      }
      builder.sackPermitted();
    } else if (segment.timestamps) {
      builder.noOperation().noOperation();
    }
    if (segment.timestamps) {
      builder.timestamps(segment.timestampValue, segment.timestampEcho);
    }
    if (segment.windowScale >= 0) {
      builder.noOperation().windowScale(segment.windowScale);
    }
  }

  private void options(OutgoingSegment segment) {
    if (segment.timestamps) {
      builder.noOperation().noOperation();
      builder.timestamps(segment.timestampValue, segment.timestampEcho);
    }
    if (segment.sackBlocks > 0) {
      builder.noOperation().noOperation();
      for (int i = 0; i < segment.sackBlocks; i++) {
        builder.sackBlock(segment.sackLeft[i], segment.sackRight[i]);
      }
    }
  }
}
