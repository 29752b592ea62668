package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An array of {@code struct mmsghdr} for recvmmsg(2) and sendmmsg(2), each with one buffer and room
 * for one {@code struct tpacket_auxdata}; laid out once and used again for every call.
 */
final class MessageVector {
  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;

  // struct mmsghdr (64-bit): msg_iov 16, msg_iovlen 24, msg_control 32, msg_controllen 40,
  // msg_flags 48, msg_len 56
  private static final int MMSGHDR_LENGTH = 64;
  private static final int MSG_IOV = 16;
  private static final int MSG_IOVLEN = 24;
  private static final int MSG_CONTROL = 32;
  private static final int MSG_CONTROLLEN = 40;
  private static final int MSG_FLAGS = 48;
  private static final int MSG_LEN = 56;

  private static final int IOVEC_LENGTH = 16;
  private static final int IOV_LEN = 8;

  // struct cmsghdr: cmsg_len 0, cmsg_level 8, cmsg_type 12; its data, the tpacket_auxdata, at 16
  private static final int CONTROL_LENGTH = 40;
  private static final int CMSG_LEVEL = 8;
  private static final int CMSG_TYPE = 12;
  private static final int AUXDATA = 16;
  private static final int AUXDATA_END = 36;
  private static final int TP_STATUS = AUXDATA;
  private static final int TP_VLAN_TCI = AUXDATA + 16;
  private static final int TP_VLAN_TPID = AUXDATA + 18;

  private final int capacity;
  private final boolean receives;
  private final MemorySegment headers;
  private final MemorySegment buffers;
  private final MemorySegment controls;

  /**
   * @param receives whether the messages have room for auxiliary data
   */
  MessageVector(Arena arena, int capacity, boolean receives) {
    this.capacity = capacity;
    this.receives = receives;
    headers = arena.allocate((long) capacity * MMSGHDR_LENGTH, 8);
    buffers = arena.allocate((long) capacity * IOVEC_LENGTH, 8);
    controls = arena.allocate((long) capacity * CONTROL_LENGTH, 8);
    for (int i = 0; i < capacity; i++) {
      headers.set(U64, header(i) + MSG_IOV, buffers.address() + (long) i * IOVEC_LENGTH);
      headers.set(U64, header(i) + MSG_IOVLEN, 1);
      if (receives) {
        headers.set(U64, header(i) + MSG_CONTROL, controls.address() + control(i));
      }
    }
  }

  int capacity() {
    return capacity;
  }

  /** The address of message {@code index}. */
  long address(int index) {
    return headers.address() + header(index);
  }

  /** Makes message {@code index} ready for a call with this buffer. */
  void set(int index, long buffer, long length) {
    buffers.set(U64, (long) index * IOVEC_LENGTH, buffer);
    buffers.set(U64, (long) index * IOVEC_LENGTH + IOV_LEN, length);
    if (receives) {
      headers.set(U64, header(index) + MSG_CONTROLLEN, CONTROL_LENGTH);
    }
  }

  /** Bytes received. */
  int length(int index) {
    return headers.get(U32, header(index) + MSG_LEN);
  }

  /** Whether the message was longer than its buffer. */
  boolean isTruncated(int index) {
    return (headers.get(U32, header(index) + MSG_FLAGS) & Uapi.MSG_TRUNC) != 0;
  }

  /** The VLAN tag that the kernel took out of the frame, TPID and TCI as in the frame, or 0. */
  int strippedTag(int index) {
    long at = control(index);
    if (headers.get(U64, header(index) + MSG_CONTROLLEN) < AUXDATA_END
        || controls.get(U32, at + CMSG_LEVEL) != Uapi.SOL_PACKET
        || controls.get(U32, at + CMSG_TYPE) != Uapi.PACKET_AUXDATA) {
      return 0;
    }
    return StrippedTag.of(
        controls.get(U32, at + TP_STATUS),
        controls.get(ValueLayout.JAVA_SHORT, at + TP_VLAN_TPID),
        controls.get(ValueLayout.JAVA_SHORT, at + TP_VLAN_TCI));
  }

  private static long header(int index) {
    return (long) index * MMSGHDR_LENGTH;
  }

  private static long control(int index) {
    return (long) index * CONTROL_LENGTH;
  }
}
