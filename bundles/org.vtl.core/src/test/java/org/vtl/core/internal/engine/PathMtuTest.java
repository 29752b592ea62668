package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Bytes;
import org.vtl.packet.Checksum;
import org.vtl.packet.Packet;
import org.vtl.port.Offloads;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;
import org.vtl.testkit.PacketAssert;

/** Packets longer than the MTU of the port they are to leave by: told, fragmented or refused. */
class PathMtuTest {
  private final Rig rig = new Rig();

  @BeforeEach
  void narrow() {
    rig.net.setMtu(1_400);
    rig.turn();
  }

  @AfterEach
  void end() {
    rig.close();
  }

  private static Frames six(Frames frames) {
    return frames.from("[2001:db8::1]:5555").to("[2001:db8::2]:80");
  }

  private static byte[] bytes(Packet packet, int offset, int length) {
    return packet
        .memory()
        .asSlice((long) packet.start() + offset, length)
        .toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void theSenderOfAPacketNotToBeFragmentedIsTold() {
    rig.fromVm(Frames.udp().dontFragment().vlan(5).payload(1_373));
    byte[] sent = bytes(rig.frame, 18, 548);
    Packet told = rig.toVm();
    assertNotNull(told);
    PacketAssert.that(told)
        .sourceMac("02:00:00:00:00:02")
        .destinationMac("02:00:00:00:00:01")
        .vlan(5)
        .source("10.0.0.2")
        .destination("10.0.0.1")
        .ttl(64)
        .dscp(48)
        .icmp(3, 4)
        .checksumsRight();
    assertEquals(1_400, told.icmp().mtu());
    assertEquals(576, told.ipv4().totalLength());
    assertArrayEquals(sent, bytes(told, told.payloadOffset(), 548));
    assertNull(rig.toNetwork());
    assertEquals(1, rig.count("core/mtu-exceeded"));
    assertEquals(1, rig.count("core/mtu-answers"));
  }

  @Test
  void soIsTheSenderOfAnyLongPacketOfIpv6() {
    rig.fromVm(six(Frames.udp()).payload(1_353));
    byte[] sent = bytes(rig.frame, 14, 1_232);
    Packet told = rig.toVm();
    assertNotNull(told);
    PacketAssert.that(told)
        .source("2001:db8::2")
        .destination("2001:db8::1")
        .icmp(2, 0)
        .checksumsRight();
    assertEquals(1_400, told.icmp().mtu());
    assertEquals(1_240, told.ipv6().payloadLength());
    assertArrayEquals(sent, bytes(told, told.payloadOffset(), 1_232));
    assertNull(rig.toNetwork());
  }

  @Test
  void whatJustFitsPasses() {
    rig.fromVm(Frames.udp().dontFragment().payload(1_372));
    rig.fromVm(six(Frames.udp()).payload(1_352));
    rig.fromVm(Frames.tcp().dontFragment().payload(60_000).segmentSize(1_360).partialChecksum());
    assertEquals(3, rig.net.sentCount());
    assertNull(rig.toVm());
  }

  @Test
  void aLargeSegmentCountsByThePiecesItWillBecome() {
    rig.handshake();
    rig.fromVm(
        Frames.tcp()
            .dontFragment()
            .seq(1000)
            .ack(9000)
            .payload(60_000)
            .segmentSize(1_460)
            .partialChecksum());
    Packet told = rig.toVm();
    assertNotNull(told);
    assertEquals(1_400, told.icmp().mtu());
    // The length of the first segment, and a header that is right with it.
    int quote = told.start() + told.payloadOffset();
    assertEquals(1_500, Bytes.u16(told.memory(), quote + 2L));
    assertEquals(0xffff, Checksum.fold(Checksum.sum(told.memory(), quote, 20)));
    assertNull(rig.toNetwork());
    rig.fromVm(Frames.tcp().dontFragment().seq(1000).ack(9000).payload(1_360));
    PacketAssert.that(rig.toNetwork()).seq(1000).payloadLength(1_360);
  }

  @Test
  void whatWasRefusedIsNotDelivered() {
    List<String> seen = new ArrayList<>();
    rig.add("probe", 100, new Rig.Probe("p", seen));
    rig.handshake();
    rig.fromVm(Frames.tcp().dontFragment().seq(1000).ack(9000).payload(1_400));
    assertNotNull(rig.toVm());
    long id = rig.connections("").getFirst().id();
    assertEquals(
        1000,
        rig.engine.runtime().connection(id).orElseThrow().vm().delivered(),
        "nothing reached the peer");
    assertEquals(List.of("p>", "p<", "p>", "p>", "p<"), seen, "the answer passed the service");
  }

  @Test
  void aPacketThatMayBeFragmentedIs() {
    rig.fromVm(Frames.udp().id(77).payload(4_000));
    StringBuilder got = new StringBuilder();
    Packet piece = rig.toNetwork();
    while (piece != null) {
      PacketAssert.that(piece).id(77).source("10.0.0.1");
      got.append(piece.fragmentOffset()).append(piece.moreFragments() ? "+ " : "");
      piece = rig.toNetwork();
    }
    assertEquals("0+ 1376+ 2752", got.toString());
    assertNull(rig.toVm());
    assertEquals(1, rig.count("core/fragmented"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void largeSegmentsThatMayBeFragmentedAreCutSmaller(boolean carried) {
    if (!carried) {
      rig.engine.removeLink("lab");
      rig.net.setOffloads(Offloads.NONE);
      rig.engine.addLink("lab", Rig.configuration());
      rig.turn();
      rig.turn();
    }
    rig.fromVm(Frames.tcp().seq(1).payload(10_000).segmentSize(1_460).partialChecksum());
    int expected = carried ? 1 : 8;
    assertEquals(expected, rig.net.sentCount());
    Packet first = rig.toNetwork();
    assertEquals(carried ? 1_360 : 0, first.segmentSize());
    rig.net.clear();
    rig.fromVm(Frames.udp().payload(5_000).segmentSize(1_450).partialChecksum());
    assertEquals(2 + 2 + 2 + 1, rig.net.sentCount());
    assertEquals(256 - Lane.BATCH, rig.engine.runtime().links().getFirst().poolFree());
  }

  @Test
  void someAreNotTold() {
    String group = "01:00:5e:00:00:09";
    Frames[] silent = {
      Frames.icmp(3, 1).dontFragment().payload(1_400),
      Frames.icmp(11, 0).dontFragment().payload(1_400),
      Frames.udp().dontFragment().fragment(1_480, true).payload(1_400),
      Frames.udp().dontFragment().to("224.0.0.9:80").payload(1_400),
      Frames.udp().dontFragment().to("255.255.255.255:80").payload(1_400),
      Frames.udp().dontFragment().macs("02:00:00:00:00:01", group).payload(1_400),
      Frames.udp().dontFragment().from("0.0.0.0:80").payload(1_400),
      Frames.udp().dontFragment().from("127.0.0.1:80").payload(1_400),
      Frames.udp().dontFragment().from("224.0.0.1:80").payload(1_400),
      Frames.udp().dontFragment().from("240.0.0.1:80").payload(1_400),
      six(Frames.icmp(1, 4)).payload(1_400),
      six(Frames.icmp(2, 0)).payload(1_400),
      six(Frames.icmp(137, 0)).payload(1_400),
      six(Frames.udp()).to("[ff02::1]:80").payload(1_400),
      six(Frames.udp()).from("[::]:80").payload(1_400),
      six(Frames.udp()).from("[::1]:80").payload(1_400),
    };
    for (Frames frames : silent) {
      rig.fromVm(frames);
      assertNull(rig.toVm());
    }
    assertNull(rig.toNetwork());
    assertEquals(0, rig.count("core/mtu-answers"));
    assertTrue(rig.count("core/mtu-exceeded") >= silent.length - 1);
    rig.fromVm(Frames.echo(1, 1).dontFragment().payload(1_400));
    assertNotNull(rig.toVm(), "an echo is no error");
  }

  @Test
  void noSenderOfIpv6IsToldLessThan1280() {
    rig.net.setMtu(1_200);
    rig.turn();
    rig.fromVm(six(Frames.udp()).payload(1_300));
    assertEquals(1_280, rig.toVm().icmp().mtu());
    rig.fromVm(six(Frames.udp()).payload(1_200));
    assertNull(rig.toVm(), "it cannot send less");
    assertEquals(2, rig.count("core/mtu-exceeded"));
  }

  @Test
  void answersAreFew() {
    for (int i = 0; i < 200; i++) {
      rig.fromVm(Frames.udp().dontFragment().payload(1_400));
    }
    assertEquals(50, rig.vm.sentCount());
    rig.vm.clear();
    rig.pass(10);
    for (int i = 0; i < 20; i++) {
      rig.fromVm(Frames.udp().dontFragment().payload(1_400));
    }
    assertEquals(10, rig.vm.sentCount());
    assertEquals(220, rig.count("core/mtu-exceeded"));
  }

  @Test
  void theOtherDirectionLikewise() {
    rig.net.setMtu(1_500);
    rig.vm.setMtu(1_300);
    rig.turn();
    rig.fromNetwork(Rig.udpBack("").dontFragment().payload(1_400));
    PacketAssert.that(rig.toNetwork()).icmp(3, 4).source("10.0.0.1").destination("10.0.0.2");
    assertNull(rig.toVm());
  }

  @Test
  void nothingIsAllocated() {
    Packet whole = Frames.udp().payload(4_000).build(rig.frame);
    AllocationProbe.assertNone(
        5_000,
        () -> {
          rig.vm.deliver(whole);
          rig.engine.step();
          rig.net.clear();
        });
    Frames.udp().dontFragment().payload(1_400).build(rig.frame);
    AllocationProbe.assertNone(
        5_000,
        () -> {
          rig.clock.advance(Rig.MILLI);
          rig.vm.deliver(rig.frame);
          rig.engine.step();
          rig.vm.clear();
        });
    assertTrue(rig.count("core/mtu-answers") > 1_000);
    assertEquals(0, rig.count("core/pool-empty"));
  }
}
