package org.vtl.service.firewall.internal.spoof;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.vtl.packet.Address;
import org.vtl.service.firewall.internal.policy.Addresses;
import org.vtl.service.firewall.internal.policy.RangeSet;

/**
 * The addresses of the VM on one link: what the policy tells, or where it tells nothing, what was
 * learned, few of each kind and each kind from whoever has most say.
 *
 * <ul>
 *   <li>MAC: told, or the source of the first frame of the VM that is otherwise in order.
 *   <li>IPv4: told; or what DHCP servers give the VM (the last 4), and until one has given it any,
 *       the first 4 that the VM uses.
 *   <li>IPv6: told; or what DHCPv6 servers give it (the last 8), and addresses inside the prefixes
 *       that routers announce (16; one that was not used for an hour makes room, since privacy
 *       addresses change daily, RFC 8981); until either was heard, the first 4 that the VM uses.
 *       Link-local: told, or the first 4, unless the policy tells of IPv4 alone.
 * </ul>
 *
 * <p>An address that the policy tells of, of either version, ends the learning of IP addresses. By
 * first use no address is learned that another on the network was heard to speak for within five
 * minutes.
 *
 * <p>Shared by all workers of the link. Asking costs neither lock nor memory; learning takes a
 * lock, and what was learned is bounded.
 */
public final class LinkAddresses {
  /** No prefix that a host gets is shorter: announcing one is not to open everything. */
  static final int SHORTEST_PREFIX = 48;

  private static final RangeSet LINK_LOCAL =
      RangeSet.range(0xfe80_0000_0000_0000L, 0, 0xfebf_ffff_ffff_ffffL, -1);

  /** What holds now; replaced whole. */
  private static final class View {
    RangeSet macs = RangeSet.EMPTY;
    OwnAddress[] own = {};
    OwnAddress[] prefixes = {};
    boolean macOpen = true;
    boolean ipLearning = true;
    boolean ipv4Open = true;
    boolean ipv6Open = true;
    boolean linkLocalOpen = true;
    boolean prefixesFull;
  }

  private final String link;
  private final Runnable fewer;
  private final ForeignAddresses foreign = new ForeignAddresses();

  // Guarded by this.
  private final Learned learned = new Learned();
  private Addresses told = Addresses.NONE;

  private volatile View view = new View();
  private volatile boolean judged = true;

  /** Before this time none of the addresses inside prefixes makes room for another. */
  private volatile long noRoomBefore;

  /**
   * Addresses of which nothing is known.
   *
   * @param fewer is run when an address is forgotten, so that connections from it are judged anew
   */
  LinkAddresses(String link, Runnable fewer) {
    this.link = link;
    this.fewer = fewer;
  }

  /** The link's name. */
  public String link() {
    return link;
  }

  // ---- per packet ------------------------------------------------------------------------------

  boolean ownsMac(long mac) {
    return view.macs.contains(mac);
  }

  /** Whether {@code mac} is the VM's or would become so by {@link #admitMac}. */
  boolean wouldAdmitMac(long mac) {
    return ownsMac(mac) || view.macOpen && mac != 0 && (mac >>> 40 & 1) == 0;
  }

  /** Whether {@code mac} is the VM's, learned now if need be. */
  boolean admitMac(long mac) {
    return ownsMac(mac) || wouldAdmitMac(mac) && learnMac(mac);
  }

  /** Whether this very address, not a prefix that contains it, is the VM's. */
  boolean isOwn(long high, long low) {
    for (OwnAddress one : view.own) {
      if (one.isSingle() && one.contains(high, low)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the VM, who has this MAC address, may send from this address, which is unicast; learned
   * now if need be.
   */
  boolean admit(long high, long low, long mac, long now) {
    View seen = view;
    for (OwnAddress one : seen.own) {
      if (one.contains(high, low)) {
        one.used(now);
        return true;
      }
    }
    return isOpen(seen, high, low, now)
        && !foreign.isForeign(high, low, mac, now)
        && use(high, low, now);
  }

  private boolean isOpen(View seen, long high, long low, long now) {
    if (OwnAddress.isIpv4(high, low)) {
      return seen.ipv4Open;
    }
    if (OwnAddress.isLinkLocal(high)) {
      return seen.linkLocalOpen;
    }
    return isAnnounced(seen, high, low)
        ? !seen.prefixesFull || now - noRoomBefore >= 0
        : seen.ipv6Open;
  }

  private static boolean isAnnounced(View seen, long high, long low) {
    for (OwnAddress prefix : seen.prefixes) {
      if (prefix.contains(high, low)) {
        return true;
      }
    }
    return false;
  }

  /** Somebody on the network, with this MAC address, speaks for this address. */
  void heard(long high, long low, long mac, long now) {
    foreign.heard(high, low, mac, now);
  }

  // ---- learning --------------------------------------------------------------------------------

  private synchronized boolean learnMac(long mac) {
    if (!view.macOpen) {
      return ownsMac(mac); // another worker was first
    }
    learned.macs.add(mac);
    publish();
    return true;
  }

  private synchronized boolean use(long high, long low, long now) {
    View seen = view;
    if (isOwn(high, low)) {
      return true;
    }
    boolean inPrefix = !OwnAddress.isIpv4(high, low) && !OwnAddress.isLinkLocal(high);
    inPrefix &= isAnnounced(seen, high, low);
    if (!isOpen(seen, high, low, now)) {
      return false;
    }
    if (inPrefix && seen.prefixesFull) {
      noRoomBefore = learned.makeRoom(now);
      if (now - noRoomBefore < 0) {
        return false;
      }
    }
    Origin origin = inPrefix ? Origin.PREFIX : Origin.FIRST_USE;
    learned.put(OwnAddress.prefix(high, low, 128, origin, now));
    noRoomBefore = now;
    publish();
    return true;
  }

  /** A DHCP server gave the VM this address, or a DHCPv6 server this address or prefix. */
  void leased(long high, long low, int bits, long now) {
    View seen = view;
    if (!seen.ipLearning) {
      return;
    }
    for (OwnAddress one : seen.own) {
      if (one.origin == Origin.DHCP && one.isSame(high, low, bits)) {
        return;
      }
    }
    lease(OwnAddress.prefix(high, low, bits, Origin.DHCP, now));
  }

  private synchronized void lease(OwnAddress lease) {
    if (isFree()) {
      learned.put(lease);
      publish();
    }
  }

  /** A router announced this prefix; with no validity it takes it back (RFC 4862 section 5.5.3). */
  void announced(long high, long low, int bits, boolean valid, long now) {
    if (bits < SHORTEST_PREFIX || OwnAddress.isLinkLocal(high) || high >>> 56 == 0xff) {
      return;
    }
    View seen = view;
    boolean known = false;
    for (OwnAddress prefix : seen.prefixes) {
      known |= prefix.isSame(high, low, bits);
    }
    if (known == valid || !seen.ipLearning) {
      return;
    }
    announce(OwnAddress.prefix(high, low, bits, Origin.PREFIX, now), valid);
  }

  private synchronized void announce(OwnAddress prefix, boolean valid) {
    if (valid && isFree()) {
      learned.announce(prefix);
      publish();
    } else if (learned.withdraw(prefix)) {
      publish();
    }
  }

  private void publish() {
    View next = new View();
    boolean free = isFree();
    boolean linkLocalFree = isLinkLocalFree();
    next.ipLearning = free;
    next.macs =
        told.macs().isEmpty()
            ? RangeSet.union(learned.macs.stream().map(RangeSet::of).toList())
            : told.macs();
    next.macOpen = next.macs.isEmpty();
    List<OwnAddress> own = new ArrayList<>();
    for (RangeSet ranges : List.of(told.ipv4(), told.ipv6())) {
      for (int i = 0; i < ranges.size(); i++) {
        own.add(OwnAddress.told(ranges, i));
      }
    }
    for (OwnAddress one : learned.addresses) {
      if (free || one.isLinkLocal() && linkLocalFree) {
        own.add(one);
      }
    }
    next.own = own.toArray(OwnAddress[]::new);
    next.prefixes = (free ? learned.prefixes : List.<OwnAddress>of()).toArray(OwnAddress[]::new);
    next.ipv4Open = free && !learned.isLeased(true) && learned.hasRoom(true, false);
    next.ipv6Open =
        free
            && learned.prefixes.isEmpty()
            && !learned.isLeased(false)
            && learned.hasRoom(false, false);
    next.linkLocalOpen = linkLocalFree && learned.hasRoom(false, true);
    next.prefixesFull = learned.areFull();
    view = next;
  }

  /** Whether IP addresses are learned. */
  private boolean isFree() {
    return told.ipv4().isEmpty() && told.ipv6().isEmpty();
  }

  private boolean isLinkLocalFree() {
    boolean toldIpv6 = !told.ipv6().isEmpty();
    return isFree() || toldIpv6 && told.ipv6().intersection(LINK_LOCAL).isEmpty();
  }

  // ---- policy and operator ---------------------------------------------------------------------

  /** Whether sources are judged on this link. */
  boolean isJudged() {
    return judged;
  }

  /**
   * Takes on what the policy says now: what it tells of addresses, perhaps nothing, and whether
   * sources are judged. What was learned is kept aside while it is told.
   */
  synchronized void tell(Addresses told, boolean judged) {
    this.told = told;
    this.judged = judged;
    publish();
  }

  /** One line for each address that the VM may send from. */
  public synchronized List<AddressEntry> list() {
    List<AddressEntry> all = new ArrayList<>();
    Origin origin = told.macs().isEmpty() ? Origin.FIRST_USE : Origin.TOLD;
    RangeSet ranges = view.macs;
    for (int i = 0; i < ranges.size(); i++) {
      String first = Address.formatMac(ranges.firstLow(i));
      String last = Address.formatMac(ranges.lastLow(i));
      all.add(new AddressEntry(first.equals(last) ? first : first + "-" + last, origin, 0));
    }
    for (OwnAddress one : view.own) {
      all.add(new AddressEntry(one.toString(), one.origin, one.lastUse()));
    }
    return all;
  }

  /** The prefixes that routers announced, inside which the VM may take addresses. */
  public synchronized List<String> prefixes() {
    return learned.prefixes.stream().map(OwnAddress::toString).toList();
  }

  /** Forgets all that was learned; it is learned anew from the next packets on. */
  public void forget() {
    synchronized (this) {
      learned.clear();
      foreign.forget();
      publish();
    }
    fewer.run();
  }

  /** Forgets one learned IP address; false when it was not learned. */
  public boolean forget(Address address) {
    return forgot(learned.addresses, one -> one.isSame(address.high(), address.low(), 128));
  }

  /** Forgets one learned MAC address; false when it was not learned. */
  public boolean forgetMac(long mac) {
    return forgot(learned.macs, one -> one == mac);
  }

  private <T> boolean forgot(List<T> list, Predicate<T> which) {
    synchronized (this) {
      if (!list.removeIf(which)) {
        return false;
      }
      publish();
    }
    fewer.run();
    return true;
  }

  /**
   * Has the VM send from {@code address} too, until it is forgotten; 8 of each version at most, the
   * oldest makes room.
   *
   * @throws IllegalStateException in one sentence, when the policy tells the link's addresses
   */
  public synchronized void learn(Address address) {
    requireUntold(isFree(), address.toString());
    learned.put(OwnAddress.prefix(address.high(), address.low(), 128, Origin.COMMAND, 0));
    publish();
  }

  /**
   * The same for a MAC address, in the low 48 bits; {@code only} if it is instead of all others.
   */
  public synchronized void learnMac(long mac, boolean only) {
    requireUntold(told.macs().isEmpty(), Address.formatMac(mac));
    if (only) {
      learned.macs.clear();
    }
    learned.putMac(mac);
    publish();
  }

  private void requireUntold(boolean untold, String what) {
    if (!untold) {
      throw new IllegalStateException(
          "Link "
              + link
              + " cannot learn "
              + what
              + ": its policy tells its addresses; add it to an address line there.");
    }
  }

  // ---- replacement of the bundle ---------------------------------------------------------------

  /** Writes what was learned, as {@link LearnedBytes} has it. */
  synchronized void save(ByteBuffer to) {
    LearnedBytes.write(learned, to);
  }

  /** Adds what a predecessor learned, in the same bounds. */
  synchronized void restore(ByteBuffer from, long now) {
    LearnedBytes.read(from, now, learned);
    noRoomBefore = now;
    publish();
  }
}
