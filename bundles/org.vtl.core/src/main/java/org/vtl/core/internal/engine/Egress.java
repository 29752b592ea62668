package org.vtl.core.internal.engine;

import org.vtl.packet.Fragmenter;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.Segmenter;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;

/**
 * Sends packets out of one side of a link: sealed for what its port carries, segmented where it
 * carries no large ones, fragmented or refused where they are longer than its MTU, a batch at a
 * time. The worker's.
 */
final class Egress {
  /** Segments of one packet: as many as 64 KB make at 64 bytes each. */
  private static final int MAX_SEGMENTS = 1_024;

  private static final int UNLIMITED = Integer.MAX_VALUE;

  /** Bytes of an IPv4 header with all options there can be. */
  private static final int LONGEST_HEADER = 60;

  private final Lane lane;
  private final LinkPort side;
  private final PacketBatch batch = new PacketBatch(Lane.BATCH);
  private final Segmenter segmenter = new Segmenter();
  private final Fragmenter fragmenter = new Fragmenter();
  private final PathMtu pathMtu;
  private int mtu = UNLIMITED;

  Egress(Lane lane, LinkPort side) {
    this.lane = lane;
    this.side = side;
    pathMtu = new PathMtu(lane);
  }

  /** Seals the packet and puts it into the batch; the packet is this object's from now on. */
  void send(PacketState state) {
    Packet packet = state.packet;
    Offloads offloads = side.offloads();
    if (side.port() == null) {
      lane.packets().discard(state, lane.reasons().portDown);
    } else if (longest(packet) > mtu) {
      tooLong(state, offloads);
    } else {
      fitting(state, offloads);
    }
  }

  private void fitting(PacketState state, Offloads offloads) {
    Packet packet = state.packet;
    if (packet.segmentSize() == 0 || carries(offloads, packet)) {
      whole(state, offloads);
    } else if (!segmenter.begin(packet, packet.segmentSize())) {
      packet.setSegmentSize(0);
      whole(state, offloads);
    } else if (segmenter.segments() > MAX_SEGMENTS) {
      // The guest chooses the size: at one byte each, one frame of its would become 65,000 of ours.
      lane.packets().discard(state, lane.reasons().segmentsTiny);
    } else {
      split(state);
    }
  }

  // ---- the MTU ---------------------------------------------------------------------------------

  /** Bytes of the longest IP packet that this one is, or is to be cut into. */
  private static int longest(Packet packet) {
    int network = packet.networkOffset();
    return isSegmented(packet)
        ? packet.payloadOffset() + packet.segmentSize() - network
        : packet.length() - network;
  }

  private static boolean isSegmented(Packet packet) {
    return packet.segmentSize() > 0
        && packet.payloadLength() > packet.segmentSize()
        && !packet.isFragment()
        && (packet.isTcp() || packet.isUdp());
  }

  private void tooLong(PacketState state, Offloads offloads) {
    Packet packet = state.packet;
    int longest = longest(packet);
    if (!packet.isIpv4() || packet.ipv4().dontFragment() || mtu < Fragmenter.MIN_MTU) {
      if (packet.isIp() && packet.datagramEnd() - packet.networkOffset() > mtu) {
        pathMtu.answer(packet, longest, mtu);
      }
      lane.packets().discard(state, lane.reasons().mtuExceeded);
    } else if (isSegmented(packet) && packet.isTcp()) {
      shorten(state, offloads, packet.segmentSize() - (longest - mtu));
    } else if (isSegmented(packet)) {
      segmenter.begin(packet, packet.segmentSize());
      int pieces = longest / (mtu - LONGEST_HEADER & ~7) + 1;
      if (segmenter.segments() * pieces > MAX_SEGMENTS) {
        lane.packets().discard(state, lane.reasons().segmentsTiny);
      } else {
        lane.statistics().fragmented++;
        split(state);
      }
    } else if (!fragmenter.begin(packet, mtu)) {
      lane.packets()
          .discard(state, lane.reasons().mtuExceeded); // only what lies behind it is too long
    } else if (fragmenter.fragments() > MAX_SEGMENTS) {
      lane.packets().discard(state, lane.reasons().segmentsTiny);
    } else {
      lane.statistics().fragmented++;
      lane.dispatcher().departing(state);
      finish(state, fragment());
    }
  }

  /** TCP that may be fragmented is cut into shorter segments instead, which costs its ends less. */
  private void shorten(PacketState state, Offloads offloads, int segmentSize) {
    if (segmentSize < 1) {
      lane.packets().discard(state, lane.reasons().segmentsTiny);
    } else {
      state.packet.setSegmentSize(segmentSize);
      fitting(state, offloads);
    }
  }

  /** Sends the fragments of the packet that {@link #fragmenter} has begun; false without room. */
  private boolean fragment() {
    for (int left = fragmenter.fragments(); left > 0; left--) {
      Packet fragment = spare();
      if (fragment == null) {
        return false;
      }
      fragmenter.next(fragment);
      add(fragment);
    }
    return true;
  }

  // ---- offloads --------------------------------------------------------------------------------

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
    boolean room = true;
    for (int left = segmenter.segments(); room && left > 0; left--) {
      Packet segment = spare();
      room = segment != null;
      if (room) {
        segmenter.next(segment);
        if (longest(segment) > mtu && fragmenter.begin(segment, mtu)) {
          room = fragment();
          lane.packets().free((PacketState) segment.attachment());
        } else {
          add(segment);
        }
      }
    }
    finish(state, room);
  }

  /** The packet has been sent in pieces, if there were enough free packets for them. */
  private void finish(PacketState state, boolean room) {
    if (room) {
      lane.packets().free(state);
    } else {
      lane.packets().discard(state, lane.reasons().poolEmpty);
    }
  }

  /** A free packet for a piece of another, or null. */
  private Packet spare() {
    Packet packet = lane.packets().acquire();
    if (packet == null) {
      flush(); // what waits here comes free
      packet = lane.packets().acquire();
    }
    return packet;
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
    mtu = mtuOf(side.port());
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
        lane.packets().free(state);
      } else {
        lane.packets().discard(state, lost ? lane.reasons().portDown : lane.reasons().portFull);
      }
    }
    batch.clear();
  }

  /** As the port says in each round; one that does not know what its device carries says no MTU. */
  private int mtuOf(PacketPort port) {
    int bytes = 0;
    if (port != null) {
      try {
        bytes = port.mtu();
      } catch (RuntimeException e) {
        side.lost(e);
      }
    }
    return bytes > 0 ? bytes : UNLIMITED;
  }
}
