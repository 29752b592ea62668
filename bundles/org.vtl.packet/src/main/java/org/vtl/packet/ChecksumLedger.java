package org.vtl.packet;

import java.lang.foreign.MemorySegment;

/**
 * What the changes made to one packet owe its checksums, and how that debt is paid.
 *
 * <p>Each change is entered as an RFC 1624 delta, apart for the IPv4 header, the pseudo-header and
 * the transport segment, because a partial checksum holds the pseudo-header alone. {@link #seal}
 * pays all at once.
 */
final class ChecksumLedger {
  private final Packet packet;
  private final MemorySegment memory;

  private ChecksumState state = ChecksumState.UNVERIFIED;
  private int start;
  private int offset;

  private long headerDelta;
  private long pseudoDelta;
  private long transportDelta;

  ChecksumLedger(Packet packet) {
    this.packet = packet;
    this.memory = packet.memory();
  }

  void reset() {
    state = ChecksumState.UNVERIFIED;
    start = 0;
    offset = 0;
    headerDelta = 0;
    pseudoDelta = 0;
    transportDelta = 0;
  }

  void copyOf(ChecksumLedger other) {
    state = other.state;
    start = other.start;
    offset = other.offset;
    headerDelta = other.headerDelta;
    pseudoDelta = other.pseudoDelta;
    transportDelta = other.transportDelta;
  }

  ChecksumState state() {
    return state;
  }

  void setState(ChecksumState state) {
    this.state = state;
  }

  void setPartial(int start, int offset) {
    state = ChecksumState.PARTIAL;
    this.start = start;
    this.offset = offset;
  }

  /** Where a partial sum begins, as an offset in the frame. */
  int start() {
    return start;
  }

  /** Where a partial sum is stored, in bytes after its start. */
  int offset() {
    return offset;
  }

  // ---- entries ---------------------------------------------------------------------------------

  void headerChanged(long delta) {
    headerDelta += delta;
  }

  void pseudoChanged(long delta) {
    pseudoDelta += delta;
  }

  void transportChanged(long delta) {
    transportDelta += delta;
  }

  /** The frame's start is about to move: debts belong to the headers as they lie now. */
  void startMoves(int bytes) {
    seal(true);
    if (state == ChecksumState.PARTIAL) {
      start += bytes;
      if (start < 0) {
        state = ChecksumState.UNVERIFIED; // the header it was for has been taken off
      }
    }
  }

  /**
   * The payload is about to change: an offload of a header inside it (a tunnel's) is completed, so
   * that it neither moves nor hides from the outer sum what changes.
   */
  void payloadMoves() {
    if (state == ChecksumState.PARTIAL && !isOwn()) {
      sealPartial(false);
    }
  }

  boolean isSealed() {
    return headerDelta == 0 && pseudoDelta == 0 && transportDelta == 0;
  }

  // ---- payment ---------------------------------------------------------------------------------

  void seal(boolean partialAllowed) {
    if (headerDelta != 0 && packet.isIpv4()) {
      long field = packet.network + 10L;
      Bytes.setU16(memory, field, Checksum.update(Bytes.u16(memory, field), headerDelta));
    }
    headerDelta = 0;
    switch (state) {
      case UNVERIFIED, VALID, UNKNOWN -> sealComplete();
      case PARTIAL -> sealPartial(partialAllowed);
      case ABSENT -> sealAbsent(partialAllowed);
    }
    pseudoDelta = 0;
    transportDelta = 0;
  }

  private void sealComplete() {
    long delta = coversPseudoHeader() ? pseudoDelta + transportDelta : transportDelta;
    int field = field();
    if (delta == 0 || field < 0) {
      return;
    }
    int before = Bytes.u16(memory, field);
    boolean udp = packet.ipProtocol == Protocol.UDP;
    if (udp && before == 0) {
      return; // the sender chose to send none (RFC 768)
    }
    int after = Checksum.update(before, delta);
    Bytes.setU16(memory, field, udp && after == 0 ? 0xffff : after);
  }

  private void sealPartial(boolean partialAllowed) {
    if (isOwn()) {
      if (pseudoDelta != 0) {
        // The field holds the pseudo-header's sum, not complemented: add instead of RFC 1624.
        int field = field();
        Bytes.setU16(memory, field, Checksum.fold(Bytes.u16(memory, field) + pseudoDelta));
      }
    } else {
      sealComplete(); // an outer checksum is made as if the inner one were complete
      if (!isInner()) {
        // A sender could have us, or the kernel behind us, overwrite a field (an address, a port)
        // after the services judged it.
        state = ChecksumState.UNVERIFIED;
        return;
      }
    }
    if (!partialAllowed) {
      complete();
    }
  }

  /** Sums a partial checksum as the sender's NIC would have. */
  private void complete() {
    int from = packet.start() + start;
    int sum = Checksum.finish(Checksum.sum(memory, from, packet.end - from));
    boolean udp = offset == 6;
    Bytes.setU16(memory, (long) from + offset, udp && sum == 0 ? 0xffff : sum);
    state = ChecksumState.VALID;
  }

  private void sealAbsent(boolean partialAllowed) {
    int field = field();
    if (field < 0 || packet.isFragment()) {
      state = ChecksumState.UNVERIFIED; // a fragment's sum covers bytes that are elsewhere
      return;
    }
    boolean pseudo = coversPseudoHeader();
    Bytes.setU16(memory, field, pseudo ? Checksum.fold(pseudoHeaderSum()) : 0);
    setPartial(packet.transport - packet.start(), field - packet.transport);
    if (!partialAllowed || !pseudo) {
      complete();
    }
  }

  /** Whether the partial sum is the one of the transport header the parser found. */
  private boolean isOwn() {
    int field = field();
    int from = packet.start() + start;
    return field >= 0 && !packet.isFragment() && from == packet.transport && from + offset == field;
  }

  /** Whether the partial sum is of a header that lies inside the payload, as in a tunnel. */
  private boolean isInner() {
    int from = packet.start() + start;
    return packet.malformation() == null
        && !packet.isFragment()
        && !packet.isTcp()
        && !packet.isIcmp()
        && !packet.isIcmpv6()
        && start >= 0
        && offset >= 0
        && from >= packet.payload
        && from + offset + 2 <= packet.end;
  }

  /** Slot offset of the transport checksum, or -1 where the packet has none that we know. */
  private int field() {
    if (!packet.transportPresent) {
      return -1;
    }
    return switch (packet.ipProtocol) {
      case Protocol.TCP -> packet.transport + 16;
      case Protocol.UDP -> packet.transport + 6;
      case Protocol.ICMP, Protocol.ICMPV6 -> packet.transport + 2;
      default -> -1;
    };
  }

  private boolean coversPseudoHeader() {
    return packet.ipProtocol != Protocol.ICMP;
  }

  /**
   * The pseudo-header's sum: addresses, protocol, transport length (RFC 9293 3.1, RFC 8200 8.1).
   */
  long pseudoHeaderSum() {
    long addresses =
        packet.etherType == Protocol.ETHER_IPV6
            ? Checksum.sum(memory, packet.network + 8L, 16)
                + Checksum.sum(memory, packet.finalDestination, 16)
            : Checksum.sum(memory, packet.network + 12L, 8);
    return addresses + packet.ipProtocol + (packet.end - packet.transport);
  }

  boolean isTransportRight() {
    int field = field();
    if (field < 0
        || packet.isFragment()
        || state == ChecksumState.PARTIAL
        || state == ChecksumState.ABSENT
        || (packet.ipProtocol == Protocol.UDP
            && packet.isIpv4()
            && Bytes.u16(memory, field) == 0)) {
      return true;
    }
    long sum = Checksum.sum(memory, packet.transport, packet.end - packet.transport);
    return Checksum.fold(sum + (coversPseudoHeader() ? pseudoHeaderSum() : 0)) == 0xffff;
  }
}
