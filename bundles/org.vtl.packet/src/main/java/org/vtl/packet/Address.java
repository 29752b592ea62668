package org.vtl.packet;

/**
 * An IP address as text and as numbers; MAC addresses too. For the cold side: nothing here resolves
 * names or waits, but everything allocates.
 *
 * <p>An IPv4 address is kept as its IPv4-mapped IPv6 address (RFC 4291 section 2.5.5.2), as {@link
 * Packet#sourceHigh} and its like return it.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record Address(long high, long low) {
  private static final long MAPPED = 0xffff_0000_0000L;

  /** The address of an IPv4 address. */
  public static Address ofIpv4(int address) {
    return new Address(0, Packet.mapped(address));
  }

  /**
   * Reads a dotted IPv4 or an IPv6 address (RFC 4291 section 2.2), without brackets, zone or
   * prefix.
   *
   * @throws IllegalArgumentException in one sentence, if it is neither
   */
  public static Address parse(String text) {
    if (text.indexOf(':') < 0) {
      return ofIpv4(parseIpv4(text));
    }
    int[] words = new int[8];
    int gap = text.indexOf("::");
    if (gap < 0) {
      if (words(text, words, 0, text) != 8) {
        throw noAddress(text);
      }
    } else {
      String before = text.substring(0, gap);
      String after = text.substring(gap + 2);
      int head = before.isEmpty() ? 0 : words(before, words, 0, text);
      int[] behind = new int[8];
      int tail = after.isEmpty() ? 0 : words(after, behind, 0, text);
      if (head + tail > 7) {
        throw noAddress(text);
      }
      System.arraycopy(behind, 0, words, 8 - tail, tail);
    }
    return new Address(join(words, 0), join(words, 4));
  }

  /**
   * Reads a dotted IPv4 address of four decimal numbers without leading zeros.
   *
   * @throws IllegalArgumentException in one sentence, if it is none
   */
  public static int parseIpv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      throw noAddress(text);
    }
    int address = 0;
    for (String part : parts) {
      // 010 is ten to some and eight to others: a filter must not guess.
      if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
        throw noAddress(text);
      }
      address = address << 8 | Integer.parseInt(part);
    }
    return address;
  }

  /**
   * Reads a MAC address of six hexadecimal bytes with colons or hyphens between them.
   *
   * @return the address in the low 48 bits
   * @throws IllegalArgumentException in one sentence, if it is none
   */
  public static long parseMac(String text) {
    if (!text.matches("[0-9a-fA-F]{1,2}([:-][0-9a-fA-F]{1,2}){5}")) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a MAC address such as 02:00:00:00:00:01.");
    }
    long mac = 0;
    for (String part : text.split("[:-]")) {
      mac = mac << 8 | Integer.parseInt(part, 16);
    }
    return mac;
  }

  /** Whether this is an IPv4 address. */
  public boolean isIpv4() {
    return isMapped(high, low);
  }

  /** The IPv4 address; meaningless unless {@link #isIpv4}. */
  public int ipv4() {
    return (int) low;
  }

  /** The address as text: dotted for IPv4, as RFC 5952 recommends for IPv6. */
  @Override
  public String toString() {
    return format(high, low);
  }

  /** An address of two halves as text, an IPv4-mapped one in dotted form. */
  public static String format(long high, long low) {
    return isMapped(high, low) ? formatIpv4((int) low) : formatIpv6(high, low);
  }

  /** An IPv4 address in dotted form. */
  public static String formatIpv4(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 0xff)
        + "."
        + (address >>> 8 & 0xff)
        + "."
        + (address & 0xff);
  }

  /** An IPv6 address in its canonical form (RFC 5952 sections 4 and 5). */
  public static String formatIpv6(long high, long low) {
    if (isMapped(high, low)) {
      return "::ffff:" + formatIpv4((int) low);
    }
    int gapAt = -1;
    int gapLength = 1;
    for (int i = 0; i < 8; i++) {
      int zeros = 0;
      while (i + zeros < 8 && word(high, low, i + zeros) == 0) {
        zeros++;
      }
      if (zeros > gapLength) {
        gapAt = i;
        gapLength = zeros;
      }
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == gapAt) {
        text.append("::");
        i += gapLength - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(word(high, low, i)));
    }
    return text.toString();
  }

  /** A MAC address, in the low 48 bits, as six bytes with colons. */
  public static String formatMac(long mac) {
    StringBuilder text = new StringBuilder(17);
    for (int shift = 40; shift >= 0; shift -= 8) {
      int part = (int) (mac >>> shift) & 0xff;
      text.append(Character.forDigit(part >>> 4, 16)).append(Character.forDigit(part & 0xf, 16));
      if (shift > 0) {
        text.append(':');
      }
    }
    return text.toString();
  }

  private static boolean isMapped(long high, long low) {
    return high == 0 && (low & ~0xffff_ffffL) == MAPPED;
  }

  /** Reads words between single colons, the last two perhaps dotted; returns how many. */
  private static int words(String part, int[] into, int from, String whole) {
    int count = from;
    String[] pieces = part.split(":", -1);
    for (int i = 0; i < pieces.length; i++) {
      boolean dotted = i == pieces.length - 1 && pieces[i].indexOf('.') >= 0;
      if (count + (dotted ? 2 : 1) > 8) {
        throw noAddress(whole);
      }
      if (dotted) {
        if (!whole.endsWith(pieces[i])) {
          throw noAddress(whole);
        }
        int address = parseIpv4(pieces[i]);
        into[count++] = address >>> 16;
        into[count++] = address & 0xffff;
      } else if (pieces[i].matches("[0-9a-fA-F]{1,4}")) {
        into[count++] = Integer.parseInt(pieces[i], 16);
      } else {
        throw noAddress(whole);
      }
    }
    return count;
  }

  private static long join(int[] words, int from) {
    return (long) words[from] << 48
        | (long) words[from + 1] << 32
        | (long) words[from + 2] << 16
        | words[from + 3];
  }

  private static int word(long high, long low, int index) {
    return (int) ((index < 4 ? high : low) >>> (48 - 16 * (index & 3))) & 0xffff;
  }

  private static IllegalArgumentException noAddress(String text) {
    return new IllegalArgumentException(
        "\"" + text + "\" is not an IP address such as 10.0.0.1 or 2001:db8::1.");
  }
}
