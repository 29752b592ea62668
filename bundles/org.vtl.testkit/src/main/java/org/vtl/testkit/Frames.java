package org.vtl.testkit;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.vtl.packet.Address;
import org.vtl.packet.ArpHeader;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.TcpHeader;

/**
 * Frames as a test wants to read them:
 *
 * <pre>{@code
 * Frames.tcp().from("10.0.0.1:5555").to("10.0.0.2:80").syn().seq(1000).mss(1460).build(packet);
 * Frames.udp().from("[2001:db8::1]:53").to("[2001:db8::2]:40000").payload("hello").build(packet);
 * }</pre>
 *
 * <p>What is not said has a default: 10.0.0.1:5555 to 10.0.0.2:80, MAC addresses 02:..:01 and
 * 02:..:02, 64 hops, window 65535, sequence numbers 0. Built packets are parsed, their checksums
 * right and {@link ChecksumState#UNVERIFIED}, as frames are that arrive. An object may build many
 * times; it is for one thread, and for tests: it allocates.
 */
public final class Frames {
  private enum Kind {
    TCP,
    UDP,
    ICMP,
    ARP
  }

  private final Kind kind;
  private long fromMac = 0x0200_0000_0001L;
  private long toMac = 0x0200_0000_0002L;
  private int vlan = -1;
  private Address from = Address.parse("10.0.0.1");
  private Address to = Address.parse("10.0.0.2");
  private int fromPort = 5555;
  private int toPort = 80;
  private int hops = 64;
  private int identification;
  private boolean dontFragment;
  private int trafficClass;
  private int fragment = -1;
  private boolean more;
  private int sequence;
  private int acknowledgment;
  private int flags;
  private int window = 65_535;
  private String options = "";
  private int type;
  private int code;
  private int rest;
  private byte[] payload = {};
  private int segmentSize;
  private boolean partial;

  private Frames(Kind kind) {
    this.kind = kind;
  }

  /** A TCP segment. */
  public static Frames tcp() {
    return new Frames(Kind.TCP);
  }

  /** A UDP datagram. */
  public static Frames udp() {
    return new Frames(Kind.UDP);
  }

  /** An ICMP message; over IPv6 an ICMPv6 message. */
  public static Frames icmp(int type, int code) {
    Frames frames = new Frames(Kind.ICMP);
    frames.type = type;
    frames.code = code;
    return frames;
  }

  /** An echo request over IPv4. */
  public static Frames echo(int identifier, int sequenceNumber) {
    return icmp(IcmpHeader.ECHO_REQUEST, 0).rest(identifier << 16 | sequenceNumber & 0xffff);
  }

  /** An ARP request from {@link #from} for {@link #to}. */
  public static Frames arpRequest() {
    return new Frames(Kind.ARP);
  }

  /** The sender: {@code 10.0.0.1:5555}, {@code [2001:db8::1]:5555}, or without a port. */
  public Frames from(String endpoint) {
    from = address(endpoint);
    fromPort = port(endpoint, fromPort);
    return this;
  }

  /** The receiver. */
  public Frames to(String endpoint) {
    to = address(endpoint);
    toPort = port(endpoint, toPort);
    return this;
  }

  /** The MAC addresses, sender's first. */
  public Frames macs(String from, String to) {
    fromMac = Address.parseMac(from);
    toMac = Address.parseMac(to);
    return this;
  }

  /** A VLAN tag with this identifier. */
  public Frames vlan(int identifier) {
    vlan = identifier;
    return this;
  }

  /** Time to live, or hop limit. */
  public Frames ttl(int hops) {
    this.hops = hops;
    return this;
  }

  /** The IPv4 identification. */
  public Frames id(int identification) {
    this.identification = identification;
    return this;
  }

  /** IPv4: do not fragment. */
  public Frames dontFragment() {
    dontFragment = true;
    return this;
  }

  /** DSCP and ECN, 8 bits. */
  public Frames trafficClass(int value) {
    trafficClass = value;
    return this;
  }

  /** A fragment at {@code offset} bytes; one after the first has the payload alone. */
  public Frames fragment(int offset, boolean more) {
    fragment = offset;
    this.more = more;
    return this;
  }

  public Frames seq(long number) {
    sequence = (int) number;
    return this;
  }

  /** Sets the ACK flag too. */
  public Frames ack(long number) {
    acknowledgment = (int) number;
    return flags(flags | TcpHeader.ACK);
  }

  public Frames syn() {
    return flags(flags | TcpHeader.SYN);
  }

  public Frames fin() {
    return flags(flags | TcpHeader.FIN);
  }

  public Frames rst() {
    return flags(flags | TcpHeader.RST);
  }

  public Frames push() {
    return flags(flags | TcpHeader.PSH);
  }

  /** All TCP flags, as in {@link TcpHeader}. */
  public Frames flags(int flags) {
    this.flags = flags;
    return this;
  }

  public Frames window(int window) {
    this.window = window;
    return this;
  }

  public Frames mss(int bytes) {
    return options("mss " + bytes);
  }

  public Frames windowScale(int shift) {
    return options("nop,wscale " + shift);
  }

  public Frames sackPermitted() {
    return options("sackOK");
  }

  public Frames timestamps(long value, long echo) {
    return options("nop,nop,TS val " + value + " ecr " + echo);
  }

  /** A SACK block; absolute numbers. */
  public Frames sack(long left, long right) {
    return options("nop,nop,sack " + left + ":" + right);
  }

  /** More TCP options, as {@link ScriptPacket} writes them between angle brackets. */
  public Frames options(String list) {
    options = options.isEmpty() ? list : options + "," + list;
    return this;
  }

  /** The second word of an ICMP header. */
  public Frames rest(int word) {
    rest = word;
    return this;
  }

  public Frames payload(String text) {
    return payload(text.getBytes(StandardCharsets.UTF_8));
  }

  /** So many bytes of payload, which count upward. */
  public Frames payload(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) i;
    }
    return payload(bytes);
  }

  public Frames payload(byte[] bytes) {
    payload = bytes.clone();
    return this;
  }

  /** Leaves segmentation into so many bytes each, and the checksum, to the last port. */
  public Frames segmentSize(int bytes) {
    segmentSize = bytes;
    return partialChecksum();
  }

  /** Leaves the checksum partial, as a guest with checksum offload does. */
  public Frames partialChecksum() {
    partial = true;
    return this;
  }

  /** Writes the frame into {@code packet} and returns it. */
  public Packet build(Packet packet) {
    PacketBuilder builder = new PacketBuilder().into(packet).ethernet(toMac, fromMac);
    if (vlan >= 0) {
      builder.vlan(vlan);
    }
    if (kind == Kind.ARP) {
      return builder.arp(ArpHeader.REQUEST, fromMac, from.ipv4(), 0, to.ipv4()).finish();
    }
    if (from.isIpv4()) {
      builder.ipv4(from.ipv4(), to.ipv4(), hops, identification, dontFragment);
    } else {
      builder.ipv6(from.high(), from.low(), to.high(), to.low(), hops);
    }
    builder.trafficClass(trafficClass);
    if (fragment >= 0) {
      builder.fragment(fragment, more, identification);
    }
    transport(builder);
    builder.payload(MemorySegment.ofArray(payload), 0, payload.length).finish();
    packet.setSegmentSize(segmentSize);
    packet.seal(partial);
    if (!partial) {
      packet.setChecksumState(ChecksumState.UNVERIFIED);
    }
    return packet;
  }

  private void transport(PacketBuilder builder) {
    if (fragment > 0) {
      builder.protocol(kind == Kind.TCP ? 6 : kind == Kind.UDP ? 17 : from.isIpv4() ? 1 : 58);
      return;
    }
    switch (kind) {
      case UDP -> builder.udp(fromPort, toPort);
      case ICMP -> builder.icmp(type, code, rest);
      default -> {
        builder.tcp(fromPort, toPort, sequence, acknowledgment, flags, window);
        if (!options.isEmpty()) {
          byte[] bytes = ScriptOptions.encode(options, 0);
          builder.tcpOptions(MemorySegment.ofArray(bytes), 0, bytes.length);
        }
      }
    }
  }

  private static Address address(String endpoint) {
    if (endpoint.startsWith("[")) {
      return Address.parse(endpoint.substring(1, endpoint.indexOf(']')));
    }
    int colon = endpoint.indexOf(':');
    boolean port = colon >= 0 && colon == endpoint.lastIndexOf(':');
    return Address.parse(port ? endpoint.substring(0, colon) : endpoint);
  }

  private static int port(String endpoint, int otherwise) {
    int colon = endpoint.lastIndexOf(':');
    boolean six = endpoint.indexOf(':') != colon && !endpoint.startsWith("[");
    return colon < 0 || six || endpoint.endsWith("]")
        ? otherwise
        : Integer.parseInt(endpoint.substring(colon + 1));
  }
}
