package org.vtl.service.firewall.internal.synproxy;

import org.vtl.packet.Packet;
import org.vtl.packet.SipHash;

/**
 * Initial sequence numbers that hold what a SYN said, so that nothing need be remembered of it: 5
 * bits of the time, 3 of the maximum segment size, 24 of a keyed hash (SipHash-2-4) over addresses,
 * ports, VLAN, the client's initial number, and the other 8 bits. Valid for one to two minutes.
 * Immutable; any thread.
 */
final class SynCookies {
  /** Sizes in wide use; the largest that is not above the offered one is kept. */
  private static final int[] SEGMENT_SIZES = {536, 1_220, 1_300, 1_400, 1_440, 1_452, 1_460, 8_960};

  private static final long PERIOD_NANOS = 64_000_000_000L;
  private static final int HASH_MASK = 0xff_ffff;

  /** What {@link #segmentSize} says of a number that is no cookie. */
  static final int NONE = -1;

  private final long key0;
  private final long key1;

  /** Cookies that only who knows {@code key0} and {@code key1} can make. */
  SynCookies(long key0, long key1) {
    this.key0 = key0;
    this.key1 = key1;
  }

  /** The number to answer {@code syn} with. */
  int make(Packet syn, int segmentSize, long now) {
    int index = SEGMENT_SIZES.length - 1;
    while (index > 0 && SEGMENT_SIZES[index] > segmentSize) {
      index--;
    }
    int head = (int) (now / PERIOD_NANOS & 0x1f) << 3 | index;
    return head << 24 | hash(syn, syn.tcp().sequenceNumber(), head);
  }

  /**
   * The segment size in the cookie that {@code ack}, the client's third segment, acknowledges;
   * {@link #NONE} if none was made for it in the last two minutes.
   */
  int segmentSize(Packet ack, long now) {
    int cookie = ack.tcp().acknowledgmentNumber() - 1;
    int head = cookie >>> 24;
    int age = (int) (now / PERIOD_NANOS & 0x1f) - (head >>> 3) & 0x1f;
    if (age > 1 || (cookie & HASH_MASK) != hash(ack, ack.tcp().sequenceNumber() - 1, head)) {
      return NONE;
    }
    return SEGMENT_SIZES[head & 7];
  }

  private int hash(Packet packet, int initialSequence, int head) {
    long ports =
        (long) packet.tcp().sourcePort() << 48
            | (long) packet.tcp().destinationPort() << 32
            | Integer.toUnsignedLong(packet.vlanKey());
    long rest = (long) initialSequence << 32 | head;
    return (int)
            SipHash.of(
                key0,
                key1,
                packet.sourceHigh(),
                packet.sourceLow(),
                packet.destinationHigh(),
                packet.destinationLow(),
                ports,
                rest)
        & HASH_MASK;
  }
}
