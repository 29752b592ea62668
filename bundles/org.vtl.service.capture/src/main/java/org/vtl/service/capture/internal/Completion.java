package org.vtl.service.capture.internal;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.Checksum;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;

/**
 * Completes checksums in a capture's copy, as the port would have in the packet: those that a guest
 * left to its NIC, and those of packets that a service has changed and the engine not yet sealed.
 * Without it a reader of the capture would call good packets bad. On the writer's thread; a packet
 * of which not all bytes were kept stays as it is.
 */
final class Completion implements AutoCloseable {
  private static final ChecksumState[] STATES = ChecksumState.values();

  private final PacketPool pool = new PacketPool(1);
  private final Packet packet = pool.acquire();

  /** Whether the record at {@code at} needs it. */
  static boolean isNeeded(MemorySegment ring, long at) {
    ChecksumState state = state(ring, at);
    boolean due =
        state == ChecksumState.PARTIAL
            || state == ChecksumState.ABSENT
            || RecordLayout.u8(ring, at + RecordLayout.SEALED) == 0;
    return due
        && RecordLayout.u32(ring, at + RecordLayout.CAPTURED)
            == RecordLayout.u32(ring, at + RecordLayout.LENGTH);
  }

  /** The record's frame, completed: from {@link Packet#start} of the packet returned. */
  Packet complete(MemorySegment ring, long at) {
    int length = RecordLayout.u32(ring, at + RecordLayout.LENGTH);
    MemorySegment.copy(ring, at + RecordLayout.HEADER, packet.memory(), 0, length);
    packet.frame(0, length);
    Parser.parse(packet);
    boolean sealed = RecordLayout.u8(ring, at + RecordLayout.SEALED) != 0;
    ChecksumState state = state(ring, at);
    if (sealed && state == ChecksumState.PARTIAL) {
      packet.setPartialChecksum(
          RecordLayout.u32(ring, at + RecordLayout.CHECKSUM_START),
          RecordLayout.u32(ring, at + RecordLayout.CHECKSUM_OFFSET));
    } else if (state == ChecksumState.PARTIAL
        || state == ChecksumState.ABSENT
        || !isUdpWithoutSum()) {
      packet.setChecksumState(ChecksumState.ABSENT);
    }
    packet.seal(false);
    if (!sealed && packet.isIpv4()) {
      sumIpv4Header();
    }
    return packet;
  }

  /** UDP over IPv4 whose sender chose to send no checksum (RFC 768). */
  private boolean isUdpWithoutSum() {
    return packet.isUdp() && packet.isIpv4() && packet.udp().checksum() == 0;
  }

  private void sumIpv4Header() {
    long field = packet.networkOffset() + 10L;
    Bytes.setU16(packet.memory(), field, 0);
    Bytes.setU16(
        packet.memory(),
        field,
        Checksum.finish(
            Checksum.sum(packet.memory(), packet.networkOffset(), packet.ipv4().headerLength())));
  }

  private static ChecksumState state(MemorySegment ring, long at) {
    return STATES[RecordLayout.u8(ring, at + RecordLayout.CHECKSUM)];
  }

  @Override
  public void close() {
    pool.close();
  }
}
