package org.vtl.packet;

/**
 * Arithmetic on 32-bit sequence numbers, modulo 2^32 (RFC 9293 section 3.4).
 *
 * <p>A number is "before" another when it lies in the half of the circle behind it.
 */
public final class Seq {
  private Seq() {}

  /** Whether {@code a} comes before {@code b}. */
  public static boolean before(int a, int b) {
    return a - b < 0;
  }

  /** Whether {@code a} comes after {@code b}. */
  public static boolean after(int a, int b) {
    return a - b > 0;
  }

  /** Whether {@code a} is {@code b} or before it. */
  public static boolean atOrBefore(int a, int b) {
    return a - b <= 0;
  }

  /** Whether {@code a} is {@code b} or after it. */
  public static boolean atOrAfter(int a, int b) {
    return a - b >= 0;
  }

  /** Whether {@code value} lies in [{@code low}, {@code high}). */
  public static boolean within(int value, int low, int high) {
    return Integer.compareUnsigned(value - low, high - low) < 0;
  }

  /** The later of the two. */
  public static int max(int a, int b) {
    return before(a, b) ? b : a;
  }

  /** The number as an unsigned value, for people to read. */
  public static long unsigned(int sequence) {
    return sequence & 0xffff_ffffL;
  }
}
