package org.vtl.testkit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.vtl.packet.Address;
import org.vtl.packet.Bytes;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Direction;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.Parser;
import org.vtl.packet.TcpHeader;

/**
 * A packet as a line of a {@link PacketScript} describes it.
 *
 * <ul>
 *   <li>TCP: {@code FLAGS FIRST:END(LENGTH) [ack N] [win N] [urg N] [<OPTIONS>]}; flags are letters
 *       of {@code S F R P . U E W A}, or {@code -}; the window defaults to 65535, unscaled.
 *       Options: {@code mss N}, {@code wscale N}, {@code sackOK}, {@code TS val N ecr N}, {@code
 *       sack L:R L:R}, {@code nop}, {@code eol}, {@code raw HEX}.
 *   <li>{@code udp [LENGTH]}.
 *   <li>{@code icmp echo|reply [id N] [seq N] [LENGTH]}, {@code icmp TYPE/CODE [mtu N] quote}: an
 *       error that quotes the last datagram of the other side. Over IPv6 this is ICMPv6.
 *   <li>{@code arp who-has|is-at}, {@code raw HEX}: a whole frame.
 * </ul>
 *
 * <p>Then, in any order: {@code "payload"}, {@code hex HEX} (payload), {@code ipv6} (between the
 * default IPv6 addresses, where the script's are IPv4), {@code src ADDRESS}, {@code dst ADDRESS},
 * {@code sport N}, {@code dport N}, {@code vlan N}, {@code ttl N}, {@code tos N}, {@code id N},
 * {@code df}, {@code frag OFFSET} and {@code frag OFFSET+} (more follow; from offset 8 on without a
 * transport header, the text is the fragment's), {@code tso N} (a segment size), {@code partial} (a
 * partial checksum), {@code badsum}, {@code pad N}, {@code truncate N} (cut the frame to N bytes).
 */
public final class ScriptPacket {
  private enum Kind {
    TCP,
    UDP,
    ICMP,
    ARP,
    RAW
  }

  private static final HexFormat HEX = HexFormat.of();

  private Kind kind = Kind.TCP;
  private int flags;
  private long first;
  private int length;
  Long acknowledgment;
  Integer window;
  private int urgent;
  String options;
  byte[] payload;
  private byte[] frame = {};
  private String icmp;
  private int mtu;
  private int icmpId;
  private int icmpSequence;
  private boolean quote;
  private boolean reply;
  private boolean ipv6;
  private Address source;
  private Address destination;
  private int sourcePort = -1;
  private int destinationPort = -1;
  int vlan = -1;
  Integer ttl;
  Integer tos;
  private Integer id;
  private boolean dontFragment;
  private int fragment = -1;
  private boolean more;
  int segmentSize;
  private boolean partial;
  private boolean badSum;
  private int pad;
  private int truncate = -1;

  private ScriptPacket() {}

  /** Reads a description up to the line's end. */
  static ScriptPacket parse(ScriptTokens tokens) {
    ScriptPacket packet = new ScriptPacket();
    packet.head(tokens);
    while (!tokens.isEmpty()) {
      packet.item(tokens.take(), tokens);
    }
    if (packet.payload != null) {
      if (packet.length >= 0 && packet.kind == Kind.TCP && packet.length != packet.payload.length) {
        throw new IllegalArgumentException(
            "the range has " + packet.length + " bytes, the text " + packet.payload.length);
      }
      packet.length = packet.payload.length;
    }
    return packet;
  }

  private void head(ScriptTokens tokens) {
    String word = tokens.take();
    switch (word) {
      case "udp" -> kind = Kind.UDP;
      case "icmp" -> {
        kind = Kind.ICMP;
        icmp = tokens.take();
      }
      case "arp" -> {
        kind = Kind.ARP;
        reply = tokens.take().equals("is-at");
      }
      case "raw" -> {
        kind = Kind.RAW;
        frame = HEX.parseHex(tokens.take());
      }
      default -> {
        flags = flags(word);
        range(tokens.take());
      }
    }
  }

  private static int flags(String letters) {
    int flags = 0;
    for (char letter : letters.toCharArray()) {
      flags |=
          switch (letter) {
            case 'F' -> TcpHeader.FIN;
            case 'S' -> TcpHeader.SYN;
            case 'R' -> TcpHeader.RST;
            case 'P' -> TcpHeader.PSH;
            case '.' -> TcpHeader.ACK;
            case 'U' -> TcpHeader.URG;
            case 'E' -> TcpHeader.ECE;
            case 'W' -> TcpHeader.CWR;
            case 'A' -> TcpHeader.AE;
            case '-' -> 0;
            default -> throw new IllegalArgumentException("\"" + letters + "\" are no TCP flags");
          };
    }
    return flags;
  }

  private void range(String word) {
    if (!word.matches("-?\\d+:-?\\d+\\(\\d+\\)")) {
      throw new IllegalArgumentException("\"" + word + "\" is not FIRST:END(LENGTH)");
    }
    int colon = word.indexOf(':');
    int open = word.indexOf('(');
    first = Long.parseLong(word.substring(0, colon));
    length = Integer.parseInt(word.substring(open + 1, word.length() - 1));
    if (Long.parseLong(word.substring(colon + 1, open)) != first + length) {
      throw new IllegalArgumentException("\"" + word + "\" contradicts itself");
    }
  }

  private void item(String word, ScriptTokens tokens) {
    if (word.startsWith("\"")) {
      payload = word.substring(1, word.length() - 1).getBytes(StandardCharsets.UTF_8);
      return;
    }
    if (word.startsWith("<")) {
      options = word.substring(1, word.length() - 1);
      ScriptOptions.encode(options, 0); // so that a mistake shows when the script is read
      return;
    }
    switch (word) {
      case "ack" -> acknowledgment = tokens.number();
      case "win" -> window = (int) tokens.number();
      case "urg" -> urgent = (int) tokens.number();
      case "hex" -> payload = HEX.parseHex(tokens.take());
      case "mtu" -> mtu = (int) tokens.number();
      case "quote" -> quote = true;
      case "ipv6" -> ipv6 = true;
      case "src" -> source = Address.parse(tokens.take());
      case "dst" -> destination = Address.parse(tokens.take());
      case "sport" -> sourcePort = (int) tokens.number();
      case "dport" -> destinationPort = (int) tokens.number();
      case "vlan" -> vlan = (int) tokens.number();
      case "ttl" -> ttl = (int) tokens.number();
      case "tos" -> tos = (int) tokens.number();
      case "seq" -> icmpSequence = (int) tokens.number();
      case "id" -> {
        id = (int) tokens.number();
        icmpId = id;
      }
      case "df" -> dontFragment = true;
      case "frag" -> {
        String offset = tokens.take();
        more = offset.endsWith("+");
        fragment = Integer.parseInt(more ? offset.substring(0, offset.length() - 1) : offset);
      }
      case "tso" -> segmentSize = (int) tokens.number();
      case "partial" -> partial = true;
      case "badsum" -> badSum = true;
      case "pad" -> pad = (int) tokens.number();
      case "truncate" -> truncate = (int) tokens.number();
      default -> {
        if (kind == Kind.TCP || !word.matches("\\d+")) {
          throw new IllegalArgumentException("\"" + word + "\" describes nothing of a packet");
        }
        length = Integer.parseInt(word);
      }
    }
  }

  // ---- building --------------------------------------------------------------------------------

  /** Makes the described packet, sealed. */
  void build(Packet packet, Direction direction, ScriptCase.Run run) {
    packet.setDirection(direction);
    if (kind == Kind.RAW) {
      MemorySegment.copy(
          MemorySegment.ofArray(frame), 0, packet.memory(), Packet.HEADROOM, frame.length);
      packet.frame(Packet.HEADROOM, frame.length);
      Parser.parse(packet);
      return;
    }
    ScriptCase.Run.End from = run.sender(direction);
    ScriptCase.Run.End to = run.sender(direction.reverse());
    PacketBuilder builder = new PacketBuilder().into(packet).ethernet(to.mac, from.mac);
    if (vlan >= 0) {
      builder.vlan(vlan);
    }
    if (kind == Kind.ARP) {
      builder.arp(
          reply ? 2 : 1, from.mac, from.address.ipv4(), reply ? to.mac : 0, to.address.ipv4());
      builder.finish();
      return;
    }
    network(builder, from, to);
    if (fragment > 0) {
      builder.protocol(kind == Kind.TCP ? 6 : kind == Kind.UDP ? 17 : 1);
    } else {
      transport(builder, direction, run);
    }
    byte[] bytes = quote ? quoted(to) : payload != null ? payload : pattern();
    builder.payload(MemorySegment.ofArray(bytes), 0, bytes.length).finish();
    offload(packet);
    remember(packet, from);
    damage(packet);
  }

  private void network(PacketBuilder builder, ScriptCase.Run.End from, ScriptCase.Run.End to) {
    boolean six = ipv6 && from.address.isIpv4();
    Address src = source != null ? source : six ? from.address6 : from.address;
    Address dst = destination != null ? destination : six ? to.address6 : to.address;
    int hops = ttl == null ? 64 : ttl;
    if (src.isIpv4()) {
      builder.ipv4(src.ipv4(), dst.ipv4(), hops, id == null ? 0 : id, dontFragment);
    } else {
      builder.ipv6(src.high(), src.low(), dst.high(), dst.low(), hops);
    }
    builder.trafficClass(tos == null ? 0 : tos);
    if (fragment >= 0) {
      builder.fragment(fragment, more, id == null ? 1 : id);
    }
  }

  private void transport(PacketBuilder builder, Direction direction, ScriptCase.Run run) {
    int sport = sourcePort >= 0 ? sourcePort : run.port(direction);
    int dport = destinationPort >= 0 ? destinationPort : run.port(direction.reverse());
    switch (kind) {
      case UDP -> builder.udp(sport, dport);
      case ICMP -> icmp(builder, run.address(direction).isIpv4() && !ipv6);
      default -> {
        int sequence = run.initialSequence(direction) + (int) first;
        int base = run.initialSequence(direction.reverse());
        int ack = acknowledgment == null ? 0 : base + acknowledgment.intValue();
        builder.tcp(sport, dport, sequence, ack, flags, window == null ? 65535 : window);
        builder.urgentPointer(urgent);
        if (options != null) {
          byte[] bytes = ScriptOptions.encode(options, base);
          builder.tcpOptions(MemorySegment.ofArray(bytes), 0, bytes.length);
        }
      }
    }
  }

  private void icmp(PacketBuilder builder, boolean version4) {
    if (icmp.equals("echo") || icmp.equals("reply")) {
      boolean request = icmp.equals("echo");
      int type4 = request ? IcmpHeader.ECHO_REQUEST : IcmpHeader.ECHO_REPLY;
      int type6 = request ? IcmpHeader.V6_ECHO_REQUEST : IcmpHeader.V6_ECHO_REPLY;
      builder.icmp(version4 ? type4 : type6, 0, icmpId << 16 | icmpSequence & 0xffff);
      return;
    }
    String[] numbers = icmp.split("/");
    builder.icmp(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), mtu);
  }

  /** As much of the other side's last datagram as RFC 1812 section 4.3.2.3 has routers quote. */
  private static byte[] quoted(ScriptCase.Run.End to) {
    byte[] bytes = new byte[Math.min(to.lastDatagram.length, 548)];
    System.arraycopy(to.lastDatagram, 0, bytes, 0, bytes.length);
    return bytes;
  }

  /** Bytes that follow from their place in the stream, so that a retransmission is the same. */
  private byte[] pattern() {
    byte[] bytes = new byte[length];
    long place = first + ((flags & TcpHeader.SYN) >> 1); // a SYN has the number before its payload
    for (int i = 0; i < length; i++) {
      bytes[i] = pattern(place + i);
    }
    return bytes;
  }

  /** The byte at {@code place}, a relative sequence number, of payload that is not spelled out. */
  public static byte pattern(long place) {
    return (byte) (place * 31 + (place >> 8) + 7);
  }

  private void offload(Packet packet) {
    packet.setSegmentSize(segmentSize);
    packet.seal(partial);
    if (!partial && packet.checksumState() == ChecksumState.VALID) {
      packet.setChecksumState(ChecksumState.UNVERIFIED);
    }
  }

  private static void remember(Packet packet, ScriptCase.Run.End from) {
    int at = packet.start() + packet.networkOffset();
    int bytes = packet.datagramEnd() - packet.networkOffset();
    from.lastDatagram = packet.memory().asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE);
  }

  private void damage(Packet packet) {
    if (badSum) {
      int at = packet.start() + packet.transportOffset() + (kind == Kind.UDP ? 6 : 16);
      at = kind == Kind.ICMP ? packet.start() + packet.transportOffset() + 2 : at;
      Bytes.setU16(packet.memory(), at, Bytes.u16(packet.memory(), at) ^ 0x5555);
    }
    if (pad > 0 || truncate >= 0) {
      int end = packet.start() + packet.length();
      packet.memory().asSlice(end, pad).fill((byte) 0);
      int bytes = truncate >= 0 ? Math.min(truncate, packet.length()) : packet.length() + pad;
      packet.frame(packet.start(), bytes);
      packet.setSegmentSize(segmentSize);
      Parser.parse(packet);
    }
  }
}
