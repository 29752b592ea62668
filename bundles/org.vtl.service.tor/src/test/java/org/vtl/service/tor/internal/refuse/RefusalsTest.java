package org.vtl.service.tor.internal.refuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Address;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.Parser;
import org.vtl.service.tor.internal.guest.GuestRig;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.FrameMutator;
import org.vtl.testkit.Frames;
import org.vtl.testkit.PacketAssert;

/** What Tor does not carry: counted by what it was, told where that is allowed, and never sent. */
class RefusalsTest {
  private static final long VM = Address.parseMac(GuestRig.VM);
  private static final String SIX = "[2001:db8::1]:4000";

  private static Packet other(GuestRig rig, int protocol, boolean ipv6) {
    PacketBuilder builder = new PacketBuilder().into(rig.frame).ethernet(0x0200_0000_0002L, VM);
    if (ipv6) {
      builder.ipv6(0x2001_0db8L << 32, 1, 0x2001_0db8L << 32, 2, 64);
    } else {
      builder.ipv4(Address.parseIpv4("10.0.0.1"), Address.parseIpv4("192.0.2.9"), 64);
    }
    builder.protocol(protocol).room(40);
    return builder.finish();
  }

  private static void assertTold(GuestRig rig, Frames frames, int type, int code, String reason) {
    assertTold(rig, frames.build(rig.frame), type, code, reason);
  }

  private static void assertTold(GuestRig rig, Packet packet, int type, int code, String reason) {
    long before = rig.count("refused-" + reason);
    Packet answer = rig.send(packet).answer();
    assertNotNull(answer, reason);
    PacketAssert.that(answer).wellFormed().icmp(type, code).checksumsRight();
    assertNull(rig.answer(), "one answer");
    assertEquals(before + 1, rig.count("refused-" + reason), reason);
    assertFalse(rig.leaked());
  }

  private static void assertSilent(GuestRig rig, Frames frames, String reason) {
    assertSilent(rig, frames.build(rig.frame), reason);
  }

  private static void assertSilent(GuestRig rig, Packet packet, String reason) {
    long before = rig.count("refused-" + reason);
    assertNull(rig.send(packet).answer(), reason);
    assertEquals(before + 1, rig.count("refused-" + reason), reason);
    assertFalse(rig.leaked());
  }

  @Test
  void programsFailFast() {
    try (GuestRig rig = new GuestRig()) {
      for (int port : new int[] {123, 443, 853, 1_900, 5_060}) {
        assertTold(rig, Frames.udp().to("192.0.2.9:" + port).payload(100), 3, 3, "udp");
        assertTold(rig, Frames.udp().from(SIX).to("[2001:db8::2]:" + port), 1, 4, "udp");
      }
      assertTold(rig, Frames.udp().vlan(9).to("192.0.2.9:443"), 3, 3, "udp");
      assertTold(rig, Frames.echo(1, 1), 3, 13, "echo");
      assertTold(rig, Frames.icmp(128, 0).from(SIX).to("[2001:db8::2]"), 1, 1, "echo");
      for (int protocol : new int[] {4, 41, 47, 50, 132, 200}) {
        assertTold(rig, other(rig, protocol, false), 3, 2, "protocol");
        assertTold(rig, other(rig, protocol == 50 ? 115 : protocol, true), 4, 1, "protocol");
      }
      assertTold(rig, Frames.udp().fragment(0, true).id(4).payload(64), 3, 13, "fragment");
    }
  }

  @Test
  void aSegmentOfNoConnectionIsReset() {
    try (GuestRig rig = new GuestRig()) {
      Packet answer = rig.send(Frames.tcp().ack(900).seq(77).payload(5)).answer();
      PacketAssert.that(answer).tcp().flags(0x04).seq(900).checksumsRight();
      assertEquals(1, rig.count("refused-segment"));
      assertSilent(rig, Frames.tcp().rst().seq(1), "segment");
      assertFalse(rig.leaked());
    }
  }

  @Test
  void silentWhereTheStandardsAskForIt() {
    try (GuestRig rig = new GuestRig()) {
      assertSilent(rig, Frames.udp().to("224.0.0.251:5353"), "group");
      assertSilent(rig, Frames.udp().to("239.255.255.250:1900"), "group");
      assertSilent(rig, Frames.udp().to("255.255.255.255:137"), "group");
      assertSilent(
          rig, Frames.udp().to("10.0.0.255:137").macs(GuestRig.VM, "ff:ff:ff:ff:ff:ff"), "group");
      assertSilent(rig, Frames.udp().from(SIX).to("[ff02::1:3]:5355"), "group");
      assertSilent(rig, Frames.udp().from(SIX).to("[ff02::1:2]:547"), "group");
      assertSilent(rig, Frames.icmp(143, 0).from("[fe80::1]").to("[ff02::16]"), "group");
      assertSilent(rig, Frames.icmp(3, 3).payload(60), "icmp");
      assertSilent(rig, Frames.icmp(0, 0).payload(60), "icmp");
      assertSilent(rig, Frames.icmp(1, 4).from(SIX).to("[2001:db8::2]").payload(60), "icmp");
      assertSilent(rig, Frames.udp().from("127.0.0.1:9"), "no-sender");
      assertSilent(rig, Frames.udp().from("0.0.0.0:9"), "no-sender");
      assertSilent(rig, Frames.udp().from("[::]:9").to("[2001:db8::2]:9"), "no-sender");
      assertNotNull(rig.send(Frames.udp().fragment(0, true).id(4).payload(64)).answer());
      assertSilent(rig, Frames.udp().fragment(72, false).id(4).payload(64), "fragment");
      assertSilent(rig, other(rig, 59, true), "protocol");
      Packet lldp =
          new PacketBuilder()
              .into(rig.frame)
              .ethernet(0x0180_c200_000eL, VM)
              .etherType(0x88cc)
              .payload(MemorySegment.ofArray(new byte[50]), 0, 50)
              .finish();
      assertSilent(rig, lldp, "ether-type");
      Packet cut = Frames.udp().build(rig.frame);
      Bytes.setU16(cut.memory(), cut.start() + 16L, 9_999);
      Parser.parse(cut);
      rig.send(cut);
      assertNull(rig.answer());
      assertFalse(rig.leaked());
    }
  }

  @Test
  void damagedPacketsAreNotAnswered() {
    try (GuestRig rig = new GuestRig()) {
      Packet damaged = Frames.udp().payload("abc").build(rig.frame);
      long at = damaged.start() + (long) damaged.payloadOffset();
      Bytes.setU8(damaged.memory(), at, 'x');
      assertSilent(rig, damaged, "udp");
    }
  }

  @Test
  void byChoiceInSilence() {
    try (GuestRig rig = new GuestRig(new Manners(false, false, 1_000))) {
      assertSilent(rig, Frames.udp(), "udp");
      assertSilent(rig, Frames.tcp().ack(3), "segment");
      assertSilent(rig, Frames.echo(1, 1), "echo");
      assertSilent(rig, other(rig, 47, false), "protocol");
    }
  }

  @Test
  void byChoiceAnEchoIsAnswered() {
    try (GuestRig rig = new GuestRig(new Manners(false, true, 1_000))) {
      Packet answer = rig.send(Frames.echo(7, 9).payload(56)).answer();
      PacketAssert.that(answer).icmp(0, 0).source("10.0.0.2").payloadLength(56).checksumsRight();
      assertEquals(1, rig.count("refused-echo-answered"));
      assertEquals(0, rig.count("refused-echo"));
      assertSilent(rig, Frames.udp(), "udp");
    }
  }

  @Test
  void noMoreThanTheRate() {
    try (GuestRig rig = new GuestRig(new Manners(true, false, 100))) {
      for (int i = 0; i < 50; i++) {
        rig.send(Frames.udp());
      }
      assertEquals(5, rig.answers().size());
      assertEquals(5, rig.count("refusals-told"));
      assertEquals(45, rig.count("refusals-limited"));
      assertEquals(50, rig.count("refused-udp"));
    }
  }

  @Test
  void nothingOfTheNetworkReachesTheGuest() {
    try (GuestRig rig = new GuestRig()) {
      Frames[] all = {
        Frames.tcp().syn(),
        Frames.udp(),
        Frames.echo(1, 1),
        Frames.arpRequest(),
        Frames.udp().to("224.0.0.251:5353")
      };
      for (Frames frames : all) {
        rig.network.deliver(frames.build(rig.frame));
        rig.turn();
        assertNull(rig.answer());
        assertFalse(rig.leaked());
      }
      assertEquals(5, rig.count("refused-inbound"));
    }
  }

  /**
   * Whatever the guest sends, the answers are well formed, to the guest alone, and nothing leaks.
   */
  @Test
  void seededHostileFrames() {
    try (GuestRig rig = new GuestRig()) {
      FrameMutator mutator = new FrameMutator(6);
      mutator.add(Frames.arpRequest().build(rig.frame));
      mutator.add(Frames.udp().to("9.9.9.9:53").payload(40).build(rig.frame));
      mutator.add(
          Frames.udp().from("0.0.0.0:68").to("255.255.255.255:67").payload(300).build(rig.frame));
      mutator.add(Frames.udp().to("9.9.9.9:443").payload(40).build(rig.frame));
      mutator.add(Frames.udp().from(SIX).to("[2001:db8::2]:443").payload(40).build(rig.frame));
      mutator.add(
          Frames.icmp(135, 0).from(SIX).to("[ff02::1]").ttl(255).payload(24).build(rig.frame));
      mutator.add(
          Frames.icmp(133, 0).from(SIX).to("[ff02::2]").ttl(255).payload(8).build(rig.frame));
      mutator.add(Frames.tcp().ack(1).build(rig.frame));
      mutator.add(Frames.echo(1, 1).vlan(3).build(rig.frame));
      mutator.add(other(rig, 47, true));
      int answers = 0;
      for (int i = 0; i < 200_000; i++) {
        rig.vm.deliver(mutator.next(rig.frame));
        rig.turn();
        while (rig.vm.sent(rig.out)) {
          answers++;
          assertNull(rig.out.malformation(), "round " + mutator.round());
        }
        assertFalse(rig.leaked(), "round " + mutator.round());
        rig.clock.advance(100_000);
      }
      assertTrue(answers > 20_000, answers + " answers");
    }
  }

  @Test
  void allocatesNothing() {
    try (GuestRig rig = new GuestRig(new Manners(true, true, 1_000_000))) {
      Packet udp = Frames.udp().payload(100).build(rig.frame);
      Packet echo = Frames.echo(1, 1).build(rig.pool.acquire());
      AllocationProbe.assertNone(
          10_000,
          () -> {
            rig.clock.advance(1_000_000);
            rig.vm.deliver(udp);
            rig.vm.deliver(echo);
            rig.turn();
            rig.vm.clear();
          });
    }
  }
}
