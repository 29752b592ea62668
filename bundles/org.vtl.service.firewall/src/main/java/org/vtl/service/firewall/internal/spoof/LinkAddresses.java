package org.vtl.service.firewall.internal.spoof;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
  static final int FIRST_USE = 4;
  static final int IN_PREFIX = 16;
  static final int PREFIXES = 8;
  static final int LEASES_IPV4 = 4;
  static final int LEASES_IPV6 = 8;
  static final int COMMANDED = 8;

  /** No prefix that a host gets is shorter: announcing one is not to open everything. */
  static final int SHORTEST_PREFIX = 48;

  private static final RangeSet LINK_LOCAL =
      RangeSet.range(0xfe80_0000_0000_0000L, 0, 0xfebf_ffff_ffff_ffffL, -1);
  private static final long UNUSED_NANOS = 3_600_000_000_000L;

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
  private final ForeignAddresses foreign = new ForeignAddresses();

  // Guarded by this.
  private final List<Long> macs = new ArrayList<>();
  private final List<OwnAddress> learned = new ArrayList<>();
  private final List<OwnAddress> announced = new ArrayList<>();
  private Addresses told = Addresses.NONE;

  private volatile View view = new View();
  private volatile boolean judged = true;

  /** Before this time none of the addresses inside prefixes makes room for another. */
  private volatile long noRoomBefore;

  LinkAddresses(String link) {
    this.link = link;
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

  /** Whether the VM may send from this address, which is unicast; learned now if need be. */
  boolean admit(long high, long low, long now) {
    View seen = view;
    for (OwnAddress one : seen.own) {
      if (one.contains(high, low)) {
        one.used(now);
        return true;
      }
    }
    return isOpen(seen, high, low, now)
        && !foreign.isForeign(high, low, now)
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

  /** Somebody on the network speaks for this address. */
  void heard(long high, long low, long now) {
    foreign.heard(high, low, now);
  }

  // ---- learning --------------------------------------------------------------------------------

  private synchronized boolean learnMac(long mac) {
    if (!view.macOpen) {
      return ownsMac(mac); // another worker was first
    }
    macs.add(mac);
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
    if (!isOpen(seen, high, low, now) || inPrefix && seen.prefixesFull && !makeRoom(now)) {
      return false;
    }
    Origin origin = inPrefix ? Origin.PREFIX : Origin.FIRST_USE;
    learned.add(OwnAddress.prefix(high, low, 128, origin, now));
    noRoomBefore = now;
    publish();
    return true;
  }

  /** Forgets the address inside a prefix that was not used for longest, if that is long enough. */
  private boolean makeRoom(long now) {
    OwnAddress oldest = null;
    for (OwnAddress one : learned) {
      if (one.origin == Origin.PREFIX && (oldest == null || one.lastUse() - oldest.lastUse() < 0)) {
        oldest = one;
      }
    }
    if (oldest != null && now - oldest.lastUse() < UNUSED_NANOS) {
      noRoomBefore = oldest.lastUse() + UNUSED_NANOS;
      return false;
    }
    return learned.remove(oldest);
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
      put(learned, lease, lease.isIpv4() ? LEASES_IPV4 : LEASES_IPV6);
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
      put(announced, prefix, PREFIXES);
      publish();
    } else if (announced.removeIf(one -> one.isSame(prefix.high, prefix.low, prefix.bits))) {
      publish();
    }
  }

  /** Adds {@code address}, instead of the same one; the oldest of its kind makes room. */
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

  private void publish() {
    View next = new View();
    boolean free = isFree();
    boolean linkLocalFree = isLinkLocalFree();
    next.ipLearning = free;
    next.macs =
        told.macs().isEmpty()
            ? RangeSet.union(macs.stream().map(RangeSet::of).toList())
            : told.macs();
    next.macOpen = next.macs.isEmpty();
    List<OwnAddress> own = new ArrayList<>();
    for (RangeSet ranges : List.of(told.ipv4(), told.ipv6())) {
      for (int i = 0; i < ranges.size(); i++) {
        own.add(OwnAddress.told(ranges, i));
      }
    }
    for (OwnAddress one : learned) {
      if (free || one.isLinkLocal() && linkLocalFree) {
        own.add(one);
      }
    }
    next.own = own.toArray(OwnAddress[]::new);
    next.prefixes = (free ? announced : List.<OwnAddress>of()).toArray(OwnAddress[]::new);
    next.ipv4Open = free && !isLeased(true) && count(Origin.FIRST_USE, true, false) < FIRST_USE;
    next.ipv6Open =
        free
            && announced.isEmpty()
            && !isLeased(false)
            && count(Origin.FIRST_USE, false, false) < FIRST_USE;
    next.linkLocalOpen = linkLocalFree && count(Origin.FIRST_USE, false, true) < FIRST_USE;
    next.prefixesFull = count(Origin.PREFIX, false, false) >= IN_PREFIX;
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

  private boolean isLeased(boolean ipv4) {
    return count(Origin.DHCP, ipv4, false) > 0;
  }

  private int count(Origin origin, boolean ipv4, boolean linkLocal) {
    int count = 0;
    for (OwnAddress one : learned) {
      if (one.origin == origin && one.isIpv4() == ipv4 && one.isLinkLocal() == linkLocal) {
        count++;
      }
    }
    return count;
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
    return announced.stream().map(OwnAddress::toString).toList();
  }

  /** Forgets all that was learned; it is learned anew from the next packets on. */
  public synchronized void forget() {
    macs.clear();
    learned.clear();
    announced.clear();
    foreign.forget();
    publish();
  }

  /** Forgets one learned IP address; false when it was not learned. */
  public synchronized boolean forget(Address address) {
    boolean known = learned.removeIf(one -> one.isSame(address.high(), address.low(), 128));
    publish();
    return known;
  }

  /** Forgets one learned MAC address; false when it was not learned. */
  public synchronized boolean forgetMac(long mac) {
    boolean known = macs.remove(mac);
    publish();
    return known;
  }

  /**
   * Has the VM send from {@code address} too, until it is forgotten; 8 of each version at most, the
   * oldest makes room.
   *
   * @throws IllegalStateException in one sentence, when the policy tells the link's addresses
   */
  public synchronized void learn(Address address) {
    requireUntold(isFree(), address.toString());
    OwnAddress own = OwnAddress.prefix(address.high(), address.low(), 128, Origin.COMMAND, 0);
    put(learned, own, COMMANDED);
    publish();
  }

  /** The same for a MAC address, in the low 48 bits. */
  public synchronized void learnMac(long mac, boolean only) {
    requireUntold(told.macs().isEmpty(), Address.formatMac(mac));
    if (only) {
      macs.clear();
    }
    macs.remove(mac);
    if (macs.size() >= COMMANDED) {
      macs.removeFirst();
    }
    macs.add(mac);
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
    LearnedBytes.write(macs, learned, announced, to);
  }

  /** Adds what a predecessor learned, in the same bounds. */
  synchronized void restore(ByteBuffer from, long now) {
    LearnedBytes.Learned read = LearnedBytes.read(from, now);
    for (long mac : read.macs()) {
      if (!macs.contains(mac) && macs.size() < COMMANDED) {
        macs.add(mac);
      }
    }
    for (OwnAddress one : read.addresses()) {
      put(learned, one, most(one));
    }
    for (OwnAddress one : read.prefixes()) {
      put(announced, one, PREFIXES);
    }
    noRoomBefore = now;
    publish();
  }

  private static int most(OwnAddress address) {
    return switch (address.origin) {
      case DHCP -> address.isIpv4() ? LEASES_IPV4 : LEASES_IPV6;
      case PREFIX -> IN_PREFIX;
      case FIRST_USE -> FIRST_USE;
      case COMMAND, TOLD -> COMMANDED;
    };
  }
}
