package org.vtl.service.firewall.internal.spoof;

import org.vtl.packet.Address;
import org.vtl.service.firewall.internal.policy.RangeSet;

/**
 * An IP address that a VM may send from, or a range of such addresses. Immutable but for the time
 * of its last use, which all workers note.
 */
final class OwnAddress {
  /**
   * Uses are noted when the last is so long ago: a write per packet would be the workers' fight.
   */
  private static final long NOTE_NANOS = 60_000_000_000L;

  private static final int NO_PREFIX = -1;

  /** The first address; IPv4 is mapped. */
  final long high;

  final long low;

  /** Bits of the prefix that the range is, 0 to 128, those of IPv4 from 96 on; or -1. */
  final int bits;

  final Origin origin;

  private final long lastHigh;
  private final long lastLow;
  private volatile long lastUse;

  private OwnAddress(
      long high, long low, long lastHigh, long lastLow, int bits, Origin origin, long now) {
    this.high = high;
    this.low = low;
    this.lastHigh = lastHigh;
    this.lastLow = lastLow;
    this.bits = bits;
    this.origin = origin;
    lastUse = now;
  }

  /** A prefix of {@code bits}; 128 make one address. */
  static OwnAddress prefix(long high, long low, int bits, Origin origin, long now) {
    long hostHigh = ~mask(Math.min(bits, 64));
    long hostLow = ~mask(Math.max(bits - 64, 0));
    return new OwnAddress(
        high & ~hostHigh, low & ~hostLow, high | hostHigh, low | hostLow, bits, origin, now);
  }

  private static long mask(int bits) {
    return bits == 0 ? 0 : -1L << (64 - bits);
  }

  /** Range {@code index} of what the policy tells. */
  static OwnAddress told(RangeSet told, int index) {
    long high = told.firstHigh(index);
    long low = told.firstLow(index);
    long lastHigh = told.lastHigh(index);
    long lastLow = told.lastLow(index);
    for (int bits = 128; bits >= 0; bits--) {
      OwnAddress prefix = prefix(high, low, bits, Origin.TOLD, 0);
      if (prefix.isRange(high, low, lastHigh, lastLow)) {
        return prefix;
      }
    }
    return new OwnAddress(high, low, lastHigh, lastLow, NO_PREFIX, Origin.TOLD, 0);
  }

  private boolean isRange(long high, long low, long lastHigh, long lastLow) {
    return this.high == high
        && this.low == low
        && this.lastHigh == lastHigh
        && this.lastLow == lastLow;
  }

  boolean contains(long high, long low) {
    return RangeSet.compare(this.high, this.low, high, low) <= 0
        && RangeSet.compare(high, low, lastHigh, lastLow) <= 0;
  }

  /** Whether this is one address, not a range of many. */
  boolean isSingle() {
    return bits == 128;
  }

  boolean isSame(long high, long low, int bits) {
    return this.bits == bits && contains(high, low);
  }

  boolean isIpv4() {
    return isIpv4(high, low);
  }

  boolean isLinkLocal() {
    return isLinkLocal(high);
  }

  static boolean isIpv4(long high, long low) {
    return high == 0 && low >>> 32 == 0xffff;
  }

  /** Whether the address of this high half is an IPv6 link-local one (RFC 4291 section 2.5.6). */
  static boolean isLinkLocal(long high) {
    return high >>> 54 == 0xfe80L >>> 6;
  }

  void used(long now) {
    if (now - lastUse > NOTE_NANOS) {
      lastUse = now;
    }
  }

  /** When it was last used, in nanoseconds of the workers' clock, but to a minute only. */
  long lastUse() {
    return lastUse;
  }

  @Override
  public String toString() {
    String text = Address.format(high, low);
    if (isSingle()) {
      return text;
    }
    return bits == NO_PREFIX
        ? text + "-" + Address.format(lastHigh, lastLow)
        : text + "/" + (isIpv4() ? bits - 96 : bits);
  }
}
