package org.vtl.packet;

import java.lang.foreign.MemorySegment;

/**
 * Splits a large packet, as a guest hands it over with segmentation offload, into the frames its
 * NIC would have sent: TCP and UDP over either IP.
 *
 * <pre>{@code
 * if (segmenter.begin(packet, packet.segmentSize())) {
 *   while (segmenter.next(frame)) { send(frame); frame = pool.acquire(); }
 * }
 * }</pre>
 *
 * <p>The segments are those of Linux's GSO: the IPv4 identification counts up, sequence numbers
 * advance, FIN and PSH are on the last only, CWR (RFC 3168 section 6.1.2) and SYN on the first
 * only, options are repeated, a UDP datagram each, all checksums complete. Used again and again by
 * one thread; allocates nothing. The large packet must not change between {@link #begin} and the
 * last {@link #next}.
 */
public final class Segmenter {
  private Packet packet;
  private int maxPayload;
  private int headerLength;
  private int at;
  private int index;
  private boolean summed;

  public Segmenter() {}

  /**
   * Begins to split {@code packet}, sealing it with partial checksums allowed.
   *
   * @param maxPayload most payload bytes of one segment: {@link Packet#segmentSize}, or less for
   *     TCP where an MTU demands it
   * @return false when there is nothing to split: no segment size, a payload that fits one segment,
   *     or not a whole TCP or UDP packet; what is too long for a link then is not for this class
   */
  public boolean begin(Packet packet, int maxPayload) {
    if (maxPayload < 1) {
      throw new IllegalArgumentException(
          "A segment holds at least one byte of payload, not " + maxPayload + ".");
    }
    this.packet = null;
    if (packet.segmentSize() == 0
        || packet.payloadLength() <= maxPayload
        || packet.isFragment()
        || !(packet.isTcp() || packet.isUdp())) {
      return false;
    }
    packet.seal(true);
    this.packet = packet;
    this.maxPayload = maxPayload;
    headerLength = packet.payload - packet.start();
    at = 0;
    index = 0;
    summed =
        packet.isTcp()
            || packet.udp().checksum() != 0
            || packet.checksumState() == ChecksumState.PARTIAL;
    return true;
  }

  /** How many segments the packet of the last {@link #begin} makes, the ones already made too. */
  public int segments() {
    return packet == null ? 0 : (packet.payloadLength() + maxPayload - 1) / maxPayload;
  }

  /**
   * Writes the next segment into {@code into}, parsed and sealed, with the large packet's direction
   * and arrival.
   *
   * @return false when all have been made; {@code into} is untouched then
   */
  public boolean next(Packet into) {
    if (packet == null) {
      return false;
    }
    int left = packet.payloadLength() - at;
    int count = Math.min(left, maxPayload);
    boolean last = count == left;
    MemorySegment from = packet.memory();
    MemorySegment to = into.memory();
    int start = packet.start();
    MemorySegment.copy(from, start, to, start, headerLength);
    MemorySegment.copy(from, (long) packet.payload + at, to, (long) packet.payload, count);
    lengths(to, count);
    if (packet.isTcp()) {
      tcp(to, last);
    }
    into.frame(start, headerLength + count);
    into.setDirection(packet.direction());
    into.setArrivalNanos(packet.arrivalNanos());
    Parser.parse(into);
    if (summed) {
      into.setChecksumState(ChecksumState.ABSENT);
      into.seal(false);
    }
    at += count;
    index++;
    if (last) {
      packet = null;
    }
    return true;
  }

  private void lengths(MemorySegment to, int count) {
    int network = packet.network;
    int length = packet.payload - network + count;
    if (packet.isIpv4()) {
      Bytes.setU16(to, network + 2L, length);
      Bytes.setU16(to, network + 4L, packet.ipv4().identification() + index);
      Bytes.setU16(to, network + 10L, 0);
      long sum = Checksum.sum(to, network, packet.ipv4().headerLength());
      Bytes.setU16(to, network + 10L, Checksum.finish(sum));
    } else {
      Bytes.setU16(to, network + 4L, length - Ipv6Header.LENGTH);
    }
    if (packet.isUdp()) {
      Bytes.setU16(to, packet.transport + 4L, UdpHeader.LENGTH + count);
    }
  }

  private void tcp(MemorySegment to, boolean last) {
    int transport = packet.transport;
    TcpHeader tcp = packet.tcp();
    int cleared = last ? 0 : TcpHeader.FIN | TcpHeader.PSH;
    int sequence = tcp.sequenceNumber() + at;
    if (index > 0) {
      cleared |= TcpHeader.CWR | TcpHeader.SYN;
      sequence += tcp.isSyn() ? 1 : 0;
    }
    Bytes.setU32(to, transport + 4L, sequence);
    Bytes.setU16(to, transport + 12L, Bytes.u16(to, transport + 12L) & ~cleared);
  }
}
