package org.vtl.packet;

import java.lang.foreign.MemorySegment;

/**
 * Writes a packet header by header, from the outside in, and finishes it: lengths, IPv4 header
 * checksum, parsed, its transport checksum {@link ChecksumState#ABSENT} so that sealing makes it.
 *
 * <pre>{@code
 * builder.into(packet).ethernet(destination, source)
 *     .ipv4(from, to, 64).tcp(80, 40000, seq, ack, TcpHeader.ACK, window).timestamps(now, echo)
 *     .payload(bytes, 0, count).finish();
 * }</pre>
 *
 * <p>Made once and used again; allocates nothing afterwards. Used by one thread. Numbers are cut to
 * their field's width. A call out of order (TCP without IP before it, an option behind the payload)
 * throws {@link IllegalStateException}; a packet that outgrows its slot {@link
 * IndexOutOfBoundsException}.
 */
public final class PacketBuilder {
  private static final int NONE = -1;

  /** Bytes of options that a header has room for, of IPv4 as of TCP. */
  private static final int MAX_OPTIONS = 40;

  private final HeaderWriter out = new HeaderWriter();

  private Packet packet;
  private MemorySegment memory;
  private int typeAt;
  private int network;
  private boolean version6;
  private int nextHeaderAt;
  private int protocol;
  private int transport;
  private int sackAt;
  private Part part = Part.DONE;

  /** What is being written; what may follow depends on it. */
  private enum Part {
    START,
    LINK,
    NETWORK,
    TRANSPORT,
    PAYLOAD,
    DONE
  }

  /** Begins a packet. What {@code packet} held is lost; its direction and arrival stay. */
  public PacketBuilder into(Packet packet) {
    this.packet = packet;
    memory = packet.memory();
    out.begin(memory, Packet.HEADROOM);
    network = NONE;
    protocol = Protocol.NONE;
    transport = NONE;
    sackAt = NONE;
    part = Part.START;
    return this;
  }

  /** The Ethernet header; its type follows from what comes next. */
  public PacketBuilder ethernet(long destination, long source) {
    require(Part.START, "An Ethernet header");
    part = Part.LINK;
    out.u48(destination);
    out.u48(source);
    openType();
    return this;
  }

  /** An IEEE 802.1Q tag: priority, drop eligibility and identifier in 16 bits. Outermost first. */
  public PacketBuilder vlan(int tagControl) {
    require(Part.LINK, "A VLAN tag");
    etherType(Protocol.ETHER_VLAN);
    out.u16(tagControl);
    openType();
    return this;
  }

  /** The VLAN tags of {@code other}, as many as it has, each of its own type. */
  public PacketBuilder tagsOf(Packet other) {
    for (int i = 0; i < other.vlanTags(); i++) {
      require(Part.LINK, "A VLAN tag");
      // An outer tag may be of another type than 802.1Q's (IEEE 802.1ad).
      etherType(Bytes.u16(other.memory(), other.start() + 12L + 4 * i));
      out.u16(other.ethernet().vlanTag(i));
      openType();
    }
    return this;
  }

  /** The type of a frame of another protocol, whose bytes {@link #payload} adds. */
  public PacketBuilder etherType(int type) {
    require(Part.LINK, "An EtherType");
    Bytes.setU16(memory, typeAt, type);
    return this;
  }

  /** An ARP packet for IPv4 over Ethernet. */
  public PacketBuilder arp(
      int operation, long senderMac, int senderAddress, long targetMac, int targetAddress) {
    etherType(Protocol.ETHER_ARP);
    out.arp(operation, senderMac, senderAddress, targetMac, targetAddress);
    part = Part.PAYLOAD;
    return this;
  }

  // ---- IP --------------------------------------------------------------------------------------

  /** An IPv4 header without options, identification 0, fragments allowed. */
  public PacketBuilder ipv4(int source, int destination, int timeToLive) {
    etherType(Protocol.ETHER_IPV4);
    beginNetwork(false, 9);
    out.ipv4(source, destination, timeToLive);
    return this;
  }

  /** An IPv4 header with its identification and DF flag. */
  public PacketBuilder ipv4(
      int source, int destination, int timeToLive, int identification, boolean dontFragment) {
    ipv4(source, destination, timeToLive);
    Bytes.setU16(memory, network + 4L, identification);
    Bytes.setU16(memory, network + 6L, dontFragment ? 0x4000 : 0);
    return this;
  }

  /**
   * Options of the IPv4 header: as given, then padded with zeros to whole words. Up to 40 bytes.
   */
  public PacketBuilder ipv4Options(MemorySegment source, long from, int count) {
    require(Part.NETWORK, "An IPv4 option");
    if (version6) {
      throw new IllegalStateException("An IPv4 option does not fit an IPv6 header.");
    }
    out.copy(source, from, count);
    endWords(network, Ipv4Header.MIN_LENGTH, "IPv4 options");
    Bytes.setU8(memory, network, 0x40 | (out.at() - network) / 4);
    return this;
  }

  /** Makes the datagram a fragment; for IPv6 this adds the fragment header. Offset in bytes. */
  public PacketBuilder fragment(int offset, boolean more, int identification) {
    require(Part.NETWORK, "A fragment's offset");
    if (version6) {
      chain(Protocol.FRAGMENT);
      out.fragment(offset, more, identification);
    } else {
      Bytes.setU16(memory, network + 4L, identification);
      Bytes.setU16(memory, network + 6L, offset >>> 3 & 0x1fff | (more ? 0x2000 : 0));
    }
    return this;
  }

  /** DSCP and ECN in 8 bits: the IPv4 type of service, the IPv6 traffic class. */
  public PacketBuilder trafficClass(int value) {
    require(Part.NETWORK, "A traffic class");
    if (version6) {
      int first = Bytes.u32(memory, network) & ~(0xff << 20);
      Bytes.setU32(memory, network, first | (value & 0xff) << 20);
    } else {
      Bytes.setU8(memory, network + 1L, value);
    }
    return this;
  }

  /** An IPv6 header with flow label 0. */
  public PacketBuilder ipv6(
      long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, int hopLimit) {
    etherType(Protocol.ETHER_IPV6);
    beginNetwork(true, 6);
    out.ipv6(sourceHigh, sourceLow, destinationHigh, destinationLow, hopLimit);
    return this;
  }

  /** The flow label, 20 bits. */
  public PacketBuilder flowLabel(int label) {
    require(Part.NETWORK, "A flow label");
    int first = Bytes.u32(memory, network) & ~0xfffff;
    Bytes.setU32(memory, network, first | label & 0xfffff);
    return this;
  }

  /**
   * An IPv6 extension header of {@code type}: its whole {@code count} bytes as given, a multiple of
   * 8, but for the next-header byte, which is set here.
   */
  public PacketBuilder extension(int type, MemorySegment source, long from, int count) {
    require(Part.NETWORK, "An extension header");
    if (!version6 || count < 8 || count % 8 != 0) {
      throw new IllegalStateException(
          "An extension header needs an IPv6 header before it and a multiple of 8 bytes, not "
              + count
              + ".");
    }
    chain(type);
    out.copy(source, from, count);
    return this;
  }

  /** The IP protocol of a payload that none of the methods below writes. */
  public PacketBuilder protocol(int number) {
    require(Part.NETWORK, "An IP protocol");
    beginTransport(number);
    protocol = Protocol.NONE; // its header, if any, is payload here
    part = Part.PAYLOAD;
    return this;
  }

  // ---- TCP -------------------------------------------------------------------------------------

  /** A TCP header; {@code flags} as in {@link TcpHeader}, the window unscaled. */
  public PacketBuilder tcp(
      int sourcePort,
      int destinationPort,
      int sequence,
      int acknowledgment,
      int flags,
      int window) {
    beginTransport(Protocol.TCP);
    out.tcp(sourcePort, destinationPort, sequence, acknowledgment, flags, window);
    return this;
  }

  /** The urgent pointer of the TCP header. */
  public PacketBuilder urgentPointer(int pointer) {
    beginOption(0, 0);
    Bytes.setU16(memory, transport + 18L, pointer);
    return this;
  }

  /** A maximum segment size option. */
  public PacketBuilder maximumSegmentSize(int bytes) {
    beginOption(TcpOption.MAXIMUM_SEGMENT_SIZE, 4);
    out.u16(bytes);
    return this;
  }

  /** A window scale option. */
  public PacketBuilder windowScale(int shift) {
    beginOption(TcpOption.WINDOW_SCALE, 3);
    out.u8(shift);
    return this;
  }

  /** A SACK-permitted option. */
  public PacketBuilder sackPermitted() {
    return beginOption(TcpOption.SACK_PERMITTED, 2);
  }

  /** A timestamps option. */
  public PacketBuilder timestamps(int value, int echo) {
    beginOption(TcpOption.TIMESTAMPS, 10);
    out.u32(value);
    out.u32(echo);
    return this;
  }

  /** A SACK block [{@code left}, {@code right}); consecutive ones share one option. */
  public PacketBuilder sackBlock(int left, int right) {
    if (sackAt == NONE) {
      beginOption(TcpOption.SACK, 2);
      sackAt = out.at() - 2;
    }
    out.u32(left);
    out.u32(right);
    Bytes.setU8(memory, sackAt + 1L, out.at() - sackAt);
    return this;
  }

  /** A no-operation, to align the next option. */
  public PacketBuilder noOperation() {
    beginOption(0, 0);
    out.u8(TcpOption.NO_OPERATION);
    return this;
  }

  /** Bytes of TCP options exactly as given, well formed or not. */
  public PacketBuilder tcpOptions(MemorySegment source, long from, int count) {
    beginOption(0, 0);
    out.copy(source, from, count);
    return this;
  }

  // ---- others ----------------------------------------------------------------------------------

  /** A UDP header. */
  public PacketBuilder udp(int sourcePort, int destinationPort) {
    beginTransport(Protocol.UDP);
    out.udp(sourcePort, destinationPort);
    return this;
  }

  /** An ICMP header over IPv4, an ICMPv6 header over IPv6, with {@code rest} as its second word. */
  public PacketBuilder icmp(int type, int code, int rest) {
    beginTransport(version6 ? Protocol.ICMPV6 : Protocol.ICMP);
    out.icmp(type, code, rest);
    return this;
  }

  /** Payload: {@code count} bytes at {@code from} of {@code source}. May be called repeatedly. */
  public PacketBuilder payload(MemorySegment source, long from, int count) {
    beginPayload();
    out.copy(source, from, count);
    return this;
  }

  /**
   * Payload of {@code count} bytes that the caller writes itself, before or after {@link #finish}:
   * for bytes that are not in one piece.
   *
   * @return their slot offset
   */
  public int room(int count) {
    beginPayload();
    int place = out.at();
    out.skip(count);
    return place;
  }

  /** Writes lengths and the IPv4 header checksum, parses, and returns the packet. */
  public Packet finish() {
    if (isProtocolOpen()) {
      throw new IllegalStateException("A packet cannot end here: its innermost header is missing.");
    }
    endOptions();
    part = Part.DONE;
    int end = out.at();
    if (protocol == Protocol.UDP && transport != NONE) {
      Bytes.setU16(memory, transport + 4L, end - transport);
    }
    if (network != NONE && version6) {
      Bytes.setU16(memory, network + 4L, end - network - Ipv6Header.LENGTH);
    } else if (network != NONE) {
      Bytes.setU16(memory, network + 2L, end - network);
      int length = (Bytes.u8(memory, network) & 0xf) * 4;
      Bytes.setU16(memory, network + 10L, Checksum.finish(Checksum.sum(memory, network, length)));
    }
    packet.frame(Packet.HEADROOM, end - Packet.HEADROOM);
    packet.setChecksumState(ChecksumState.ABSENT);
    Parser.parse(packet);
    return packet;
  }

  // ---- steps -----------------------------------------------------------------------------------

  /** The type of what comes next, to be named by it. */
  private void openType() {
    typeAt = out.at();
    out.u16(0xffff);
  }

  private void beginNetwork(boolean version6, int nextHeaderOffset) {
    part = Part.NETWORK;
    this.version6 = version6;
    network = out.at();
    nextHeaderAt = network + nextHeaderOffset;
  }

  /** Names {@code type} in the previous header and leaves the next name to the header to come. */
  private void chain(int type) {
    Bytes.setU8(memory, nextHeaderAt, type);
    nextHeaderAt = out.at();
  }

  private void beginTransport(int number) {
    require(Part.NETWORK, "A transport header");
    part = Part.TRANSPORT;
    Bytes.setU8(memory, nextHeaderAt, number);
    protocol = number;
    transport = out.at();
  }

  private PacketBuilder beginOption(int kind, int length) {
    if (part != Part.TRANSPORT || protocol != Protocol.TCP) {
      throw new IllegalStateException("A TCP option needs a TCP header right before it.");
    }
    sackAt = NONE;
    if (length > 0) {
      out.u8(kind);
      out.u8(length);
    }
    return this;
  }

  private void endOptions() {
    if (part == Part.TRANSPORT && protocol == Protocol.TCP) {
      endWords(transport, TcpHeader.MIN_LENGTH, "TCP options");
      int flags = Bytes.u16(memory, transport + 12L) & 0xfff;
      Bytes.setU16(memory, transport + 12L, (out.at() - transport) / 4 << 12 | flags);
    }
  }

  /** Pads the options that follow {@code fixed} bytes of {@code header} to whole words. */
  private void endWords(int header, int fixed, String what) {
    out.padWords(header);
    int length = out.at() - header - fixed;
    if (length > MAX_OPTIONS) {
      throw new IllegalStateException(
          what + " of " + length + " bytes exceed the " + MAX_OPTIONS + " a header holds.");
    }
  }

  private void beginPayload() {
    if (isProtocolOpen()) {
      throw new IllegalStateException("A payload needs a header before it: its protocol is open.");
    }
    endOptions();
    part = Part.PAYLOAD;
  }

  /** Whether what follows the headers so far has no name yet. */
  private boolean isProtocolOpen() {
    return part == Part.START || part == Part.DONE || (part == Part.NETWORK && transport == NONE);
  }

  private void require(Part expected, String what) {
    if (part != expected) {
      throw new IllegalStateException(what + " cannot be written here: call order is outside in.");
    }
  }
}
