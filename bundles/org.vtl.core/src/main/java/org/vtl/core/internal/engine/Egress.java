package org.vtl.core.internal.engine;

import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.Segmenter;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;

/**
 * Sends packets out of one side of a link: sealed for what its port carries, segmented where it
 * carries no large ones, a batch at a time. The worker's.
 */
final class Egress {
  /** Segments of one packet: as many as 64 KB make at 64 bytes each. */
  private static final int MAX_SEGMENTS = 1_024;

  private final Lane lane;
  private final LinkPort side;
  private final PacketBatch batch = new PacketBatch(Lane.BATCH);
  private final Segmenter segmenter = new Segmenter();

  Egress(Lane lane, LinkPort side) {
    this.lane = lane;
    this.side = side;
  }

  /** Seals the packet and puts it into the batch; the packet is this object's from now on. */
  void send(PacketState state) {
    Packet packet = state.packet;
    Offloads offloads = side.offloads();
    if (side.port() == null) {
      lane.discard(state, lane.reasons().portDown);
    } else if (packet.segmentSize() == 0 || carries(offloads, packet)) {
      whole(state, offloads);
    } else if (!segmenter.begin(packet, packet.segmentSize())) {
      packet.setSegmentSize(0);
      whole(state, offloads);
    } else if (segmenter.segments() > MAX_SEGMENTS) {
      // The guest chooses the size: at one byte each, one frame of its would become 65,000 of ours.
      lane.discard(state, lane.reasons().segmentsTiny);
    } else {
      split(state);
    }
  }

  private void whole(PacketState state, Offloads offloads) {
    state.packet.seal(offloads.partialChecksum());
    lane.dispatcher().departing(state);
    add(state.packet);
  }

  private static boolean carries(Offloads offloads, Packet packet) {
    return offloads.partialChecksum()
        && (packet.isTcp() ? offloads.tcpSegmentation() : offloads.udpSegmentation());
  }

  private void split(PacketState state) {
    lane.dispatcher().departing(state);
    for (int left = segmenter.segments(); left > 0; left--) {
      Packet segment = lane.acquire();
      if (segment == null) {
        flush(); // what waits here comes free
        segment = lane.acquire();
      }
      if (segment == null) {
        lane.discard(state, lane.reasons().poolEmpty);
        return;
      }
      segmenter.next(segment);
      add(segment);
    }
    lane.free(state);
  }

  private void add(Packet packet) {
    if (batch.isFull()) {
      flush();
    }
    ((PacketState) packet.attachment()).owner = PacketState.Owner.EGRESS;
    batch.add(packet);
  }

  /** Hands the batch to the port. */
  void flush() {
    if (batch.size() == 0) {
      return;
    }
    PacketPort port = side.port();
    int done = 0;
    if (port != null) {
      try {
        done = port.transmit(batch);
      } catch (PortException e) {
        side.lost(e);
      } catch (RuntimeException e) {
        side.lost(e);
      }
    }
    boolean lost = side.port() == null;
    for (int i = 0; i < batch.size(); i++) {
      PacketState state = (PacketState) batch.get(i).attachment();
      if (i < done) {
        lane.free(state);
      } else {
        lane.discard(state, lost ? lane.reasons().portDown : lane.reasons().portFull);
      }
    }
    batch.clear();
  }
}
