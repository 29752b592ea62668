package org.vtl.service.tor.internal.address;

/**
 * Who on a link has which IPv4 address. A fixed number: a new guest gets one that is free, else the
 * one given back or run out for longest; a known one gets what it had. Any thread; allocates
 * nothing.
 */
final class Leases {
  private static final int NONE = -1;

  /** An address that a guest found taken stays out of use for so long. */
  private static final long DECLINED_NANOS = 600_000_000_000L;

  /** An offer is kept for so long. */
  private static final long OFFER_NANOS = 60_000_000_000L;

  private final GuestNetwork network;

  /** Who has it, 0 for nobody: the MAC address, and its VLAN above. */
  private final long[] guests;

  private final int[] vlans;
  private final long[] until;

  Leases(GuestNetwork network) {
    this.network = network;
    guests = new long[network.leases()];
    vlans = new int[guests.length];
    until = new long[guests.length];
  }

  /**
   * An address for the guest, kept a while for it: the one it had, else the one it {@code wished}
   * for, else any; 0 if there is none.
   */
  synchronized int offer(long guest, int vlan, int wished, long now) {
    int index = of(guest, vlan);
    if (index == NONE) {
      index = isFree(network.index(wished), now) ? network.index(wished) : free(now);
    }
    if (index == NONE) {
      return 0;
    }
    if (guests[index] != guest || vlans[index] != vlan || until[index] - now < OFFER_NANOS) {
      take(index, guest, vlan, now + OFFER_NANOS);
    }
    return network.lease(index);
  }

  /**
   * Gives the guest the address it asks for, and takes back another; false if it cannot have it.
   */
  synchronized boolean lease(long guest, int vlan, int address, long now) {
    int index = network.index(address);
    boolean had = index != NONE && guests[index] == guest && vlans[index] == vlan;
    if (!had && !isFree(index, now)) {
      return false;
    }
    int before = of(guest, vlan);
    if (before != NONE && before != index) {
      guests[before] = 0;
      until[before] = now;
    }
    take(index, guest, vlan, now + network.leaseSeconds() * 1_000_000_000L);
    return true;
  }

  /** The guest is done with its address, which stays its own while nobody else needs it. */
  synchronized void release(long guest, int vlan, long now) {
    int index = of(guest, vlan);
    if (index != NONE) {
      until[index] = now;
    }
  }

  /** The guest has found its address taken. */
  synchronized void decline(long guest, int vlan, long now) {
    int index = of(guest, vlan);
    if (index != NONE) {
      take(index, 0, 0, now + DECLINED_NANOS);
    }
  }

  private void take(int index, long guest, int vlan, long until) {
    guests[index] = guest;
    vlans[index] = vlan;
    this.until[index] = until;
  }

  private int of(long guest, int vlan) {
    for (int i = 0; i < guests.length; i++) {
      if (guests[i] == guest && vlans[i] == vlan) {
        return i;
      }
    }
    return NONE;
  }

  private boolean isFree(int index, long now) {
    return index != NONE && (isUnused(index) || now - until[index] >= 0);
  }

  private boolean isUnused(int index) {
    return guests[index] == 0 && until[index] == 0;
  }

  private int free(long now) {
    int oldest = NONE;
    for (int i = 0; i < guests.length; i++) {
      if (isUnused(i)) {
        return i;
      }
      if (now - until[i] >= 0 && (oldest == NONE || until[i] - until[oldest] < 0)) {
        oldest = i;
      }
    }
    return oldest;
  }
}
