package org.vtl.core.internal.connection;

import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/**
 * Remembers which connection the first fragment of a datagram belongs to, so that the later ones,
 * which carry no ports, follow it. Bounded: a new datagram takes the place of the oldest that
 * hashes alike. Reassembles nothing.
 */
public final class FragmentTable {
  private static final int SIZE = 1_024;
  private static final int WAYS = 4;
  private static final long LIFETIME_NANOS = 30_000_000_000L;

  /** One datagram under way. */
  private static final class Datagram {
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int identification;
    long discriminator;
    long seenNanos = Long.MIN_VALUE / 2;
    TrackedConnection connection;
    long connectionId;
  }

  private final Datagram[] datagrams = new Datagram[SIZE];
  private final long secret;
  private int identification;
  private long discriminator;
  private boolean gone;

  public FragmentTable(long secret) {
    this.secret = secret;
    for (int i = 0; i < SIZE; i++) {
      datagrams[i] = new Datagram();
    }
  }

  /** Notes that {@code packet}, a first fragment, belongs to {@code connection}. */
  public void put(Packet packet, Direction direction, TrackedConnection connection, long now) {
    int set = read(packet, direction);
    Datagram place = datagrams[set];
    for (int i = set; i < set + WAYS; i++) {
      Datagram datagram = datagrams[i];
      if (matches(datagram, packet)) {
        place = datagram;
        break;
      }
      if (datagram.seenNanos < place.seenNanos) {
        place = datagram;
      }
    }
    place.sourceHigh = packet.sourceHigh();
    place.sourceLow = packet.sourceLow();
    place.destinationHigh = packet.destinationHigh();
    place.destinationLow = packet.destinationLow();
    place.identification = identification;
    place.discriminator = discriminator;
    place.seenNanos = now;
    place.connection = connection;
    place.connectionId = connection.id;
  }

  /**
   * The connection of {@code packet}, a later fragment, or null when its first was not seen, or
   * when the connection {@link #isGone}.
   */
  public TrackedConnection find(Packet packet, Direction direction, long now) {
    gone = false;
    int set = read(packet, direction);
    for (int i = set; i < set + WAYS; i++) {
      Datagram datagram = datagrams[i];
      if (matches(datagram, packet)) {
        if (now - datagram.seenNanos > LIFETIME_NANOS) {
          return null;
        }
        gone = datagram.connection.id != datagram.connectionId;
        return gone ? null : datagram.connection;
      }
    }
    return null;
  }

  /** Whether the first fragment of the packet last looked for was seen, but is forgotten since. */
  public boolean isGone() {
    return gone;
  }

  /** Reads what names the datagram; returns the index of its set. */
  private int read(Packet packet, Direction direction) {
    if (packet.isIpv4()) {
      identification = packet.ipv4().identification();
    } else {
      int fragment = packet.ipv6().extension(Protocol.FRAGMENT);
      identification = Bytes.u32(packet.memory(), packet.start() + fragment + 4L);
    }
    // IPv6 fragments are one datagram whatever their next header says (RFC 8200 section 4.5).
    int protocol = packet.isIpv4() ? packet.protocol() : 0;
    discriminator = (long) packet.vlanKey() << 9 | (long) protocol << 1 | direction.ordinal();
    long h = (secret ^ packet.sourceLow()) * 0x9e3779b97f4a7c15L;
    h = (h ^ h >>> 29 ^ packet.destinationLow()) * 0xbf58476d1ce4e5b9L;
    h = (h ^ h >>> 32 ^ identification ^ discriminator << 28) * 0x94d049bb133111ebL;
    return (int) (h >>> 33) % (SIZE / WAYS) * WAYS;
  }

  private boolean matches(Datagram datagram, Packet packet) {
    return datagram.connection != null
        && datagram.identification == identification
        && datagram.discriminator == discriminator
        && datagram.sourceLow == packet.sourceLow()
        && datagram.destinationLow == packet.destinationLow()
        && datagram.sourceHigh == packet.sourceHigh()
        && datagram.destinationHigh == packet.destinationHigh();
  }
}
