package org.vtl.service.capture.internal;

/** Where the fields of a record in the {@link PacketRing} lie, in bytes from its start. */
final class RecordLayout {
  /** The record's length, by the ring. */
  static final int SIZE = 0;

  static final int PLACE = 4;
  static final int NANOS = 8;
  static final int CONNECTION = 16;

  /** Bytes of the frame, and those of them that follow the header. */
  static final int LENGTH = 24;

  static final int CAPTURED = 28;
  static final int REASON = 32;
  static final int CHECKSUM_START = 36;
  static final int CHECKSUM_OFFSET = 40;
  static final int SEGMENT_SIZE = 44;
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
}
