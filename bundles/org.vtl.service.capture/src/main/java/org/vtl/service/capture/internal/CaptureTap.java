package org.vtl.service.capture.internal;

import static org.vtl.service.capture.internal.RecordLayout.CAPTURED;
import static org.vtl.service.capture.internal.RecordLayout.CHECKSUM;
import static org.vtl.service.capture.internal.RecordLayout.CHECKSUM_OFFSET;
import static org.vtl.service.capture.internal.RecordLayout.CHECKSUM_START;
import static org.vtl.service.capture.internal.RecordLayout.CONNECTION;
import static org.vtl.service.capture.internal.RecordLayout.DIRECTION;
import static org.vtl.service.capture.internal.RecordLayout.HEADER;
import static org.vtl.service.capture.internal.RecordLayout.LENGTH;
import static org.vtl.service.capture.internal.RecordLayout.NANOS;
import static org.vtl.service.capture.internal.RecordLayout.NO_VERDICT;
import static org.vtl.service.capture.internal.RecordLayout.PLACE;
import static org.vtl.service.capture.internal.RecordLayout.REASON;
import static org.vtl.service.capture.internal.RecordLayout.SEALED;
import static org.vtl.service.capture.internal.RecordLayout.SEGMENT_SIZE;
import static org.vtl.service.capture.internal.RecordLayout.VERDICT;
import static org.vtl.service.capture.internal.RecordLayout.setU32;
import static org.vtl.service.capture.internal.RecordLayout.setU64;
import static org.vtl.service.capture.internal.RecordLayout.setU8;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
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
  private volatile Place[] places = {};
  private volatile String[] reasons = {};

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
    long at = ring.claim(HEADER + captured);
    if (at == PacketRing.FULL) {
      place.lost.incrementAndGet();
      return;
    }
    MemorySegment memory = ring.memory();
    setU32(memory, at + PLACE, place.index);
    setU64(memory, at + NANOS, nanoClock.getAsLong());
    setU64(memory, at + CONNECTION, connection.id());
    setU32(memory, at + LENGTH, packet.length());
    setU32(memory, at + CAPTURED, captured);
    setU32(memory, at + REASON, reason == null ? 0 : known(reason));
    setU32(memory, at + CHECKSUM_START, packet.checksumStart());
    setU32(memory, at + CHECKSUM_OFFSET, packet.checksumOffset());
    setU32(memory, at + SEGMENT_SIZE, packet.segmentSize());
    setU8(memory, at + DIRECTION, packet.direction().ordinal());
    setU8(memory, at + VERDICT, verdict == null ? NO_VERDICT : verdict.ordinal());
    setU8(memory, at + CHECKSUM, packet.checksumState().ordinal());
    setU8(memory, at + SEALED, packet.isSealed() ? 1 : 0);
    MemorySegment.copy(packet.memory(), packet.start(), memory, at + HEADER, captured);
    ring.commit(at, HEADER + captured);
  }

  /** The places captured so far, by their index. */
  Place[] places() {
    return places;
  }

  /** The name of the reason with {@code code}; empty for 0. */
  String reason(int code) {
    return code == 0 ? "" : reasons[code];
  }

  /** Makes the interfaces of a point; once per point, on the first worker that comes by. */
  private synchronized Place[] open(TapPoint point) {
    Place[] sides = points.get(point);
    if (sides == null) {
      sides = new Place[] {Place.NONE, Place.NONE};
      if (stages.contains(point)) {
        for (Direction direction : DIRECTIONS) {
          sides[direction.ordinal()] = place(point, direction);
        }
      }
      points.put(point, sides);
    }
    return sides;
  }

  private Place place(TapPoint point, Direction direction) {
    String name = Place.name(point, direction);
    for (Place place : places) {
      if (place.name.equals(name)) {
        return place;
      }
    }
    Place place = new Place(places.length, name, point, direction);
    Place[] next = Arrays.copyOf(places, places.length + 1);
    next[place.index] = place;
    places = next;
    return place;
  }

  /** Remembers the reason's name for the writer; once per reason. */
  private int known(Reason reason) {
    int code = reason.code();
    String[] now = reasons;
    if (code >= now.length || now[code] == null) {
      remember(code, reason.name());
    }
    return code;
  }

  private synchronized void remember(int code, String name) {
    String[] next = Arrays.copyOf(reasons, Math.max(reasons.length, code + 1));
    next[code] = name;
    reasons = next;
  }
}
