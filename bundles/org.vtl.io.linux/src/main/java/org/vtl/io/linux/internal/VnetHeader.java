package org.vtl.io.linux.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.packet.Parser;
import org.vtl.packet.TcpHeader;

/**
 * The virtio-net header that precedes a frame and says what its sender left to be done: a checksum
 * to complete, segments to cut (VIRTIO 1.3 section 5.1.6). It lies in the slot's headroom, directly
 * before the frame, so that both cross the system call in one piece.
 */
final class VnetHeader {
  /** Bytes of the header, without the count of merged buffers. */
  static final int LENGTH = 10;

  private static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
  // Neither kind of port negotiates VIRTIO 1: the fields are in the machine's byte order.
  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED;

  private static final int FLAGS = 0;
  private static final int GSO_TYPE = 1;
  private static final int HEADER_LENGTH = 2;
  private static final int GSO_SIZE = 4;
  private static final int CHECKSUM_START = 6;
  private static final int CHECKSUM_OFFSET = 8;

  private VnetHeader() {}

  /**
   * Tells the packet, whose frame has just been set, what the header at slot offset {@code at}
   * says.
   *
   * @param inserted bytes put into the frame, before the checksum's start, since the header was
   *     written
   */
  static void read(Packet packet, int at, int inserted) {
    MemorySegment memory = packet.memory();
    int flags = memory.get(U8, at + FLAGS);
    boolean segmented = memory.get(U8, at + GSO_TYPE) != Uapi.VIRTIO_NET_HDR_GSO_NONE;
    if (segmented) {
      packet.setSegmentSize(u16(memory, at + GSO_SIZE));
    }
    if ((flags & Uapi.VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0) {
      packet.setPartialChecksum(
          u16(memory, at + CHECKSUM_START) + inserted, u16(memory, at + CHECKSUM_OFFSET));
    } else if (segmented) {
      // Merged from segments with sums of their own (GRO by list): the field belongs to the first.
      packet.setChecksumState(ChecksumState.ABSENT);
    } else if ((flags & Uapi.VIRTIO_NET_HDR_F_DATA_VALID) != 0) {
      packet.setChecksumState(ChecksumState.VALID);
    }
  }

  /**
   * Whether the packet, read and complete, is to be cut into segments of a protocol inside a tunnel
   * (VXLAN, GRE). The header cannot say so, and cut as if there were no tunnel, all but the first
   * would be garbage. Parses the packet if it is to be cut at all.
   */
  static boolean isTunnelled(Packet packet) {
    if (packet.segmentSize() == 0 || packet.checksumState() != ChecksumState.PARTIAL) {
      return false;
    }
    Parser.parse(packet);
    return packet.checksumStart() != packet.transportOffset();
  }

  /**
   * Writes the header for the packet as it is now, parsed and sealed, into the {@link #LENGTH}
   * bytes before its frame.
   *
   * @return false if the packet cannot leave: longer than {@code mtu} and not to be segmented, or
   *     its offloads contradict its headers
   */
  static boolean write(Packet packet, int mtu) {
    int network = packet.networkOffset();
    int segment = packet.segmentSize();
    boolean segmented = segment > 0 && packet.payloadLength() > segment;
    int longest = segmented ? packet.payloadOffset() + segment : packet.length();
    if (packet.start() < LENGTH || longest - network > mtu) {
      return false;
    }
    MemorySegment memory = packet.memory();
    int at = packet.start() - LENGTH;
    int type = Uapi.VIRTIO_NET_HDR_GSO_NONE;
    if (segmented) {
      type = segmentationType(packet);
      if (type == Uapi.VIRTIO_NET_HDR_GSO_NONE) {
        return false;
      }
      if (packet.checksumState() != ChecksumState.PARTIAL) {
        // Each segment needs its own sum, whatever the whole packet's was worth.
        packet.setChecksumState(ChecksumState.ABSENT);
        packet.seal(true);
      }
    }
    boolean partial = packet.checksumState() == ChecksumState.PARTIAL;
    int start = partial ? packet.checksumStart() : 0;
    int offset = partial ? packet.checksumOffset() : 0;
    if (partial
        && ((segmented && start != packet.transportOffset())
            || start < 0
            || start > 0xffff
            || offset < 0
            || start + offset + 2 > packet.length())) {
      return false;
    }
    memory.set(U8, at + FLAGS, (byte) (partial ? Uapi.VIRTIO_NET_HDR_F_NEEDS_CSUM : 0));
    memory.set(U8, at + GSO_TYPE, (byte) type);
    setU16(memory, at + HEADER_LENGTH, segmented ? packet.payloadOffset() : 0);
    setU16(memory, at + GSO_SIZE, segmented ? segment : 0);
    setU16(memory, at + CHECKSUM_START, start);
    setU16(memory, at + CHECKSUM_OFFSET, offset);
    return true;
  }

  private static int segmentationType(Packet packet) {
    if (packet.isTcp()) {
      int version = packet.isIpv4() ? Uapi.VIRTIO_NET_HDR_GSO_TCPV4 : Uapi.VIRTIO_NET_HDR_GSO_TCPV6;
      // Only the first segment may keep CWR (RFC 3168 section 6.1.2); the flag tells the kernel so.
      return packet.tcp().has(TcpHeader.CWR) ? version | Uapi.VIRTIO_NET_HDR_GSO_ECN : version;
    }
    return packet.isUdp() ? Uapi.VIRTIO_NET_HDR_GSO_UDP_L4 : Uapi.VIRTIO_NET_HDR_GSO_NONE;
  }

  private static int u16(MemorySegment memory, long at) {
    return memory.get(U16, at) & 0xffff;
  }

  private static void setU16(MemorySegment memory, long at, int value) {
    memory.set(U16, at, (short) value);
  }
}
