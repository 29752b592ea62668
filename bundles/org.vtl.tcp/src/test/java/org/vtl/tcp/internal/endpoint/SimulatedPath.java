package org.vtl.tcp.internal.endpoint;

import java.lang.foreign.MemorySegment;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.packet.Segmenter;
import org.vtl.tcp.internal.segment.OutgoingSegment;
import org.vtl.testkit.VirtualClock;

/**
 * A path between two ends in virtual time that loses, delays, reorders, doubles and marks what is
 * sent on it, the same way for the same seed. Segments become real packets.
 */
final class SimulatedPath {
  static final long MILLISECOND = 1_000_000;

  final VirtualClock clock = new VirtualClock();
  final SplittableRandom random;

  /** What the path does, as parts of one. */
  double loss;

  double reordering;
  double duplication;
  double marking;

  /** How often an end finds no packet free. */
  double starvation;

  long delayNanos = 10 * MILLISECOND;
  long jitterNanos;

  /** Bits per second; 0 for as many as one likes. */
  long rate;

  /** Bytes that may wait for the path. */
  long queue = 256 << 10;

  /** Whether large segments pass as they are: both ends are behind ports with offloads. */
  boolean offloads;

  long carried;
  private final long[] busyUntil = new long[2];

  private final PacketPool packets = new PacketPool(4);
  private final Packet made = packets.acquire();
  private final Packet part = packets.acquire();
  private final Packet arriving = packets.acquire();
  private final PacketBuilder builder = new PacketBuilder();
  private final Segmenter segmenter = new Segmenter();
  private final byte[] payload = new byte[1 << 17];
  private final PriorityQueue<Flight> flights = new PriorityQueue<>();
  private final SimulatedEnd[] ends = new SimulatedEnd[2];
  private long flown;

  /** Sees what passes the middle of the path, and may keep it. */
  interface Middle {
    /** Whether {@code packet}, on its way to end {@code to}, ends here. */
    boolean take(Packet packet, int to);

    void expire();

    long nextDeadline();
  }

  /** Who sits in the middle; null for nobody. */
  Middle middle;

  private record Flight(
      long arrival, long order, int to, boolean behind, byte[] frame, int segmentSize)
      implements Comparable<Flight> {
    @Override
    public int compareTo(Flight other) {
      int later = Long.compare(arrival, other.arrival);
      return later != 0 ? later : Long.compare(order, other.order);
    }
  }

  SimulatedPath(long seed) {
    random = new SplittableRandom(seed);
  }

  void join(SimulatedEnd a, SimulatedEnd b) {
    ends[0] = a;
    ends[1] = b;
    a.peer = b;
    b.peer = a;
  }

  long now() {
    return clock.nanos();
  }

  /** Sends a segment of {@code from} to the other end. */
  boolean send(SimulatedEnd from, OutgoingSegment segment) {
    return send(segment, from == ends[0] ? 1 : 0, false);
  }

  /** Sends a segment to end {@code to}, from the other or from the middle. */
  boolean send(OutgoingSegment segment, int to, boolean behind) {
    if (random.nextDouble() < starvation) {
      return false;
    }
    write(segment, 1 - to);
    if (!offloads && made.segmentSize() > 0 && segmenter.begin(made, segment.segmentSize)) {
      while (segmenter.next(part)) {
        carry(part, to, behind);
      }
    } else {
      made.seal(false);
      carry(made, to, behind);
    }
    return true;
  }

  private void write(OutgoingSegment segment, int from) {
    builder
        .into(made)
        .ethernet(2, 1)
        .ipv4(0x0a00_0001 + from, 0x0a00_0002 - from, 64)
        .trafficClass(segment.ecn)
        .tcp(
            1000 + from,
            1001 - from,
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
    made.setSegmentSize(segment.payloadLength > segment.segmentSize ? segment.segmentSize : 0);
  }

  private void carry(Packet packet, int to, boolean behind) {
    carried++;
    if (random.nextDouble() < loss) {
      return;
    }
    long departure = Math.max(now(), busyUntil[to]);
    if (rate > 0) {
      long took = packet.length() * 8L * 1_000_000_000L / rate;
      if ((departure - now()) / 8_000_000_000.0 * rate > queue) {
        return;
      }
      busyUntil[to] = departure + took;
      departure += took;
    }
    if (random.nextDouble() < marking && packet.ipv4().ecn() != 0) {
      packet.ipv4().setEcn(3);
      packet.seal(false);
    }
    int times = random.nextDouble() < duplication ? 2 : 1;
    for (int i = 0; i < times; i++) {
      long arrival = departure + delayNanos;
      if (jitterNanos > 0) {
        arrival += random.nextLong(jitterNanos);
      }
      if (random.nextDouble() < reordering) {
        arrival += random.nextLong(delayNanos + 1);
      }
      byte[] frame = new byte[packet.length()];
      MemorySegment.copy(
          packet.memory(), packet.start(), MemorySegment.ofArray(frame), 0, frame.length);
      flights.add(new Flight(arrival, flown++, to, behind, frame, packet.segmentSize()));
    }
  }

  /** Goes on to the next thing that happens; false if nothing ever will. */
  boolean step() {
    long next = Math.min(ends[0].nextDeadline(), ends[1].nextDeadline());
    if (middle != null) {
      next = Math.min(next, middle.nextDeadline());
    }
    Flight flight = flights.peek();
    if (flight != null && flight.arrival <= next) {
      flights.poll();
      clock.set(Math.max(now(), flight.arrival));
      MemorySegment.copy(
          MemorySegment.ofArray(flight.frame),
          0,
          arriving.memory(),
          Packet.HEADROOM,
          flight.frame.length);
      arriving.frame(Packet.HEADROOM, flight.frame.length);
      arriving.setSegmentSize(flight.segmentSize);
      Parser.parse(arriving);
      if (middle == null || flight.behind) {
        ends[flight.to].receive(arriving);
      } else if (!middle.take(arriving, flight.to)) {
        carry(arriving, flight.to, true);
      }
      return true;
    }
    if (next == Long.MAX_VALUE) {
      return false;
    }
    clock.set(Math.max(now(), next));
    for (SimulatedEnd end : ends) {
      if (end.nextDeadline() <= now()) {
        end.expire();
      }
    }
    if (middle != null && middle.nextDeadline() <= now()) {
      middle.expire();
    }
    return true;
  }

  void close() {
    packets.release(made);
    packets.release(part);
    packets.release(arriving);
    packets.close();
  }
}
