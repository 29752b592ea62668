package org.vtl.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.TcpHeader;

class FramesTest {
  private final PacketPool pool = new PacketPool(1);
  private final Packet packet = pool.acquire();

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void buildsWhatIsAsserted() {
    Frames.tcp()
        .from("10.0.0.9:1234")
        .to("10.0.0.8:443")
        .syn()
        .seq(4_294_967_295L)
        .mss(1400)
        .windowScale(7)
        .ttl(9)
        .id(77)
        .dontFragment()
        .trafficClass(0xb9)
        .vlan(5)
        .build(packet);
    PacketAssert.that(packet)
        .wellFormed()
        .vlan(5)
        .ipv4()
        .source("10.0.0.9")
        .destination("10.0.0.8")
        .ttl(9)
        .id(77)
        .dontFragment(true)
        .dscp(46)
        .ecn(1)
        .sourceMac("02:00:00:00:00:01")
        .destinationMac("02:00:00:00:00:02")
        .tcp()
        .sourcePort(1234)
        .destinationPort(443)
        .flags(TcpHeader.SYN)
        .seq(-1)
        .ack(0)
        .window(65535)
        .mss(1400)
        .options("<mss 1400,nop,wscale 7>")
        .payloadLength(0)
        .segmentSize(0)
        .checksumsRight()
        .direction(Direction.OUTBOUND)
        .length(66);
    assertEquals(ChecksumState.UNVERIFIED, packet.checksumState());

    Frames.tcp()
        .from("2001:db8::5")
        .to("[2001:db8::6]:99")
        .ack(7)
        .push()
        .payload("hi")
        .timestamps(3, 4)
        .build(packet);
    PacketAssert.that(packet)
        .ipv6()
        .source("2001:db8::5")
        .destination("2001:db8::6")
        .ttl(64)
        .tcp()
        .sourcePort(5555)
        .destinationPort(99)
        .ack(7)
        .timestamps(3, 4)
        .payload("hi")
        .payload(new byte[] {'h', 'i'})
        .flags(TcpHeader.ACK | TcpHeader.PSH)
        .checksumsRight();

    Frames.udp().from("[fe80::1]:53").payload(9).to("fe80::2").build(packet);
    PacketAssert.that(packet)
        .ipv6()
        .udp()
        .sourcePort(53)
        .destinationPort(80)
        .payloadLength(9)
        .checksumsRight();

    Frames.echo(3, 4).payload("x").build(packet);
    PacketAssert.that(packet).icmp(8, 0).checksumsRight();
    Frames.udp().fragment(8, true).payload(16).build(packet);
    PacketAssert.that(packet).ipv4().fragment(8, true).payloadLength(16);
    Frames.arpRequest().build(packet);
    PacketAssert.that(packet).arp();

    Frames.tcp().ack(1).payload(5000).segmentSize(1000).build(packet);
    PacketAssert.that(packet).segmentSize(1000).payloadLength(5000);
    assertEquals(ChecksumState.PARTIAL, packet.checksumState());
  }

  @Test
  void everyAssertionCanFail() {
    Frames.tcp().ack(5).payload("hi").build(packet);
    fails(a -> a.ipv6());
    fails(a -> a.arp());
    fails(a -> a.udp());
    fails(a -> a.icmp());
    fails(a -> a.source("10.0.0.2"));
    fails(a -> a.destination("10.0.0.1"));
    fails(a -> a.sourcePort(80));
    fails(a -> a.destinationPort(5555));
    fails(a -> a.seq(1));
    fails(a -> a.ack(6));
    fails(a -> a.flags(TcpHeader.ACK | TcpHeader.PSH));
    fails(a -> a.window(1));
    fails(a -> a.options("<nop>"));
    fails(a -> a.mss(1));
    fails(a -> a.timestamps(0, 0));
    fails(a -> a.payload("ho"));
    fails(a -> a.payload(new byte[1]));
    fails(a -> a.payloadLength(3));
    fails(a -> a.ttl(63));
    fails(a -> a.id(1));
    fails(a -> a.dscp(1));
    fails(a -> a.ecn(1));
    fails(a -> a.dontFragment(true));
    fails(a -> a.fragment(0, true));
    fails(a -> a.vlan(1));
    fails(a -> a.length(1));
    fails(a -> a.segmentSize(1));
    fails(a -> a.direction(Direction.INBOUND));
    fails(a -> a.sourceMac("02:00:00:00:00:02"));
    fails(a -> a.destinationMac("02:00:00:00:00:01"));
    packet.memory().set(java.lang.foreign.ValueLayout.JAVA_BYTE, packet.start() + 54, (byte) 0);
    fails(a -> a.checksumsRight());
    assertThrows(AssertionError.class, () -> PacketAssert.that(null));
  }

  private void fails(Consumer<PacketAssert> check) {
    AssertionError e =
        assertThrows(AssertionError.class, () -> check.accept(PacketAssert.that(packet)));
    assertTrue(e.getMessage().contains("10.0.0.1:5555 > 10.0.0.2:80"), e.getMessage());
  }

  @Test
  void theProbeSeesAllocation() {
    Object[] sink = new Object[1];
    AllocationProbe.assertNone(10_000, () -> packet.seal(true));
    assertThrows(
        AssertionError.class, () -> AllocationProbe.assertNone(10_000, () -> sink[0] = new int[4]));
  }

  @Test
  void theClockOnlyGoesForward() {
    VirtualClock clock = new VirtualClock();
    long start = clock.nanos();
    clock.advance(5);
    assertEquals(start + 5, clock.getAsLong());
    assertThrows(IllegalArgumentException.class, () -> clock.set(start));
  }
}
