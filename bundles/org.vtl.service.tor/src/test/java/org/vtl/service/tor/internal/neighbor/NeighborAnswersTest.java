package org.vtl.service.tor.internal.neighbor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Address;
import org.vtl.packet.ArpHeader;
import org.vtl.packet.Bytes;
import org.vtl.packet.EthernetHeader;
import org.vtl.packet.NdpMessage;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.service.tor.internal.guest.GuestRig;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.PacketAssert;

/** Every next hop is at VTL, and no address of the guest's own is ever called taken. */
class NeighborAnswersTest {
  private static final long VM = Address.parseMac(GuestRig.VM);
  private static final Address LINK_LOCAL = Address.parse("fe80::1:2");
  private static final Address TARGET = Address.parse("2001:db8::9");

  private final GuestRig rig = new GuestRig();
  private final PacketBuilder builder = new PacketBuilder();

  @AfterEach
  void close() {
    assertFalse(rig.leaked());
    rig.close();
  }

  // ---- ARP -------------------------------------------------------------------------------------

  private Packet arp(int operation, long mac, String sender, String target, int vlan) {
    builder.into(rig.frame).ethernet(EthernetHeader.BROADCAST, VM);
    if (vlan > 0) {
      builder.vlan(vlan);
    }
    return builder
        .arp(operation, mac, Address.parseIpv4(sender), 0, Address.parseIpv4(target))
        .finish();
  }

  private Packet request(String sender, String target) {
    return rig.send(arp(ArpHeader.REQUEST, VM, sender, target, 0)).answer();
  }

  @Test
  void everyAddressIsAtVtl() {
    for (String target : new String[] {"10.0.0.254", "10.0.0.7", "1.1.1.1", "10.192.0.5"}) {
      Packet reply = request("10.0.0.1", target);
      assertNotNull(reply);
      PacketAssert.that(reply)
          .wellFormed()
          .arp()
          .sourceMac(Address.formatMac(GuestRig.MAC))
          .destinationMac(GuestRig.VM);
      assertEquals(ArpHeader.REPLY, reply.arp().operation());
      assertEquals(GuestRig.MAC, reply.arp().senderMac());
      assertEquals(Address.parseIpv4(target), reply.arp().senderAddress());
      assertEquals(VM, reply.arp().targetMac());
      assertEquals(Address.parseIpv4("10.0.0.1"), reply.arp().targetAddress());
      assertNull(rig.answer());
    }
    assertEquals(4, rig.count("neighbor-answered"));
  }

  @Test
  void aTaggedRequestIsAnsweredInItsVlan() {
    Packet reply = rig.send(arp(ArpHeader.REQUEST, VM, "10.0.0.1", "10.0.0.254", 0x6007)).answer();
    PacketAssert.that(reply).vlan(7).arp();
    assertEquals(0x6007, reply.ethernet().vlanTag(0));
  }

  @Test
  void probesAnnouncementsAndRepliesAreNotAnswered() {
    assertNull(request("0.0.0.0", "10.0.0.1"));
    assertNull(request("0.0.0.0", "10.0.0.254"));
    assertNull(request("10.0.0.1", "10.0.0.1"));
    assertNull(rig.send(arp(ArpHeader.REPLY, VM, "10.0.0.1", "10.0.0.254", 0)).answer());
    assertNull(rig.send(arp(3, VM, "10.0.0.1", "10.0.0.254", 0)).answer());
    assertEquals(5, rig.count("neighbor-ignored"));
    assertNotNull(request("10.0.0.1", "10.0.0.254"), "a probe for it made it nobody's own");
  }

  @Test
  void theGuestsOwnAddressesAreNotAnsweredForAWhile() {
    assertNotNull(request("10.0.0.1", "10.0.0.2"));
    assertNotNull(request("10.0.0.3", "10.0.0.2"));
    assertNull(request("10.0.0.1", "10.0.0.3"), "its other address");
    rig.clock.advance(601_000_000_000L);
    assertNotNull(request("10.0.0.1", "10.0.0.3"), "not used any more");
  }

  @Test
  void whoCallsEverythingItsOwnHurtsItselfForAWhileAndNothingGrows() {
    for (int i = 1; i < 250; i++) {
      request("10.0.0." + i, "10.1.0.1");
      rig.clock.advance(1_000_000);
    }
    assertNotNull(request("10.0.0.249", "10.0.0.5"), "forgotten for newer ones");
    assertNull(request("10.0.0.249", "10.0.0.248"));
  }

  @Test
  void sendersThatNobodyCanBeAreNotAnswered() {
    assertNull(
        rig.send(arp(ArpHeader.REQUEST, 0xffff_ffff_ffffL, "10.0.0.1", "10.0.0.2", 0)).answer());
    assertNull(rig.send(arp(ArpHeader.REQUEST, 0, "10.0.0.1", "10.0.0.2", 0)).answer());
    assertNull(request("127.0.0.1", "10.0.0.2"));
    assertNull(request("224.0.0.1", "10.0.0.2"));
    assertNull(request("10.0.0.1", "224.0.0.1"));
    assertNull(request("10.0.0.1", "255.255.255.255"));
    assertNull(request("10.0.0.1", "0.0.0.0"));
    assertNull(request("10.0.0.1", "127.0.0.1"));
    assertEquals(8, rig.count("neighbor-invalid"));
  }

  // ---- Neighbor Discovery ----------------------------------------------------------------------

  private Packet solicitation(Address source, Address target, int hops, boolean option) {
    builder
        .into(rig.frame)
        .ethernet(0x3333_ff00_0009L, VM)
        .ipv6(source.high(), source.low(), 0xff02L << 48, 0x1_ff00_0009L, hops)
        .icmp(NdpMessage.NEIGHBOR_SOLICITATION, 0, 0);
    int at = builder.room(option ? 24 : 16);
    Bytes.setU64(rig.frame.memory(), at, target.high());
    Bytes.setU64(rig.frame.memory(), at + 8L, target.low());
    if (option) {
      Bytes.setU16(rig.frame.memory(), at + 16L, 0x0101);
      Bytes.setU48(rig.frame.memory(), at + 18L, VM);
    }
    builder.finish();
    rig.frame.seal(false);
    return rig.frame;
  }

  @Test
  void aSolicitationIsAnsweredByARouter() {
    Packet answer = rig.send(solicitation(LINK_LOCAL, TARGET, 255, true)).answer();
    assertNotNull(answer);
    PacketAssert.that(answer)
        .wellFormed()
        .ipv6()
        .source("2001:db8::9")
        .destination("fe80::1:2")
        .ttl(255)
        .icmp(136, 0)
        .sourceMac(Address.formatMac(GuestRig.MAC))
        .destinationMac(GuestRig.VM)
        .checksumsRight();
    assertTrue(answer.ndp().isValid());
    assertEquals(0xe000_0000, answer.icmp().mtu(), "router, solicited, override");
    assertEquals(TARGET.high(), answer.ndp().targetHigh());
    assertEquals(TARGET.low(), answer.ndp().targetLow());
    assertEquals(GuestRig.MAC, answer.ndp().linkAddress(NdpMessage.OPTION_TARGET_LINK_ADDRESS));
  }

  @Test
  void duplicateAddressDetectionHearsNothing() {
    assertNull(rig.send(solicitation(Address.parse("::"), TARGET, 255, false)).answer());
    assertNull(rig.send(solicitation(LINK_LOCAL, LINK_LOCAL, 255, true)).answer());
    assertEquals(2, rig.count("neighbor-ignored"));
  }

  @Test
  void solicitationsThatNobodyMayBelieve() {
    assertNull(rig.send(solicitation(LINK_LOCAL, TARGET, 64, true)).answer());
    assertNull(rig.send(solicitation(LINK_LOCAL, Address.parse("ff02::1"), 255, true)).answer());
    assertNull(rig.send(solicitation(LINK_LOCAL, Address.parse("::1"), 255, true)).answer());
    assertNull(rig.send(solicitation(Address.parse("ff02::1"), TARGET, 255, true)).answer());
    Packet empty = solicitation(LINK_LOCAL, TARGET, 255, true);
    Bytes.setU8(empty.memory(), empty.start() + empty.transportOffset() + 25L, 0);
    assertNull(rig.send(empty).answer());
    Packet damaged = solicitation(LINK_LOCAL, TARGET, 255, true);
    Bytes.setU8(damaged.memory(), damaged.start() + damaged.transportOffset() + 20L, 1);
    assertNull(rig.send(damaged).answer());
    assertEquals(6, rig.count("neighbor-invalid"));
  }

  @Test
  void whatTheGuestSaysOfRoutersAndItselfGoesNoFurther() {
    for (int type : new int[] {134, 136, 137}) {
      builder
          .into(rig.frame)
          .ethernet(0x3333_0000_0001L, VM)
          .ipv6(LINK_LOCAL.high(), LINK_LOCAL.low(), 0xff02L << 48, 1, 255)
          .icmp(type, 0, 0)
          .room(40);
      builder.finish();
      rig.frame.seal(false);
      assertNull(rig.send(rig.frame).answer());
    }
    assertEquals(3, rig.count("neighbor-ignored"));
  }

  // ---- the rest --------------------------------------------------------------------------------

  @Test
  void theMacAddressIsTheLinksAndLocal() {
    assertEquals(GatewayMac.of("vm1"), GatewayMac.of("vm1"));
    assertNotEquals(GatewayMac.of("vm1"), GatewayMac.of("vm2"));
    for (int i = 0; i < 1_000; i++) {
      assertEquals(2, GatewayMac.of("vm" + i) >>> 40 & 3);
    }
    assertEquals(0x5054_0012_3456L, GatewayMac.parse("50:54:00:12:34:56"));
    assertThrows(IllegalArgumentException.class, () -> GatewayMac.parse("01:00:00:00:00:01"));
    assertThrows(IllegalArgumentException.class, () -> GatewayMac.parse("00:00:00:00:00:00"));
    assertEquals(0x0000_00ff_fe00_0001L, GatewayMac.interfaceIdentifier(0x0200_0000_0001L));
    assertEquals(0x5254_00ff_fe12_3456L, GatewayMac.interfaceIdentifier(0x5054_0012_3456L));
  }

  @Test
  void allocatesNothing() {
    Packet solicited = rig.pool.acquire();
    solicited.copyOf(solicitation(LINK_LOCAL, TARGET, 255, true));
    Packet request = arp(ArpHeader.REQUEST, VM, "10.0.0.1", "10.0.0.254", 0);
    AllocationProbe.assertNone(
        10_000,
        () -> {
          rig.clock.advance(1_000_000);
          rig.vm.deliver(request);
          rig.vm.deliver(solicited);
          rig.turn();
          rig.vm.clear();
        });
  }
}
