package org.vtl.service.firewall.internal.spoof;

import java.util.ArrayList;
import java.util.List;

/** What was learned of one link's VM, each kind within its bound. Guarded by its owner. */
final class Learned {
  private static final int FIRST_USE = 4;
  private static final int IN_PREFIX = 16;
  private static final int PREFIXES = 8;
  private static final int LEASES_IPV4 = 4;
  private static final int LEASES_IPV6 = 8;
  private static final int COMMANDED = 8;
  private static final int MACS = 8;

  private static final long UNUSED_NANOS = 3_600_000_000_000L;

  final List<Long> macs = new ArrayList<>();
  final List<OwnAddress> addresses = new ArrayList<>();

  /** What routers announced. */
  final List<OwnAddress> prefixes = new ArrayList<>();

  void clear() {
    macs.clear();
    addresses.clear();
    prefixes.clear();
  }

  /** Adds a MAC address; the oldest makes room. */
  void putMac(long mac) {
    macs.remove(mac);
    if (macs.size() >= MACS) {
      macs.removeFirst();
    }
    macs.add(mac);
  }

  /** Adds an address, instead of the same one; the oldest of its kind makes room. */
  void put(OwnAddress address) {
    put(addresses, address, most(address));
  }

  void announce(OwnAddress prefix) {
    put(prefixes, prefix, PREFIXES);
  }

  /** Forgets a prefix; false if it was not announced. */
  boolean withdraw(OwnAddress prefix) {
    return prefixes.removeIf(one -> one.isSame(prefix.high, prefix.low, prefix.bits));
  }

  private static void put(List<OwnAddress> list, OwnAddress address, int most) {
    list.removeIf(one -> one.isSame(address.high, address.low, address.bits));
    List<OwnAddress> alike =
        list.stream()
            .filter(one -> one.origin == address.origin)
            .filter(one -> one.isIpv4() == address.isIpv4())
            .filter(one -> one.isLinkLocal() == address.isLinkLocal())
            .toList();
    if (alike.size() >= most) {
      list.remove(alike.getFirst());
    }
    list.add(address);
  }

  private static int most(OwnAddress address) {
    return switch (address.origin) {
      case DHCP -> address.isIpv4() ? LEASES_IPV4 : LEASES_IPV6;
      case PREFIX -> IN_PREFIX;
      case FIRST_USE -> FIRST_USE;
      case COMMAND, TOLD -> COMMANDED;
    };
  }

  /** Whether a server gave the VM an address of this version. */
  boolean isLeased(boolean ipv4) {
    return count(Origin.DHCP, ipv4, false) > 0;
  }

  /** Whether one more address of this kind may be learned by first use. */
  boolean hasRoom(boolean ipv4, boolean linkLocal) {
    return count(Origin.FIRST_USE, ipv4, linkLocal) < FIRST_USE;
  }

  /** Whether for one more address inside the prefixes another must make room. */
  boolean areFull() {
    return count(Origin.PREFIX, false, false) >= IN_PREFIX;
  }

  /**
   * Forgets the address inside a prefix that was not used for longest, if that is long enough.
   *
   * @return since when, or from when on, there is room
   */
  long makeRoom(long now) {
    OwnAddress oldest = null;
    for (OwnAddress one : addresses) {
      if (one.origin == Origin.PREFIX && (oldest == null || one.lastUse() - oldest.lastUse() < 0)) {
        oldest = one;
      }
    }
    if (oldest == null) {
      return now;
    }
    long room = oldest.lastUse() + UNUSED_NANOS;
    if (now - room >= 0) {
      addresses.remove(oldest);
    }
    return room;
  }

  private int count(Origin origin, boolean ipv4, boolean linkLocal) {
    int count = 0;
    for (OwnAddress one : addresses) {
      if (one.origin == origin && one.isIpv4() == ipv4 && one.isLinkLocal() == linkLocal) {
        count++;
      }
    }
    return count;
  }
}
