package org.vtl.core.internal.engine;

import org.vtl.packet.Direction;

/** What one lane counts. Written by its worker, read by others who may see a batch less. */
final class LaneStatistics {
  /** Packets discarded, by reason code. */
  final long[] drops = new long[Reasons.MAX];

  long outboundPackets;
  long outboundBytes;
  long inboundPackets;
  long inboundBytes;

  /** Packets that arrived here and were another worker's. */
  long handedOver;

  /** Polls that found no packet free; the frames waited in the port. */
  long poolExhausted;

  /** Senders told that their packets are longer than the next MTU. */
  long mtuAnswers;

  /** Packets sent in fragments. */
  long fragmented;

  /** Timers that could not be started. */
  long timersExhausted;

  /** States in connections that found no room until their successor came. */
  long statesLost;

  /** Packets lost to services that did not return. */
  long packetsAbandoned;

  /** Rounds that ended with an exception of the engine's own. */
  long engineFaults;

  void count(Direction direction, int length) {
    if (direction == Direction.OUTBOUND) {
      outboundPackets++;
      outboundBytes += length;
    } else {
      inboundPackets++;
      inboundBytes += length;
    }
  }

  /** Counts what the system carried past this lane. */
  void carried(Direction direction, long packets, long bytes) {
    if (direction == Direction.OUTBOUND) {
      outboundPackets += packets;
      outboundBytes += bytes;
    } else {
      inboundPackets += packets;
      inboundBytes += bytes;
    }
  }

  long dropped() {
    long sum = 0;
    for (long count : drops) {
      sum += count;
    }
    return sum;
  }
}
