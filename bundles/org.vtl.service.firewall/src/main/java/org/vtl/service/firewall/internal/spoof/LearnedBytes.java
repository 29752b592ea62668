package org.vtl.service.firewall.internal.spoof;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * What a link has learned, as bytes that a later version of the bundle can read: a version, the
 * number of MAC addresses and six bytes each, then until the end entries of origin, prefix length
 * and address, those of IPv4 with prefix lengths from 200 on and four bytes of address.
 */
final class LearnedBytes {
  private static final int VERSION = 1;
  private static final int ANNOUNCED = 100;
  private static final int IPV4 = 200;
  private static final int MAPPED_BITS = 96;
  private static final int LONGEST_ENTRY = 18;

  private LearnedBytes() {}

  static void write(Learned learned, ByteBuffer to) {
    to.put((byte) VERSION).put((byte) learned.macs.size());
    for (long mac : learned.macs) {
      to.putShort((short) (mac >>> 32)).putInt((int) mac);
    }
    for (OwnAddress one : learned.prefixes) {
      write(one, ANNOUNCED, to);
    }
    for (OwnAddress one : learned.addresses) {
      write(one, one.origin.ordinal(), to);
    }
  }

  private static void write(OwnAddress one, int origin, ByteBuffer to) {
    if (to.remaining() < LONGEST_ENTRY) {
      return;
    }
    to.put((byte) origin);
    if (one.isIpv4()) {
      to.put((byte) (IPV4 + one.bits - MAPPED_BITS)).putInt((int) one.low);
    } else {
      to.put((byte) one.bits).putLong(one.high).putLong(one.low);
    }
  }

  /**
   * Adds what {@link #write} wrote to {@code read}; from where it does not understand, it ignores
   * the rest.
   */
  static void read(ByteBuffer from, long now, Learned read) {
    try {
      if (from.get() != VERSION) {
        return;
      }
      for (int i = from.get(); i > 0; i--) {
        read.putMac((from.getShort() & 0xffffL) << 32 | from.getInt() & 0xffff_ffffL);
      }
      while (from.hasRemaining() && readEntry(from, now, read)) {
        // one more
      }
    } catch (BufferUnderflowException e) {
      // cut off: what was whole has been read
    }
  }

  private static boolean readEntry(ByteBuffer from, long now, Learned read) {
    int origin = from.get() & 0xff;
    int bits = from.get() & 0xff;
    long high = 0;
    long low;
    if (bits >= IPV4) {
      bits = bits - IPV4 + MAPPED_BITS;
      low = 0xffff_0000_0000L | from.getInt() & 0xffff_ffffL;
    } else {
      high = from.getLong();
      low = from.getLong();
    }
    if (bits > 128) {
      return false;
    }
    if (origin == ANNOUNCED) {
      read.announce(OwnAddress.prefix(high, low, bits, Origin.PREFIX, now));
      return true;
    }
    if (origin >= Origin.values().length) {
      return false;
    }
    read.put(OwnAddress.prefix(high, low, bits, Origin.values()[origin], now));
    return true;
  }
}
