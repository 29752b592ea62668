package org.vtl.service.capture.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.PacketTap;
import org.vtl.service.TapPoint;
import org.vtl.service.Verdict;

/**
 * The part of a capture on the packets' path: copies what is wanted into the ring, with what is to
 * be told of it, and never waits. A packet that finds the ring full is counted at its place.
 */
final class CaptureTap implements PacketTap {
  private static final Direction[] DIRECTIONS = Direction.values();

  private final Stages stages;
  private final PacketFilter filter;
  private final int snapBytes;
  private final PacketRing ring;
  private final LongSupplier nanoClock;

  // Two interfaces per point: what OUTBOUND and what INBOUND packets pass there.
  private final ConcurrentHashMap<TapPoint, Place[]> points = new ConcurrentHashMap<>();
  private final List<Place> places = new ArrayList<>();
  private volatile String[] reasons = new String[0];

  CaptureTap(
      Stages stages, PacketFilter filter, int snapBytes, PacketRing ring, LongSupplier nanoClock) {
    this.stages = stages;
    this.filter = filter;
    this.snapBytes = snapBytes;
    this.ring = ring;
    this.nanoClock = nanoClock;
  }

  @Override
  public void seen(
      TapPoint point, Packet packet, Connection connection, Verdict verdict, Reason reason) {
    Place[] sides = points.get(point);
    if (sides == null) {
      sides = open(point);
    }
    Place place = sides[packet.direction().ordinal()];
    if (place == Place.NONE || !filter.matches(packet)) {
      return;
    }
    int captured = Math.min(packet.length(), snapBytes);
    long at = ring.claim(RecordLayout.HEADER + captured);
    if (at == PacketRing.FULL) {
      place.lost.incrementAndGet();
      return;
    }
    MemorySegment memory = ring.memory();
    memory.set(ValueLayout.JAVA_INT, at + RecordLayout.PLACE, place.index);
    memory.set(ValueLayout.JAVA_LONG, at + RecordLayout.NANOS, nanoClock.getAsLong());
    memory.set(ValueLayout.JAVA_INT, at + RecordLayout.LENGTH, packet.length());
    memory.set(ValueLayout.JAVA_INT, at + RecordLayout.CAPTURED, captured);
    memory.set(ValueLayout.JAVA_LONG, at + RecordLayout.CONNECTION, connection.id());
    memory.set(ValueLayout.JAVA_INT, at + RecordLayout.REASON, reason == null ? 0 : known(reason));
    memory.set(ValueLayout.JAVA_INT, at + RecordLayout.CHECKSUM_START, packet.checksumStart());
    memory.set(ValueLayout.JAVA_INT, at + RecordLayout.CHECKSUM_OFFSET, packet.checksumOffset());
    memory.set(
        ValueLayout.JAVA_BYTE, at + RecordLayout.DIRECTION, (byte) packet.direction().ordinal());
    memory.set(
        ValueLayout.JAVA_BYTE,
        at + RecordLayout.VERDICT,
        (byte) (verdict == null ? RecordLayout.NO_VERDICT : verdict.ordinal()));
    memory.set(
        ValueLayout.JAVA_BYTE, at + RecordLayout.CHECKSUM, (byte) packet.checksumState().ordinal());
    memory.set(ValueLayout.JAVA_BYTE, at + RecordLayout.SEALED, (byte) (packet.isSealed() ? 1 : 0));
    memory.set(ValueLayout.JAVA_INT, at + RecordLayout.SEGMENT_SIZE, packet.segmentSize());
    MemorySegment.copy(packet.memory(), packet.start(), memory, at + RecordLayout.HEADER, captured);
    ring.commit(at, RecordLayout.HEADER + captured);
  }

  /** All places seen so far that are captured. */
  List<Place> places() {
    synchronized (places) {
      return List.copyOf(places);
    }
  }

  Place place(int index) {
    synchronized (places) {
      return places.get(index);
    }
  }

  /** The name of the reason with {@code code}; empty for 0. */
  String reason(int code) {
    return code == 0 ? "" : reasons[code];
  }

  private Place[] open(TapPoint point) {
    synchronized (places) {
      Place[] known = points.get(point);
      if (known != null) {
        return known;
      }
      Place[] sides = new Place[DIRECTIONS.length];
      for (Direction direction : DIRECTIONS) {
        sides[direction.ordinal()] =
            stages.contains(point)
                ? place(Place.name(point, direction), Place.description(point, direction))
                : Place.NONE;
      }
      points.put(point, sides);
      return sides;
    }
  }

  private Place place(String name, String description) {
    for (Place place : places) {
      if (place.name.equals(name)) {
        return place;
      }
    }
    Place place = new Place(places.size(), name, description);
    places.add(place);
    return place;
  }

  /** Remembers the reason's name for the writer; once per reason. */
  private int known(Reason reason) {
    int code = reason.code();
    String[] now = reasons;
    if (code >= now.length || now[code] == null) {
      synchronized (places) {
        String[] next = java.util.Arrays.copyOf(reasons, Math.max(reasons.length, code + 1));
        next[code] = reason.name();
        reasons = next;
      }
    }
    return code;
  }
}
