package org.vtl.service.capture.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A record in the {@link PacketRing}: where its fields lie, in bytes from its start. */
final class RecordLayout {
  /** After the ring's own word: the index of the {@link Place}. */
  static final int PLACE = 4;

  /** When, by the capture's clock. */
  static final int NANOS = 8;

  /** The connection's number; 0 for none. */
  static final int CONNECTION = 16;

  /** Bytes of the frame, and those of them that follow the header. */
  static final int LENGTH = 24;

  static final int CAPTURED = 28;

  /** The reason's code; 0 for none. */
  static final int REASON = 32;

  static final int CHECKSUM_START = 36;
  static final int CHECKSUM_OFFSET = 40;
  static final int SEGMENT_SIZE = 44;

  // From here on bytes: ordinals of Direction, Verdict and ChecksumState.
  static final int DIRECTION = 48;
  static final int VERDICT = 49;
  static final int CHECKSUM = 50;

  /** 1 when all changes are folded into the checksums. */
  static final int SEALED = 51;

  /** Where the frame begins. */
  static final int HEADER = 56;

  /** What {@link #VERDICT} holds when there is none. */
  static final int NO_VERDICT = 0xff;

  private RecordLayout() {}

  static int u32(MemorySegment ring, long at) {
    return ring.get(ValueLayout.JAVA_INT, at);
  }

  static void setU32(MemorySegment ring, long at, int value) {
    ring.set(ValueLayout.JAVA_INT, at, value);
  }

  static long u64(MemorySegment ring, long at) {
    return ring.get(ValueLayout.JAVA_LONG, at);
  }

  static void setU64(MemorySegment ring, long at, long value) {
    ring.set(ValueLayout.JAVA_LONG, at, value);
  }

  static int u8(MemorySegment ring, long at) {
    return ring.get(ValueLayout.JAVA_BYTE, at) & 0xff;
  }

  static void setU8(MemorySegment ring, long at, int value) {
    ring.set(ValueLayout.JAVA_BYTE, at, (byte) value);
  }
}
