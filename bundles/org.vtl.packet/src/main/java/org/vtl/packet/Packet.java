package org.vtl.packet;

import java.lang.foreign.MemorySegment;

/**
 * A frame in a slot, parsed: where its headers lie, what its checksums are worth, and views to read
 * and change them.
 *
 * <p>A packet belongs to one thread at a time: the worker whose pool it came from. All offsets are
 * bytes from the frame's first byte, unless called slot offsets. Header fields are changed through
 * the views, payload through {@link #replacePayload}; checksums never: each change is remembered as
 * an RFC 1624 delta and folded in once, by {@link #seal}. The views of headers that the packet does
 * not have (see {@link #isTcp} and its like) return meaningless values, but never read outside the
 * slot.
 */
public final class Packet {
  /** Bytes free before the frame when it arrives, for encapsulation and a port's own header. */
  public static final int HEADROOM = 256;

  /** The longest frame a slot holds: 65,535 bytes of IP, an Ethernet header and two VLAN tags. */
  public static final int MAX_FRAME = 65_664;

  /** Bytes of one slot. The last 128 are slack, so that reading an odd last word stays inside. */
  public static final int SLOT_SIZE = HEADROOM + MAX_FRAME + 128;

  private static final Malformation[] MALFORMATIONS = Malformation.values();

  private final MemorySegment memory;
  private final EthernetHeader ethernet = new EthernetHeader(this);
  private final ArpHeader arp = new ArpHeader(this);
  private final Ipv4Header ipv4 = new Ipv4Header(this);
  private final Ipv6Header ipv6 = new Ipv6Header(this);
  private final TcpHeader tcp = new TcpHeader(this);
  private final UdpHeader udp = new UdpHeader(this);
  private final IcmpHeader icmp = new IcmpHeader(this);
  private final NdpMessage ndp = new NdpMessage(this);

  // The frame's place in the slot.
  private int start = HEADROOM;
  private int length;

  // What the parser found; slot offsets. Package-private: written by Parser alone.
  int etherType;
  int vlanTags;
  int network;
  int finalDestination;
  int transport;
  int payload;
  int end;
  int ipProtocol;
  int fragmentOffset;
  boolean moreFragments;
  boolean transportPresent;
  int tcpOptionsEnd;
  private int malformation = -1;

  private final ChecksumLedger checksums;
  private int segmentSize;

  /** How the header views, and the payload methods here, write. */
  final PacketEditor editor;

  private Direction direction = Direction.OUTBOUND;
  private long arrivalNanos;
  private int reasonCode;
  private Object attachment;

  /** Whether the packet is in its pool. */
  boolean free;

  /** The pool the packet returns to. */
  final PacketPool pool;

  /** A packet over {@code slot}, which must be {@link #SLOT_SIZE} bytes. */
  Packet(PacketPool pool, MemorySegment slot) {
    if (slot.byteSize() != SLOT_SIZE) {
      throw new IllegalArgumentException(
          "A slot must have " + SLOT_SIZE + " bytes, not " + slot.byteSize() + ".");
    }
    this.pool = pool;
    this.memory = slot;
    this.checksums = new ChecksumLedger(this);
    this.editor = new PacketEditor(this, checksums);
  }

  // ---- the frame -------------------------------------------------------------------------------

  /** The whole slot. The frame is [{@link #start}, {@link #start} + {@link #length}) of it. */
  public MemorySegment memory() {
    return memory;
  }

  /** Slot offset of the frame's first byte. */
  public int start() {
    return start;
  }

  /** Length of the frame in bytes, from the Ethernet destination on, without FCS. */
  public int length() {
    return length;
  }

  /**
   * Makes the packet a newly arrived frame of {@code length} bytes at slot offset {@code start},
   * forgetting all that was known. For ports, after they filled the slot; {@link Parser#parse} is
   * next. The checksum state becomes {@link ChecksumState#UNVERIFIED}, the segment size 0.
   */
  public void frame(int start, int length) {
    if (start < 0 || length < 0 || length > HEADROOM + MAX_FRAME - start) {
      throw new IndexOutOfBoundsException(
          "A frame of " + length + " bytes at " + start + " does not fit its slot.");
    }
    this.start = start;
    this.length = length;
    forgetHeaders();
    checksums.reset();
    segmentSize = 0;
    editor.reset();
    reasonCode = 0;
  }

  /** The datagram, and with it the frame, now ends at slot offset {@code end}. */
  void endAt(int end) {
    this.end = end;
    length = end - start;
    if (segmentSize >= payloadLength()) {
      segmentSize = 0;
    }
  }

  /** Back to a frame of which nothing is known but its length; the parser starts from here. */
  void forgetHeaders() {
    etherType = 0;
    vlanTags = 0;
    network = start;
    finalDestination = start;
    transport = start;
    payload = start;
    end = start + length;
    ipProtocol = Protocol.NONE;
    fragmentOffset = 0;
    moreFragments = false;
    transportPresent = false;
    tcpOptionsEnd = start;
    malformation = -1;
  }

  /**
   * Makes this packet a copy of {@code other}: frame, offloads, direction, arrival; then parses.
   */
  public void copyOf(Packet other) {
    MemorySegment.copy(other.memory, other.start, memory, other.start, other.length);
    frame(other.start, other.length);
    segmentSize = other.segmentSize;
    direction = other.direction;
    arrivalNanos = other.arrivalNanos;
    Parser.parse(this);
    checksums.copyOf(other.checksums);
    editor.copyOf(other.editor);
  }

  /**
   * Lengthens ({@code bytes} above 0) or shortens the frame at its front, to add or take away an
   * outer header. New bytes hold whatever the slot held. Pending changes are folded in first, and a
   * partial checksum keeps its place, so an inner header's offload survives encapsulation. The
   * packet must be parsed anew.
   *
   * @throws IndexOutOfBoundsException if the headroom or the frame is too short; nothing is changed
   */
  public void moveStart(int bytes) {
    int moved = start - bytes;
    if (moved < 0 || length + bytes < 0) {
      throw new IndexOutOfBoundsException(
          "The frame's start cannot move by " + bytes + " bytes: only " + start + " are free.");
    }
    checksums.startMoves(bytes);
    start = moved;
    length += bytes;
    editor.touch();
  }

  // ---- what the parser found -------------------------------------------------------------------

  /** The EtherType behind all VLAN tags; below 1,536 it is an IEEE 802.3 length. */
  public int etherType() {
    return etherType;
  }

  /** Number of VLAN tags, 0 to 2. */
  public int vlanTags() {
    return vlanTags;
  }

  /** The outer VLAN identifier, or -1 without a tag. */
  public int vlanId() {
    return vlanTags == 0 ? -1 : Bytes.u16(memory, start + 14L) & 0xfff;
  }

  /** The VLAN identifiers of both tags as one number that distinguishes them; 0 without a tag. */
  public int vlanKey() {
    return switch (vlanTags) {
      case 0 -> 0;
      case 1 -> 0x1000 | vlanId();
      default -> (0x1000 | vlanId()) << 13 | 0x1000 | (Bytes.u16(memory, start + 18L) & 0xfff);
    };
  }

  /** The IP protocol behind all extension headers, or {@link Protocol#NONE}. */
  public int protocol() {
    return ipProtocol;
  }

  public boolean isIpv4() {
    return etherType == Protocol.ETHER_IPV4 && ipProtocol != Protocol.NONE;
  }

  public boolean isIpv6() {
    return etherType == Protocol.ETHER_IPV6 && ipProtocol != Protocol.NONE;
  }

  public boolean isIp() {
    return ipProtocol != Protocol.NONE;
  }

  public boolean isArp() {
    return etherType == Protocol.ETHER_ARP && malformation < 0;
  }

  /** Whether the TCP header is here (not in a fragment after the first, not malformed). */
  public boolean isTcp() {
    return transportPresent && ipProtocol == Protocol.TCP;
  }

  /** Whether the UDP header is here. */
  public boolean isUdp() {
    return transportPresent && ipProtocol == Protocol.UDP;
  }

  /** Whether an ICMP (over IPv4) header is here. */
  public boolean isIcmp() {
    return transportPresent && ipProtocol == Protocol.ICMP && etherType == Protocol.ETHER_IPV4;
  }

  /** Whether an ICMPv6 header is here. */
  public boolean isIcmpv6() {
    return transportPresent && ipProtocol == Protocol.ICMPV6 && etherType == Protocol.ETHER_IPV6;
  }

  /** Whether the IP datagram is a fragment, the first included. */
  public boolean isFragment() {
    return moreFragments || fragmentOffset != 0;
  }

  /** Whether the packet is a fragment after the first: it has no transport header. */
  public boolean isLaterFragment() {
    return fragmentOffset != 0;
  }

  /** Whether more fragments follow this one. */
  public boolean moreFragments() {
    return moreFragments;
  }

  /** The fragment's offset in its datagram, in bytes. */
  public int fragmentOffset() {
    return fragmentOffset;
  }

  /** Why the frame is malformed, or null when it is well formed or of a protocol unknown here. */
  public Malformation malformation() {
    return malformation < 0 ? null : MALFORMATIONS[malformation];
  }

  void malformed(Malformation why) {
    malformation = why.ordinal();
  }

  /** Offset of the network header (IP, ARP or whatever the EtherType names). */
  public int networkOffset() {
    return network - start;
  }

  /** Offset of the transport header; the end of the IP header in a later fragment. */
  public int transportOffset() {
    return transport - start;
  }

  /** Offset of the transport payload's first byte. */
  public int payloadOffset() {
    return payload - start;
  }

  /** Length of the transport payload in bytes, without the frame's padding. */
  public int payloadLength() {
    return end - payload;
  }

  /** Length of transport header and payload in bytes. */
  public int transportLength() {
    return end - transport;
  }

  /**
   * Offset of the byte after the datagram; what follows it in the frame is padding. A UDP datagram
   * ends where its own length says, so bytes that IP carries behind it count as padding too.
   */
  public int datagramEnd() {
    return end - start;
  }

  // ---- addresses, alike for IPv4 and IPv6 ------------------------------------------------------

  /** High half of the IP source; 0 for IPv4, whose addresses appear as IPv4-mapped. */
  public long sourceHigh() {
    return etherType == Protocol.ETHER_IPV6 ? ipv6.sourceHigh() : 0;
  }

  /** Low half of the IP source; IPv4 as ::ffff:a.b.c.d. */
  public long sourceLow() {
    return etherType == Protocol.ETHER_IPV6 ? ipv6.sourceLow() : mapped(ipv4.source());
  }

  /** High half of the IP destination. */
  public long destinationHigh() {
    return etherType == Protocol.ETHER_IPV6 ? ipv6.destinationHigh() : 0;
  }

  /** Low half of the IP destination. */
  public long destinationLow() {
    return etherType == Protocol.ETHER_IPV6 ? ipv6.destinationLow() : mapped(ipv4.destination());
  }

  /** The low half of the IPv4-mapped IPv6 address of {@code address} (RFC 4291 section 2.5.5.2). */
  public static long mapped(int address) {
    return 0xffff_0000_0000L | (address & 0xffff_ffffL);
  }

  // ---- views -----------------------------------------------------------------------------------

  public EthernetHeader ethernet() {
    return ethernet;
  }

  public ArpHeader arp() {
    return arp;
  }

  public Ipv4Header ipv4() {
    return ipv4;
  }

  public Ipv6Header ipv6() {
    return ipv6;
  }

  public TcpHeader tcp() {
    return tcp;
  }

  public UdpHeader udp() {
    return udp;
  }

  /** The ICMP or ICMPv6 header. */
  public IcmpHeader icmp() {
    return icmp;
  }

  /** The ICMPv6 message read as one of Neighbor Discovery (RFC 4861). */
  public NdpMessage ndp() {
    return ndp;
  }

  // ---- offloads --------------------------------------------------------------------------------

  public ChecksumState checksumState() {
    return checksums.state();
  }

  /** Sets what is known of the transport checksum; not {@link ChecksumState#PARTIAL}. */
  public void setChecksumState(ChecksumState state) {
    checksums.setState(state);
  }

  /**
   * States that the checksum is partial, as virtio-net's header does: sum from {@code start}
   * (offset in the frame) to the end, and store at {@code start + offset}. The place may be any, as
   * a guest gave it: {@link #seal} keeps it only where it is this packet's transport checksum or
   * lies in the payload of a tunnel, and otherwise forwards the frame as it is.
   */
  public void setPartialChecksum(int start, int offset) {
    checksums.setPartial(start, offset);
  }

  /** Where a partial checksum's sum begins, as an offset in the frame. */
  public int checksumStart() {
    return checksums.start();
  }

  /** Where a partial checksum is stored, in bytes after {@link #checksumStart}. */
  public int checksumOffset() {
    return checksums.offset();
  }

  /**
   * Payload bytes of each segment that the last port is to make of this packet (TCP segmentation
   * offload, UDP likewise); 0 for an ordinary packet.
   */
  public int segmentSize() {
    return segmentSize;
  }

  public void setSegmentSize(int bytes) {
    this.segmentSize = bytes;
  }

  // ---- life in the pipeline --------------------------------------------------------------------

  public Direction direction() {
    return direction;
  }

  public void setDirection(Direction direction) {
    this.direction = direction;
  }

  /** When the packet arrived, or was made, in nanoseconds of its worker's clock. */
  public long arrivalNanos() {
    return arrivalNanos;
  }

  public void setArrivalNanos(long nanos) {
    this.arrivalNanos = nanos;
  }

  /** The code of the reason last given for this packet; 0 for none. */
  public int reasonCode() {
    return reasonCode;
  }

  public void setReasonCode(int code) {
    this.reasonCode = code;
  }

  /** What the engine keeps with the slot. Not for services. */
  public Object attachment() {
    return attachment;
  }

  /** Gives the slot the engine's own state. Not for services. */
  public void attach(Object attachment) {
    this.attachment = attachment;
  }

  /** Whether anything was changed since the frame arrived. */
  public boolean isChanged() {
    return editor.isChanged();
  }

  // ---- payload ---------------------------------------------------------------------------------

  /**
   * Replaces {@code removed} payload bytes, from {@code at} bytes into the payload, by the {@code
   * count} bytes at {@code from} of {@code source}; the rest moves, the IP and UDP lengths follow.
   * What lay behind the datagram (padding) is cut off. {@code source} must not be this packet's own
   * memory. A fragment's bytes change, but the checksum of its whole datagram, and the places of
   * the other fragments, are the caller's.
   *
   * @throws IndexOutOfBoundsException if the range is outside the payload or the source, or the
   *     frame would outgrow its slot or 65,535 bytes of IP; nothing is changed then
   */
  public void replacePayload(int at, int removed, MemorySegment source, long from, int count) {
    editor.replacePayload(at, removed, source, from, count);
  }

  /** Whether the payload was replaced, in part at least, since the frame arrived or was settled. */
  public boolean isPayloadEdited() {
    return editor.isEdited();
  }

  /** Bytes by which the payload has grown since then; negative if it has shrunk. */
  public int payloadGrowth() {
    return editor.growth();
  }

  /** Takes the payload as it is for the one that arrived: it is not edited. For the engine. */
  public void settlePayload() {
    editor.settle();
  }

  /** Overwrites payload bytes in place: {@code count} bytes from {@code at} into the payload. */
  public void writePayload(int at, MemorySegment source, long from, int count) {
    replacePayload(at, count, source, from, count);
  }

  /** Cuts the payload to {@code count} bytes. */
  public void truncatePayload(int count) {
    replacePayload(count, payloadLength() - count, MemorySegment.NULL, 0, 0);
  }

  // ---- checksums -------------------------------------------------------------------------------

  /**
   * Brings the checksums up to date with all changes: the IPv4 header's always, the transport's
   * incrementally; one that is {@link ChecksumState#ABSENT} is summed (not in a fragment), or left
   * partial when {@code partialAllowed}. A partial one is completed unless {@code partialAllowed}.
   * Costs nothing for a packet that nobody changed and that needs no sum. A packet to be segmented
   * must be sealed with {@code partialAllowed} or be split first.
   */
  public void seal(boolean partialAllowed) {
    checksums.seal(partialAllowed);
  }

  /** Whether every change is folded into the checksums, so that they are as the port will send. */
  public boolean isSealed() {
    return checksums.isSealed();
  }

  /**
   * Whether the transport checksum is right, as the frame stands. True where there is none to check
   * (no transport header, a fragment, UDP without a checksum, a partial or absent sum).
   */
  public boolean isTransportChecksumRight() {
    return checksums.isTransportRight();
  }
}
