package org.vtl.service.tor.internal.address;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Address;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.service.tor.internal.guest.GuestRig;
import org.vtl.tcp.policy.Prefix;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;
import org.vtl.testkit.PacketAssert;

/** A guest as it comes gets an address, a gateway and a resolver. */
class AddressAnswersTest {
  private static final String ALL = "ff:ff:ff:ff:ff:ff";
  private static final int GATEWAY = Address.parseIpv4("10.64.0.1");

  private final GuestRig rig = new GuestRig();

  @AfterEach
  void close() {
    assertFalse(rig.leaked());
    rig.close();
  }

  // ---- DHCP ------------------------------------------------------------------------------------

  /** A guest's message. */
  private static final class Message {
    private final byte[] head = new byte[DhcpMessage.OPTIONS];
    private final ByteArrayOutputStream options = new ByteArrayOutputStream();
    private final MemorySegment memory = MemorySegment.ofArray(head);
    private final long mac;

    Message(int type, long mac) {
      this.mac = mac;
      Bytes.setU32(memory, 0, 0x0101_0600);
      Bytes.setU32(memory, 4, 0xcafe_1234);
      Bytes.setU48(memory, 28, mac);
      Bytes.setU32(memory, DhcpMessage.COOKIE, DhcpMessage.MAGIC);
      option(DhcpMessage.TYPE, (byte) type);
    }

    Message option(int code, byte... value) {
      options.write(code);
      options.write(value.length);
      options.writeBytes(value);
      return this;
    }

    Message address(int code, int address) {
      return option(
          code,
          (byte) (address >>> 24),
          (byte) (address >>> 16),
          (byte) (address >>> 8),
          (byte) address);
    }

    Message u32(int at, int value) {
      Bytes.setU32(memory, at, value);
      return this;
    }

    byte[] bytes() {
      byte[] all = Arrays.copyOf(head, head.length + options.size() + 1);
      System.arraycopy(options.toByteArray(), 0, all, head.length, options.size());
      all[all.length - 1] = (byte) 255;
      return all;
    }

    Frames frames() {
      return Frames.udp()
          .from("0.0.0.0:68")
          .to("255.255.255.255:67")
          .macs(Address.formatMac(mac), ALL)
          .payload(bytes());
    }
  }

  /** What an answer says. */
  private record Said(int type, int address, TreeMap<Integer, byte[]> options) {
    int number(int code) {
      return Bytes.u32(MemorySegment.ofArray(options.get(code)), 0);
    }
  }

  private static final long VM = Address.parseMac(GuestRig.VM);

  private Said ask(Message message) {
    return said(rig.send(message.frames()).answer());
  }

  private static Said said(Packet answer) {
    if (answer == null) {
      return null;
    }
    PacketAssert.that(answer)
        .wellFormed()
        .ipv4()
        .source("10.64.0.1")
        .sourcePort(67)
        .destinationPort(68)
        .sourceMac(Address.formatMac(GuestRig.MAC))
        .checksumsRight();
    byte[] bytes = new byte[answer.payloadLength()];
    long from = (long) answer.start() + answer.payloadOffset();
    MemorySegment.copy(answer.memory(), ValueLayout.JAVA_BYTE, from, bytes, 0, bytes.length);
    MemorySegment memory = MemorySegment.ofArray(bytes);
    assertTrue(bytes.length >= 300);
    assertEquals(0x0201_0600, Bytes.u32(memory, 0));
    assertEquals(0xcafe_1234, Bytes.u32(memory, 4));
    assertEquals(DhcpMessage.MAGIC, Bytes.u32(memory, DhcpMessage.COOKIE));
    TreeMap<Integer, byte[]> options = new TreeMap<>();
    int at = DhcpMessage.OPTIONS;
    while ((bytes[at] & 0xff) != 255) {
      int length = bytes[at + 1] & 0xff;
      options.put(bytes[at] & 0xff, Arrays.copyOfRange(bytes, at + 2, at + 2 + length));
      at += 2 + length;
    }
    return new Said(options.get(53)[0], Bytes.u32(memory, 16), options);
  }

  private int leased(long mac) {
    Said offer = ask(new Message(DhcpMessage.DISCOVER, mac));
    assertEquals(DhcpMessage.OFFER, offer.type());
    Said lease =
        ask(
            new Message(DhcpMessage.REQUEST, mac)
                .address(DhcpMessage.SERVER, GATEWAY)
                .address(DhcpMessage.REQUESTED_ADDRESS, offer.address()));
    assertEquals(DhcpMessage.ACKNOWLEDGE, lease.type());
    assertEquals(offer.address(), lease.address());
    return lease.address();
  }

  @Test
  void aGuestAsItComesGetsALease() {
    Packet answer = rig.send(new Message(DhcpMessage.DISCOVER, VM).frames().vlan(5)).answer();
    PacketAssert.that(answer).vlan(5).destination("10.64.0.2").destinationMac(GuestRig.VM);
    assertEquals("10.64.0.3", Address.formatIpv4(leased(VM + 7)));
    Said offer = ask(new Message(DhcpMessage.DISCOVER, VM));
    assertEquals(GATEWAY, offer.number(DhcpMessage.SERVER));
    assertEquals(GATEWAY, offer.number(DhcpMessage.ROUTER));
    assertEquals(GATEWAY, offer.number(DhcpMessage.RESOLVER));
    assertEquals(0xffff_ff00, offer.number(DhcpMessage.SUBNET_MASK));
    assertEquals(3_600, offer.number(DhcpMessage.LEASE_SECONDS));
    assertEquals(Set.of(1, 3, 6, 51, 53, 54), offer.options().keySet());
  }

  @Test
  void aGuestKeepsItsAddressAndOthersGetOthers() {
    Set<Integer> given = new HashSet<>();
    for (long mac = VM; mac < VM + 64; mac++) {
      assertTrue(given.add(leased(mac)));
    }
    assertEquals(leased(VM + 3), leased(VM + 3));
    assertNull(ask(new Message(DhcpMessage.DISCOVER, VM + 99)), "all are in use");
    assertEquals(1, rig.count("leases-full"));
    rig.clock.advance(3_601_000_000_000L);
    assertTrue(given.contains(leased(VM + 99)), "one that has run out");
  }

  @Test
  void anAddressThatIsGivenBackIsTheGuestsUntilSomebodyNeedsIt() {
    int address = leased(VM);
    ask(new Message(DhcpMessage.RELEASE, VM).u32(12, address));
    assertEquals(address, leased(VM));
    ask(new Message(DhcpMessage.RELEASE, VM));
    for (long mac = VM + 1; mac <= VM + 64; mac++) {
      leased(mac);
    }
    assertNull(ask(new Message(DhcpMessage.DISCOVER, VM)));
  }

  @Test
  void anAddressThatIsFoundTakenIsNotGivenForAWhile() {
    int address = leased(VM);
    assertNull(ask(new Message(DhcpMessage.DECLINE, VM)));
    assertTrue(leased(VM) != address);
    assertEquals(
        DhcpMessage.NOT_ACKNOWLEDGE,
        ask(new Message(DhcpMessage.REQUEST, VM).address(DhcpMessage.REQUESTED_ADDRESS, address))
            .type());
  }

  @Test
  void whoComesBackIsKnownAndWhoComesFromElsewhereIsToldSo() {
    Message back =
        new Message(DhcpMessage.REQUEST, VM)
            .address(DhcpMessage.REQUESTED_ADDRESS, Address.parseIpv4("10.64.0.9"));
    assertEquals(DhcpMessage.ACKNOWLEDGE, ask(back).type(), "nobody else has it");
    Message renewing = new Message(DhcpMessage.REQUEST, VM).u32(12, Address.parseIpv4("10.64.0.9"));
    Packet renewed = rig.send(renewing.frames().from("10.64.0.9:68").to("10.64.0.1:67")).answer();
    PacketAssert.that(renewed).destination("10.64.0.9").destinationMac(GuestRig.VM);
    assertEquals(DhcpMessage.ACKNOWLEDGE, said(renewed).type());
    for (String other : new String[] {"192.168.1.5", "10.64.0.1", "10.64.0.255", "10.64.0.200"}) {
      Message elsewhere =
          new Message(DhcpMessage.REQUEST, VM + 1)
              .address(DhcpMessage.REQUESTED_ADDRESS, Address.parseIpv4(other));
      Packet refused = rig.send(elsewhere.frames()).answer();
      PacketAssert.that(refused).destination("255.255.255.255").destinationMac(ALL);
      Said said = said(refused);
      assertEquals(DhcpMessage.NOT_ACKNOWLEDGE, said.type());
      assertEquals(0, said.address());
    }
    Message theirs =
        new Message(DhcpMessage.REQUEST, VM + 1)
            .address(DhcpMessage.REQUESTED_ADDRESS, Address.parseIpv4("10.64.0.9"));
    assertEquals(DhcpMessage.NOT_ACKNOWLEDGE, ask(theirs).type());
  }

  @Test
  void anotherServersGuestHearsNothing() {
    assertNull(
        ask(
            new Message(DhcpMessage.REQUEST, VM)
                .address(DhcpMessage.SERVER, Address.parseIpv4("192.168.1.1"))
                .address(DhcpMessage.REQUESTED_ADDRESS, Address.parseIpv4("192.168.1.5"))));
  }

  @Test
  void aGuestWithAFixedAddressIsToldTheRest() {
    Message inform = new Message(DhcpMessage.INFORM, VM).u32(12, Address.parseIpv4("10.64.0.77"));
    Said said = said(rig.send(inform.frames().from("10.64.0.77:68")).answer());
    assertEquals(DhcpMessage.ACKNOWLEDGE, said.type());
    assertEquals(0, said.address());
    assertFalse(said.options().containsKey(DhcpMessage.LEASE_SECONDS));
    assertEquals(GATEWAY, said.number(DhcpMessage.RESOLVER));
  }

  @Test
  void whoAsksForABroadcastGetsOneAndItsIdentifierBack() {
    byte[] identifier = new byte[255];
    new SplittableRandom(4).nextBytes(identifier);
    Message message =
        new Message(DhcpMessage.DISCOVER, VM).u32(8, 0x8000).option(DhcpMessage.CLIENT, identifier);
    Packet answer = rig.send(message.frames()).answer();
    PacketAssert.that(answer).destination("255.255.255.255").destinationMac(ALL);
    assertArrayEquals(identifier, said(answer).options().get(DhcpMessage.CLIENT));
  }

  @Test
  void optionsMayOverflowIntoTheHeader() {
    Message message = new Message(DhcpMessage.REQUEST, VM).option(DhcpMessage.OVERLOAD, (byte) 3);
    message.head[DhcpMessage.FILE] = DhcpMessage.REQUESTED_ADDRESS;
    message.head[DhcpMessage.FILE + 1] = 4;
    message.u32(DhcpMessage.FILE + 2, Address.parseIpv4("10.64.0.33"));
    message.head[DhcpMessage.FILE + 6] = (byte) DhcpMessage.END;
    message.head[DhcpMessage.SERVER_NAME] = (byte) DhcpMessage.END;
    assertEquals("10.64.0.33", Address.formatIpv4(ask(message).address()));
    message.head[DhcpMessage.SERVER_NAME] = 12;
    message.head[DhcpMessage.SERVER_NAME + 1] = (byte) 200;
    assertNull(ask(message), "an option that leaves its field");
  }

  @Test
  void whatIsNoGuestsRequestIsIgnored() {
    assertNull(ask(new Message(DhcpMessage.OFFER, VM)));
    assertNull(ask(new Message(0, VM)));
    assertNull(ask(new Message(DhcpMessage.DISCOVER, VM).u32(0, 0x0201_0600)));
    assertNull(ask(new Message(DhcpMessage.DISCOVER, VM).u32(0, 0x0106_0600)));
    assertNull(ask(new Message(DhcpMessage.DISCOVER, VM).u32(24, 1)), "from a relay");
    assertNull(ask(new Message(DhcpMessage.DISCOVER, VM).u32(DhcpMessage.COOKIE, 1)));
    assertNull(ask(new Message(DhcpMessage.DISCOVER, VM).u32(28, 0x0100_0000)), "of a group");
    assertNull(ask(new Message(DhcpMessage.DISCOVER, VM).u32(28, 0).u32(30, 0)), "of nobody");
    assertEquals(8, rig.count("address-ignored"));
  }

  @Test
  void seededHostileMessages() {
    byte[] good =
        new Message(DhcpMessage.REQUEST, VM)
            .address(DhcpMessage.SERVER, GATEWAY)
            .address(DhcpMessage.REQUESTED_ADDRESS, Address.parseIpv4("10.64.0.9"))
            .option(DhcpMessage.OVERLOAD, (byte) 0)
            .option(DhcpMessage.CLIENT, new byte[7])
            .bytes();
    DhcpMessage message = new DhcpMessage();
    byte[] identifier = new byte[255];
    int read = 0;
    for (int round = 0; round < 300_000; round++) {
      SplittableRandom random = new SplittableRandom(round);
      byte[] bytes = good.clone();
      for (int i = random.nextInt(6); i > 0; i--) {
        boolean option = random.nextInt(3) > 0;
        int at = option ? 240 + random.nextInt(bytes.length - 240) : random.nextInt(bytes.length);
        bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(8));
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
      // Memory that ends where the message does: one byte too far throws.
      MemorySegment exact = MemorySegment.ofArray(Arrays.copyOf(bytes, length));
      if (message.read(exact, 0, length)) {
        read++;
        message.copyClient(identifier, 0);
      }
    }
    assertTrue(read > 10_000, read + " were read");
  }

  @Test
  void seededHostileFrames() {
    for (int round = 0; round < 20_000; round++) {
      SplittableRandom random = new SplittableRandom(round);
      Message message = new Message(1 + random.nextInt(8), VM + random.nextInt(200));
      message.u32(12, random.nextBoolean() ? 0 : GATEWAY + random.nextInt(80));
      if (random.nextBoolean()) {
        message.address(DhcpMessage.REQUESTED_ADDRESS, GATEWAY + random.nextInt(80));
      }
      rig.send(message.frames());
      while (rig.answer() != null) {
        said(rig.out);
      }
      rig.clock.advance(random.nextLong(10_000_000_000L));
    }
    assertTrue(rig.count("address-answered") > 3_000);
  }

  // ---- router ----------------------------------------------------------------------------------

  private Packet solicit(String source, boolean option, int hops) {
    Address from = Address.parse(source);
    PacketBuilder builder = new PacketBuilder();
    builder
        .into(rig.frame)
        .ethernet(0x3333_0000_0002L, VM)
        .ipv6(from.high(), from.low(), 0xff02L << 48, 2, hops)
        .icmp(133, 0, 0);
    if (option) {
      int at = builder.room(8);
      Bytes.setU16(rig.frame.memory(), at, 0x0101);
      Bytes.setU48(rig.frame.memory(), at + 2L, VM);
    }
    builder.finish();
    rig.frame.seal(false);
    return rig.send(rig.frame).answer();
  }

  private static void assertAdvertises(Packet answer, String destination, String mac) {
    assertNotNull(answer);
    PacketAssert.that(answer)
        .wellFormed()
        .ipv6()
        .destination(destination)
        .destinationMac(mac)
        .sourceMac(Address.formatMac(GuestRig.MAC))
        .ttl(255)
        .icmp(134, 0)
        .checksumsRight();
    assertEquals(0xfe80L << 48, answer.ipv6().sourceHigh());
    assertTrue(answer.ndp().isValid());
    assertEquals(64 << 24 | 1_800, answer.icmp().mtu());
    assertEquals(GuestRig.MAC, answer.ndp().linkAddress(1));
    MemorySegment memory = answer.memory();
    long prefix = answer.start() + (long) answer.ndp().option(3);
    assertEquals(0x0304_40c0, Bytes.u32(memory, prefix));
    assertEquals(0xfd76_746c_6775_6573L, Bytes.u64(memory, prefix + 16));
    long resolver = answer.start() + (long) answer.ndp().option(25);
    assertEquals(3, Bytes.u8(memory, resolver + 1));
    assertEquals(1_800, Bytes.u32(memory, resolver + 4));
    assertEquals(0xfd76_746c_6775_6573L, Bytes.u64(memory, resolver + 8));
    assertEquals(1, Bytes.u64(memory, resolver + 16));
  }

  @Test
  void whoLooksForARouterFindsOne() {
    assertAdvertises(solicit("fe80::5", true, 255), "fe80::5", GuestRig.VM);
    assertAdvertises(solicit("::", false, 255), "ff02::1", "33:33:00:00:00:01");
    assertNull(solicit("::", true, 255), "RFC 4861 section 6.1.1");
    assertNull(solicit("fe80::5", true, 64));
    assertNull(solicit("ff02::5", true, 255));
    assertEquals(3, rig.count("address-ignored"));
    rig.service.advertise();
    rig.turn();
    assertAdvertises(rig.answer(), "ff02::1", "33:33:00:00:00:01");
  }

  @Test
  void whatCannotBeAGuestsNetworkIsSaid() {
    Prefix ipv4 = Prefix.parse("10.64.0.0/24");
    Prefix ipv6 = Prefix.parse("fd00::/64");
    new GuestNetwork(ipv4, ipv6, 60);
    assertThrows(IllegalArgumentException.class, () -> new GuestNetwork(ipv6, ipv6, 60));
    assertThrows(
        IllegalArgumentException.class,
        () -> new GuestNetwork(Prefix.parse("10.0.0.0/30"), ipv6, 60));
    assertThrows(
        IllegalArgumentException.class,
        () -> new GuestNetwork(ipv4, Prefix.parse("fd00::/48"), 60));
    assertThrows(IllegalArgumentException.class, () -> new GuestNetwork(ipv4, ipv6, 59));
  }

  @Test
  void allocatesNothing() {
    Packet discover = new Message(DhcpMessage.DISCOVER, VM).frames().build(rig.frame);
    AllocationProbe.assertNone(
        10_000,
        () -> {
          rig.clock.advance(1_000_000);
          rig.vm.deliver(discover);
          rig.turn();
          rig.vm.clear();
        });
  }
}
