package org.vtl.service.firewall.internal.spoof;

import java.util.concurrent.ThreadLocalRandom;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/**
 * Lets fragments pass only where all readers put together the same datagram from them, and where
 * the rules have accepted its first: a later fragment has no ports and shares the first one's fate.
 *
 * <p>The parser has refused already what one fragment shows alone: a first one without the whole
 * header chain (RFC 1858, RFC 7112), one inside the TCP header (RFC 3128). Here is what only
 * several show together: overlaps (RFC 5722; of IPv4 alike), which refuse the whole datagram from
 * there on, so that no receiver completes it; contradicting ends; more than 65,535 bytes; too many
 * pieces. A repetition of what has passed is refused alone: receivers differ on which they keep.
 *
 * <p>Bounded: 4,096 datagrams, in sets of four that strangers cannot aim at; a new one takes the
 * place of the oldest of its set, first of one that was refused, and the later fragments of that
 * are refused. A datagram is forgotten once it is complete or after 30 seconds (RFC 791 section 3.2
 * has 15, RFC 8200 60). One worker's: all fragments between two addresses are the same worker's.
 * Allocates nothing per packet.
 */
final class FragmentGuard {
  private static final int SIZE = 4_096;
  private static final int WAYS = 4;
  private static final long LIFETIME_NANOS = 30_000_000_000L;
  private static final int LONGEST = 65_535;
  private static final int UNIT = 8;

  private final long secret = ThreadLocalRandom.current().nextLong();

  /** Made with the first fragment: most links never see one. */
  private Datagram[] datagrams;

  private int identification;
  private long discriminator;

  /**
   * Why {@code packet}, a well-formed fragment, is refused, or null if it fits what came before. A
   * later fragment that fits is accepted, without asking the rules; {@link #accepted} is called for
   * a first one that they accepted.
   */
  Refusal check(Packet packet, long now) {
    int start = packet.fragmentOffset();
    int end = start + dataLength(packet);
    boolean last = !packet.moreFragments();
    if (end == start || !last && (end - start) % UNIT != 0) {
      return Refusal.FRAGMENT_SHAPE;
    }
    Datagram datagram = find(packet, now);
    if (datagram == null) {
      if (start != 0) {
        return Refusal.FRAGMENT_UNMATCHED;
      }
      datagram = begin(packet, now);
    }
    if (datagram.refused || start != 0 && !datagram.accepted) {
      return Refusal.FRAGMENT_REFUSED;
    }
    if (end + Math.max(datagram.headerLength, headerLength(packet)) > LONGEST) {
      datagram.refused = true;
      return Refusal.FRAGMENT_SHAPE;
    }
    Refusal refusal = datagram.add(start, end, last);
    if (refusal != null) {
      datagram.refused |= refusal != Refusal.FRAGMENT_DUPLICATE;
      return refusal;
    }
    if (datagram.isComplete()) {
      datagram.known = false;
    }
    return null;
  }

  /** The rules accept {@code packet}, so the later fragments of its datagram may follow. */
  void accepted(Packet packet, long now) {
    if (packet.isFragment() && datagrams != null) {
      Datagram datagram = find(packet, now);
      if (datagram != null) {
        datagram.accepted = true;
      }
    }
  }

  /** Datagrams that are under way, or were refused or not completed a short while ago. */
  int size() {
    int size = 0;
    for (int i = 0; datagrams != null && i < SIZE; i++) {
      size += datagrams[i].known ? 1 : 0;
    }
    return size;
  }

  private Datagram find(Packet packet, long now) {
    if (datagrams == null) {
      return null;
    }
    int set = read(packet);
    for (int i = set; i < set + WAYS; i++) {
      Datagram datagram = datagrams[i];
      if (matches(datagram, packet)) {
        if (now - datagram.seenNanos <= LIFETIME_NANOS) {
          return datagram;
        }
        datagram.known = false;
        return null;
      }
    }
    return null;
  }

  private Datagram begin(Packet packet, long now) {
    if (datagrams == null) {
      datagrams = new Datagram[SIZE];
      for (int i = 0; i < SIZE; i++) {
        datagrams[i] = new Datagram();
      }
    }
    int set = read(packet);
    Datagram place = datagrams[set];
    for (int i = set + 1; i < set + WAYS && place.known; i++) {
      Datagram other = datagrams[i];
      if (!other.known || isRather(other, place)) {
        place = other;
      }
    }
    place.begin();
    place.sourceHigh = packet.sourceHigh();
    place.sourceLow = packet.sourceLow();
    place.destinationHigh = packet.destinationHigh();
    place.destinationLow = packet.destinationLow();
    place.identification = identification;
    place.discriminator = discriminator;
    place.headerLength = headerLength(packet);
    place.seenNanos = now;
    return place;
  }

  /** Whether {@code one} is to make room rather than {@code other}: what is refused goes first. */
  private static boolean isRather(Datagram one, Datagram other) {
    return one.isFavoured() == other.isFavoured()
        ? one.seenNanos - other.seenNanos < 0
        : other.isFavoured();
  }

  /** Bytes of this fragment's part of the fragmented data. */
  private static int dataLength(Packet packet) {
    if (packet.isIpv4()) {
      return packet.ipv4().totalLength() - packet.ipv4().headerLength();
    }
    int data = packet.ipv6().extension(Protocol.FRAGMENT) + UNIT - packet.networkOffset();
    return 40 + packet.ipv6().payloadLength() - data;
  }

  /** Bytes before it that count with it: the IPv4 header, or the extensions that stay whole. */
  private static int headerLength(Packet packet) {
    return packet.isIpv4()
        ? packet.ipv4().headerLength()
        : packet.ipv6().extension(Protocol.FRAGMENT) - packet.networkOffset() - 40;
  }

  /** Reads what names the datagram; returns the index of its set. */
  private int read(Packet packet) {
    int protocol = 0; // IPv6 names datagrams without it (RFC 8200 section 4.5)
    if (packet.isIpv4()) {
      identification = packet.ipv4().identification();
      protocol = packet.ipv4().protocol();
    } else {
      int fragment = packet.ipv6().extension(Protocol.FRAGMENT);
      identification = Bytes.u32(packet.memory(), packet.start() + fragment + 4L);
    }
    // Receivers do not ask for the VLAN, but datagrams on two of them are two receivers'.
    discriminator =
        (long) packet.vlanKey() << 9 | (long) protocol << 1 | packet.direction().ordinal();
    long h = (secret ^ packet.sourceLow()) * 0x9e3779b97f4a7c15L;
    h = (h ^ h >>> 29 ^ packet.destinationLow()) * 0xbf58476d1ce4e5b9L;
    h = (h ^ h >>> 32 ^ packet.sourceHigh()) * 0x9e3779b97f4a7c15L;
    h = (h ^ h >>> 31 ^ packet.destinationHigh()) * 0xbf58476d1ce4e5b9L;
    h = (h ^ h >>> 30 ^ identification ^ discriminator << 28) * 0x94d049bb133111ebL;
    return (int) (h >>> 33) % (SIZE / WAYS) * WAYS;
  }

  private boolean matches(Datagram datagram, Packet packet) {
    return datagram.known
        && datagram.identification == identification
        && datagram.discriminator == discriminator
        && datagram.sourceLow == packet.sourceLow()
        && datagram.destinationLow == packet.destinationLow()
        && datagram.sourceHigh == packet.sourceHigh()
        && datagram.destinationHigh == packet.destinationHigh();
  }
}
