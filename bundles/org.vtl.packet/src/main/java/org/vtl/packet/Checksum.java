package org.vtl.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071) and its incremental update (RFC 1624, equation 3).
 *
 * <p>Sums are added up in a {@code long}, so that thousands of words fit before folding.
 */
public final class Checksum {
  /** From so many bytes on, the start of the vector loop pays. */
  private static final int LONG = 128;

  private static final ValueLayout.OfInt NATIVE = ValueLayout.JAVA_INT_UNALIGNED;

  private static final boolean LITTLE_ENDIAN = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private Checksum() {}

  /**
   * The sum, 16 bits and not complemented, of the words in [{@code offset}, {@code offset +
   * length}); a last odd byte counts as the high byte of a word.
   */
  public static long sum(MemorySegment memory, long offset, int length) {
    long sum = 0;
    long at = offset;
    int left = length;
    if (left >= LONG) {
      int words = left >>> 2;
      sum = sumNative(memory, at, words);
      at += 4L * words;
      left -= 4 * words;
    }
    while (left >= 8) {
      long word = Bytes.u64(memory, at);
      sum += (word >>> 32) + (word & 0xffff_ffffL);
      at += 8;
      left -= 8;
    }
    if (left >= 4) {
      sum += Bytes.u32(memory, at) & 0xffff_ffffL;
      at += 4;
      left -= 4;
    }
    if (left >= 2) {
      sum += Bytes.u16(memory, at);
      at += 2;
      left -= 2;
    }
    if (left == 1) {
      sum += Bytes.u8(memory, at) << 8;
    }
    return fold(sum);
  }

  /**
   * The sum of 32-bit words, added in the machine's byte order and turned once at the end, which
   * comes to the same (RFC 1071 section 2(B)). The JIT makes vector code of this loop.
   */
  private static int sumNative(MemorySegment memory, long offset, int words) {
    long sum = 0;
    for (int i = 0; i < words; i++) {
      sum += memory.get(NATIVE, offset + 4L * i) & 0xffff_ffffL;
    }
    int folded = fold(sum);
    return LITTLE_ENDIAN ? Integer.reverseBytes(folded) >>> 16 : folded;
  }

  /** The sum folded to 16 bits by end-around carry, not complemented. */
  public static int fold(long sum) {
    long s = (sum >>> 32) + (sum & 0xffff_ffffL);
    s = (s >>> 32) + (s & 0xffff_ffffL);
    s = (s >>> 16) + (s & 0xffff);
    s = (s >>> 16) + (s & 0xffff);
    s = (s >>> 16) + (s & 0xffff);
    return (int) s;
  }

  /** The checksum field for a sum: folded and complemented. */
  public static int finish(long sum) {
    return ~fold(sum) & 0xffff;
  }

  /** What replacing the 16-bit word {@code before} by {@code after} adds to a sum. */
  public static long delta(int before, int after) {
    return (~before & 0xffff) + (after & 0xffff);
  }

  /**
   * The checksum after the summed words changed by {@code delta}: HC' = ~(~HC + ~m + m') (RFC 1624
   * equation 3, which unlike RFC 1141 never turns a sum into negative zero).
   */
  public static int update(int checksum, long delta) {
    return finish((~checksum & 0xffff) + delta);
  }
}
