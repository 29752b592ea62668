package org.vtl.packet;

import java.lang.foreign.MemorySegment;

/**
 * Cuts an IPv4 packet that may be fragmented into fragments that fit an MTU (RFC 791 section 3.2),
 * as a router does.
 *
 * <pre>{@code
 * if (fragmenter.begin(packet, mtu)) {
 *   while (fragmenter.next(frame)) { send(frame); frame = pool.acquire(); }
 * }
 * }</pre>
 *
 * <p>Each fragment has the packet's identification; the first has all options, the others those
 * with the copied flag. A fragment may be cut again. Used again and again by one thread; allocates
 * nothing. The packet must not change between {@link #begin} and the last {@link #next}.
 */
public final class Fragmenter {
  /** The MTU below which no fragment need fit (RFC 791 section 3.2). */
  public static final int MIN_MTU = 68;

  private static final int COPIED = 0x80;
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int RESERVED = 0x8000;
  private static final int END_OF_OPTIONS = 0;
  private static final int NO_OPERATION = 1;

  private final MemorySegment copied = MemorySegment.ofArray(new byte[40]);
  private Packet packet;
  private int headerLength;
  private int copiedLength;
  private int length;
  private int first;
  private int following;
  private int at;

  public Fragmenter() {}

  /**
   * Begins to cut {@code packet}, completing its checksums.
   *
   * @param mtu longest IP packet, at least {@link #MIN_MTU}
   * @return false when it is not to be cut: not IPv4, not to be fragmented (DF), or short enough
   */
  public boolean begin(Packet packet, int mtu) {
    if (mtu < MIN_MTU) {
      throw new IllegalArgumentException(
          "Fragments need an MTU of at least " + MIN_MTU + " bytes, not " + mtu + ".");
    }
    this.packet = null;
    if (!packet.isIpv4() || packet.ipv4().dontFragment() || packet.ipv4().totalLength() <= mtu) {
      return false;
    }
    packet.seal(false);
    this.packet = packet;
    headerLength = packet.ipv4().headerLength();
    length = packet.ipv4().totalLength() - headerLength;
    copyOptions();
    first = mtu - headerLength & ~7;
    following = mtu - Ipv4Header.MIN_LENGTH - copiedLength & ~7;
    at = 0;
    return true;
  }

  /** How many fragments the packet of the last {@link #begin} makes, the ones already made too. */
  public int fragments() {
    return packet == null ? 0 : 1 + (Math.max(0, length - first) + following - 1) / following;
  }

  /**
   * Writes the next fragment into {@code into}, parsed, with the packet's direction and arrival.
   *
   * @return false when all have been made; {@code into} is untouched then
   */
  public boolean next(Packet into) {
    if (packet == null) {
      return false;
    }
    int left = length - at;
    int count = Math.min(left, at == 0 ? first : following);
    boolean last = count == left;
    MemorySegment from = packet.memory();
    MemorySegment to = into.memory();
    int start = packet.start();
    int network = packet.network;
    int header = at == 0 ? headerLength : Ipv4Header.MIN_LENGTH + copiedLength;
    int whole = network - start + (at == 0 ? headerLength : Ipv4Header.MIN_LENGTH);
    MemorySegment.copy(from, start, to, start, whole);
    if (at > 0) {
      MemorySegment.copy(copied, 0, to, (long) network + Ipv4Header.MIN_LENGTH, copiedLength);
    }
    MemorySegment.copy(
        from, (long) network + headerLength + at, to, (long) network + header, count);
    Bytes.setU8(to, network, 0x40 | header / 4);
    Bytes.setU16(to, network + 2L, header + count);
    int more = last && !packet.moreFragments ? 0 : MORE_FRAGMENTS;
    int reserved = Bytes.u16(from, network + 6L) & RESERVED;
    Bytes.setU16(to, network + 6L, reserved | more | (packet.fragmentOffset + at) / 8);
    Bytes.setU16(to, network + 10L, 0);
    Bytes.setU16(to, network + 10L, Checksum.finish(Checksum.sum(to, network, header)));
    into.frame(start, network - start + header + count);
    into.setDirection(packet.direction());
    into.setArrivalNanos(packet.arrivalNanos());
    Parser.parse(into);
    at += count;
    if (last) {
      packet = null;
    }
    return true;
  }

  /** Collects the options that each fragment repeats (RFC 791 section 3.1). */
  private void copyOptions() {
    MemorySegment memory = packet.memory();
    int option = packet.network + Ipv4Header.MIN_LENGTH;
    int end = packet.network + headerLength;
    copiedLength = 0;
    while (option < end) {
      int kind = Bytes.u8(memory, option);
      if (kind == END_OF_OPTIONS) {
        break;
      }
      int size = kind == NO_OPERATION ? 1 : option + 1 < end ? Bytes.u8(memory, option + 1L) : 0;
      if (size < 1 || kind != NO_OPERATION && size < 2 || option + size > end) {
        break; // what follows is no option
      }
      if ((kind & COPIED) != 0) {
        MemorySegment.copy(memory, option, copied, copiedLength, size);
        copiedLength += size;
      }
      option += size;
    }
    while (copiedLength % 4 != 0) {
      Bytes.setU8(copied, copiedLength++, END_OF_OPTIONS);
    }
  }
}
