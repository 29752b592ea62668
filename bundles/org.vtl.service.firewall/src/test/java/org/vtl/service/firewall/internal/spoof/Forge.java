package org.vtl.service.firewall.internal.spoof;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.vtl.packet.Address;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.packet.Protocol;
import org.vtl.service.firewall.internal.policy.Addresses;
import org.vtl.service.firewall.internal.policy.RangeSet;

/** Makes frames of an honest VM, its neighbours, and of guests that are not honest. */
final class Forge implements AutoCloseable {
  static final long VM = 0x0200_0000_0005L;
  static final long OTHER = 0x0200_0000_0099L;
  static final long MULTICAST = 0x0100_5e00_0001L;
  static final int VM4 = Address.parseIpv4("10.0.0.5");
  static final int OTHER4 = Address.parseIpv4("10.0.0.99");
  static final Address VM6 = Address.parse("2001:db8::5");
  static final Address VM_LOCAL = Address.parse("fe80::5");
  static final Address OTHER6 = Address.parse("2001:db8::99");
  static final Address ROUTER = Address.parse("fe80::1");
  static final Address ALL_NODES = Address.parse("ff02::1");
  static final Address SOLICITED = Address.parse("ff02::1:ff00:5");
  static final Address NONE = Address.parse("::");

  final PacketPool pool = new PacketPool(4);
  final Packet packet = pool.acquire();
  private final PacketBuilder builder = new PacketBuilder();
  private Direction direction = Direction.OUTBOUND;
  private int[] tags = {};
  private long source = VM;
  private long destination = OTHER;
  private Consumer<PacketBuilder> between = each -> {};

  /** VLAN tags of the next frames, outermost first. */
  Forge tags(int... tags) {
    this.tags = tags;
    return this;
  }

  Forge outbound() {
    return way(Direction.OUTBOUND, VM, OTHER);
  }

  Forge inbound() {
    return way(Direction.INBOUND, OTHER, VM);
  }

  private Forge way(Direction direction, long source, long destination) {
    this.direction = direction;
    this.source = source;
    this.destination = destination;
    between = each -> {};
    return this;
  }

  /** The source MAC address of the next frame. */
  Forge mac(long source) {
    this.source = source;
    return this;
  }

  /** What is written between the IP header and what follows it. */
  Forge between(Consumer<PacketBuilder> headers) {
    between = headers;
    return this;
  }

  PacketBuilder frame() {
    packet.setDirection(direction);
    builder.into(packet).ethernet(destination, source);
    for (int tag : tags) {
      builder.vlan(tag);
    }
    return builder;
  }

  PacketBuilder ipv4(int from, int to) {
    frame().ipv4(from, to, 64);
    between.accept(builder);
    return builder;
  }

  PacketBuilder ipv6(Address from, Address to) {
    return ipv6(from, to, 255);
  }

  PacketBuilder ipv6(Address from, Address to, int hops) {
    frame().ipv6(from.high(), from.low(), to.high(), to.low(), hops);
    between.accept(builder);
    return builder;
  }

  Packet arp(int operation, long senderMac, int sender, int target) {
    return frame().arp(operation, senderMac, sender, 0, target).finish();
  }

  /** A frame that is neither IP nor ARP. */
  Packet lldp() {
    return payload(frame().etherType(0x88cc), new byte[46]).finish();
  }

  Packet udp(int from, int fromPort, int to, int toPort, byte... payload) {
    return payload(ipv4(from, to).udp(fromPort, toPort), payload).finish();
  }

  Packet udp6(Address from, int fromPort, Address to, int toPort, byte... payload) {
    return payload(ipv6(from, to).udp(fromPort, toPort), payload).finish();
  }

  Packet icmp(int from, int to, int type) {
    return ipv4(from, to).icmp(type, 0, 0).finish();
  }

  /** A message of Neighbor Discovery whose body after the first 8 bytes is {@code rest}. */
  Packet neighbor(Address from, Address to, int type, byte... rest) {
    return payload(ipv6(from, to).icmp(type, 0, 0), rest).finish();
  }

  static PacketBuilder payload(PacketBuilder builder, byte... bytes) {
    return bytes.length == 0
        ? builder
        : builder.payload(MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  /** The frame again with the bytes of {@code change} made in place, from the IP header on. */
  Packet patch(Consumer<ByteBuffer> change) {
    long at = (long) packet.start() + packet.networkOffset();
    long count = packet.length() - packet.networkOffset();
    change.accept(packet.memory().asSlice(at, count).asByteBuffer());
    Parser.parse(packet);
    return packet;
  }

  // ---- parts -----------------------------------------------------------------------------------

  static byte[] bytes(Object... parts) {
    ByteBuffer all = ByteBuffer.allocate(2_000);
    for (Object part : parts) {
      switch (part) {
        case Address address -> all.putLong(address.high()).putLong(address.low());
        case byte[] some -> all.put(some);
        case Integer number -> all.put(number.byteValue());
        default -> throw new IllegalArgumentException("What is " + part + "?");
      }
    }
    byte[] made = new byte[all.flip().remaining()];
    all.get(made);
    return made;
  }

  /** What a policy tells: MAC addresses, IP addresses and prefixes, as text. */
  static Addresses told(String... texts) {
    List<RangeSet> ipv4 = new ArrayList<>();
    List<RangeSet> ipv6 = new ArrayList<>();
    List<RangeSet> macs = new ArrayList<>();
    for (String text : texts) {
      if (text.matches("..:..:..:..:..:..")) {
        macs.add(RangeSet.of(Address.parseMac(text)));
        continue;
      }
      String[] parts = text.split("/");
      Address address = Address.parse(parts[0]);
      int width = address.isIpv4() ? 32 : 128;
      int host = width - (parts.length == 1 ? width : Integer.parseInt(parts[1]));
      long high = host > 64 ? (1L << host - 64) - 1 : 0;
      long low = host >= 64 ? -1 : (1L << host) - 1;
      (address.isIpv4() ? ipv4 : ipv6)
          .add(
              RangeSet.range(
                  address.high(), address.low(), address.high() | high, address.low() | low));
    }
    return new Addresses(RangeSet.union(ipv4), RangeSet.union(ipv6), RangeSet.union(macs));
  }

  static byte[] mac(int option, long mac) {
    byte[] made = ByteBuffer.allocate(8).putLong(mac).array();
    made[0] = (byte) option;
    made[1] = 1;
    return made;
  }

  /** Prefix information (RFC 4861 section 4.6.2) of a /{@code bits} prefix. */
  static byte[] prefix(String prefix, int bits, int validSeconds) {
    Address address = Address.parse(prefix);
    return ByteBuffer.allocate(32)
        .put((byte) 3)
        .put((byte) 4)
        .put((byte) bits)
        .put((byte) 0xc0)
        .putInt(validSeconds)
        .putInt(validSeconds)
        .putInt(0)
        .putLong(address.high())
        .putLong(address.low())
        .array();
  }

  /** A DHCP message of a server to the VM (RFC 2131). */
  static byte[] dhcp(int messageType, long clientMac, int yourAddress) {
    return ByteBuffer.allocate(300)
        .put(0, new byte[] {2, 1, 6})
        .putInt(16, yourAddress)
        .putShort(28, (short) (clientMac >>> 32))
        .putInt(30, (int) clientMac)
        .putInt(236, 0x63825363)
        .put(240, new byte[] {0, 53, 1, (byte) messageType, (byte) 255})
        .array();
  }

  /** An extension header of {@code units} times 8 bytes, its options padding (PadN). */
  static Consumer<PacketBuilder> extension(int type, int units) {
    byte[] header = new byte[8 * units];
    header[1] = (byte) (units - 1);
    header[2] = 1;
    header[3] = (byte) Math.min(255, header.length - 4);
    return builder -> builder.extension(type, MemorySegment.ofArray(header), 0, header.length);
  }

  static Consumer<PacketBuilder> routing(int type, int segmentsLeft) {
    byte[] header = new byte[24];
    header[1] = 2;
    header[2] = (byte) type;
    header[3] = (byte) segmentsLeft;
    return builder ->
        builder.extension(Protocol.ROUTING, MemorySegment.ofArray(header), 0, header.length);
  }

  static Consumer<PacketBuilder> options(int... bytes) {
    byte[] all = new byte[bytes.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) bytes[i];
    }
    return builder -> builder.ipv4Options(MemorySegment.ofArray(all), 0, all.length);
  }

  @Override
  public void close() {
    pool.close();
  }
}
