package org.vtl.tcp.internal.endpoint;

import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.segment.OutgoingSegment;
import org.vtl.tcp.internal.send.Transmission;

/** Makes the endpoint's segments. Each tells what was received so far, and counts only if sent. */
final class SegmentMaker implements Transmission {
  private static final int ECT_0 = 2;

  /** Two no-operations, kind and length before the SACK blocks (RFC 2018). */
  private static final int SACK_OVERHEAD = 4;

  private final ControlBlock block;
  private final OutgoingSegment segment = new OutgoingSegment();

  SegmentMaker(ControlBlock block) {
    this.block = block;
  }

  /** A SYN, or a SYN-ACK; false when nothing could be sent. */
  boolean synchronize(boolean acknowledges, boolean ecn, long now) {
    EndpointSettings settings = block.settings;
    Offer offered = block.offered;
    segment.clear();
    segment.sequence = block.initialSequence;
    segment.flags = TcpHeader.SYN;
    segment.maximumSegmentSize = settings.maximumSegmentSize;
    if (acknowledges) {
      // Only what the other end offered may be answered (RFC 7323 sections 1.3 and 2.2).
      segment.flags |= TcpHeader.ACK | (ecn ? TcpHeader.ECE : 0);
      segment.acknowledgment = block.receiver.next();
      segment.windowScale = offered.windowScale < 0 ? -1 : settings.windowScale;
      segment.sackPermitted = offered.sackPermitted && settings.sack;
      segment.timestamps = offered.timestamps && settings.timestamps;
    } else {
      segment.flags |= ecn ? TcpHeader.ECE | TcpHeader.CWR : 0;
      segment.windowScale = settings.windowScale;
      segment.sackPermitted = settings.sack;
      segment.timestamps = settings.timestamps;
    }
    stamp(now);
    segment.window = block.receiver.windowField(); // not shifted yet (RFC 7323 section 2.2)
    return put();
  }

  /** An acknowledgment without data. */
  boolean acknowledge(long now) {
    return bare(block.sequence(), now);
  }

  /** A keep-alive: an old number, which the other end must answer (RFC 9293 section 3.8.4). */
  boolean probe(long now) {
    return bare(block.sendNext() - 1, now);
  }

  private boolean bare(int sequence, long now) {
    begin(sequence, 0, now);
    report(block.timestamps ? 3 : 4);
    return put();
  }

  /** A RST in a synchronized state, or in SYN-RECEIVED. */
  boolean reset(long now) {
    begin(block.sequence(), TcpHeader.RST, now);
    segment.flags &= ~TcpHeader.ECE;
    return put();
  }

  /** A RST that answers a segment with an acknowledgment: {@code sequence} is its number. */
  void resetAt(int sequence) {
    segment.clear();
    segment.flags = TcpHeader.RST;
    segment.sequence = sequence;
    block.output.send(segment);
  }

  /** A RST that answers a segment without acknowledgment, which ends before {@code end}. */
  boolean resetFor(int end) {
    segment.clear();
    segment.flags = TcpHeader.RST | TcpHeader.ACK;
    segment.acknowledgment = end;
    return block.output.send(segment);
  }

  @Override
  public boolean transmit(
      long offset, int length, int segmentSize, int flags, boolean again, long now) {
    begin(block.sendBase + (int) offset, flags, now);
    segment.payload = length > 0 ? block.outgoing : null;
    segment.payloadOffset = offset;
    segment.payloadLength = length;
    segment.segmentSize = segmentSize;
    if (segment.timestamps && length > 0) {
      segment.timestampEcho = block.recentTimestamp.asOf(now - block.echoNanos);
    }
    // Neither what is sent again nor a probe of a closed window (RFC 3168 sections 6.1.5, 6.1.6).
    segment.ecn = block.ecn && !again && length > 0 && block.sender.window() > 0 ? ECT_0 : 0;
    int spare = (segmentSize - length - SACK_OVERHEAD) / 8;
    report(Math.clamp(spare, 0, block.timestamps ? 3 : 4));
    return put();
  }

  @Override
  public int largestPayload(int segmentSize) {
    return block.output.largestPayload(segmentSize);
  }

  @Override
  public int timestamp(long now) {
    return block.clock.value(now);
  }

  private void begin(int sequence, int flags, long now) {
    segment.clear();
    segment.sequence = sequence;
    segment.acknowledgment = block.receiver.acknowledgment();
    segment.flags = TcpHeader.ACK | flags | (block.receiver.echoesCongestion() ? TcpHeader.ECE : 0);
    segment.window = block.receiver.windowField();
    segment.timestamps = block.timestamps;
    stamp(now);
  }

  private void stamp(long now) {
    if (segment.timestamps) {
      segment.timestampValue = block.clock.value(now);
      segment.timestampEcho =
          (segment.flags & TcpHeader.ACK) != 0 ? block.recentTimestamp.value() : 0;
    }
  }

  private void report(int most) {
    Receiver receiver = block.receiver;
    if (block.sack && most > 0 && receiver.report.size() > 0 && receiver.mayReport()) {
      segment.sackBlocks =
          receiver.report.fill(segment.sackLeft, segment.sackRight, receiver.base(), most);
    }
  }

  private boolean put() {
    if (!block.output.send(segment)) {
      return false;
    }
    Receiver receiver = block.receiver;
    receiver.window.sent();
    receiver.delayedAck.sent();
    block.lastAcknowledgment = segment.acknowledgment;
    if (segment.sackBlocks > 0 || !block.sack || receiver.report.size() == 0) {
      receiver.report.sent();
    }
    return true;
  }
}
