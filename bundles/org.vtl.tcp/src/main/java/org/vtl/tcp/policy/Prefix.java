package org.vtl.tcp.policy;

import org.vtl.packet.Address;

/**
 * The addresses of one family that begin alike. IPv4 is mapped, as in {@link Address}.
 *
 * @param ipv4 whether they are IPv4 addresses
 * @param highMask which bits of the first half count
 * @param lowMask which bits of the last half count
 */
public record Prefix(boolean ipv4, long high, long low, long highMask, long lowMask) {
  private static final long MAPPED = 0xffff_0000_0000L;
  private static final int MAPPED_BITS = 96;

  /**
   * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32} or one address.
   *
   * @throws IllegalArgumentException in one sentence, if it is none of these
   */
  public static Prefix parse(String text) {
    int slash = text.indexOf('/');
    Address address = Address.parse(slash < 0 ? text : text.substring(0, slash));
    int bits = address.isIpv4() ? 32 : 128;
    int length = slash < 0 ? bits : length(text.substring(slash + 1), bits, text);
    if (address.isIpv4()) {
      length += MAPPED_BITS;
    }
    long highMask = length >= 64 ? -1 : ~(-1L >>> length);
    long lowMask = length == 128 ? -1 : length <= 64 ? 0 : ~(-1L >>> length - 64);
    if ((address.high() & ~highMask | address.low() & ~lowMask) != 0) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" has bits behind its prefix; write "
              + Address.format(address.high() & highMask, address.low() & lowMask)
              + text.substring(slash)
              + ".");
    }
    return new Prefix(address.isIpv4(), address.high(), address.low(), highMask, lowMask);
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    return Address.format(high, low) + "/" + ((ipv4 ? 32 : 128) - freeBits());
  }

  private static int length(String text, int most, String whole) {
    if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > most) {
      throw new IllegalArgumentException(
          "\"" + whole + "\" is no prefix; its length is 0 to " + most + ".");
    }
    return Integer.parseInt(text);
  }

  /** How many bits the addresses have that are not fixed, 0 to 32 (IPv4) or 128. */
  public int freeBits() {
    return Long.bitCount(~highMask) + Long.bitCount(~lowMask);
  }

  /** Whether the address is one of these. */
  public boolean covers(long addressHigh, long addressLow) {
    // ::/0 would else cover all of IPv4, mapped.
    boolean mapped = addressHigh == 0 && (addressLow & ~0xffff_ffffL) == MAPPED;
    return mapped == ipv4 && (addressHigh & highMask) == high && (addressLow & lowMask) == low;
  }
}
