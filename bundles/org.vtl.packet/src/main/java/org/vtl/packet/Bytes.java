package org.vtl.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads and writes unsigned fields in network byte order. The one class that knows byte order.
 *
 * <p>Offsets are bytes from the segment's start. Values are unsigned: 8 and 16 bits as {@code int},
 * 32 bits as {@code int} (all 32 used), 48 bits (a MAC address) and 64 bits as {@code long}. An
 * offset outside the segment throws {@link IndexOutOfBoundsException}.
 */
public final class Bytes {
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private Bytes() {}

  public static int u8(MemorySegment memory, long offset) {
    return memory.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
  }

  public static int u16(MemorySegment memory, long offset) {
    return memory.get(U16, offset) & 0xffff;
  }

  public static int u32(MemorySegment memory, long offset) {
    return memory.get(U32, offset);
  }

  public static long u48(MemorySegment memory, long offset) {
    return ((long) u16(memory, offset) << 32) | (u32(memory, offset + 2) & 0xffff_ffffL);
  }

  public static long u64(MemorySegment memory, long offset) {
    return memory.get(U64, offset);
  }

  public static void setU8(MemorySegment memory, long offset, int value) {
    memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
  }

  public static void setU16(MemorySegment memory, long offset, int value) {
    memory.set(U16, offset, (short) value);
  }

  public static void setU32(MemorySegment memory, long offset, int value) {
    memory.set(U32, offset, value);
  }

  public static void setU48(MemorySegment memory, long offset, long value) {
    setU16(memory, offset, (int) (value >>> 32));
    setU32(memory, offset + 2, (int) value);
  }

  public static void setU64(MemorySegment memory, long offset, long value) {
    memory.set(U64, offset, value);
  }
}
