package org.vtl.service.firewall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.connection.Connection;
import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.TcpHeader;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.RateBudget;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.PacketAssert;
import org.vtl.testkit.VirtualClock;

/** What a refused sender is told, and when it is told nothing. */
class RejectionTest {
  private static final int PORT_UNREACHABLE = 3;

  private final VirtualClock clock = new VirtualClock();
  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final MemoryPort vm = ports.port("vm");
  private final MemoryPort network = ports.port("net");
  private final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  private final PacketPool pool = new PacketPool(2);
  private final Packet packet = pool.acquire();
  private final Packet answer = pool.acquire();
  private final Rejecting service = new Rejecting();

  RejectionTest() {
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
    engine.addService(service, Map.of("vtl.name", "rejecting", "vtl.priority", 200));
    engine.step();
  }

  @AfterEach
  void close() {
    engine.close();
    pool.close();
  }

  @ParameterizedTest
  @CsvSource({
    // flags, seq, ack, payload; flags, seq and ack of the reset (RFC 9293 section 3.10.7.1)
    "0x02, 1000, 0, 0, 0x14, 0, 1001",
    "0x02, 4294967295, 0, 10, 0x14, 0, 10",
    "0x10, 1000, 77, 5, 0x04, 77, 0",
    "0x11, 1000, 77, 0, 0x04, 77, 0",
    "0x12, 1000, 77, 0, 0x04, 77, 0",
    "0x01, 1000, 0, 3, 0x14, 0, 1004",
    "0x00, 1000, 5, 3, 0x14, 0, 1003"
  })
  void aResetFitsTheSegment(
      String flags, long seq, long ack, int payload, String gotFlags, long gotSeq, long gotAck) {
    service.reset = true;
    Frames segment =
        Frames.tcp().ack(ack).seq(seq).flags(Integer.decode(flags)).payload(payload).vlan(7);
    Packet got = answerTo(segment);
    assertNotNull(got);
    PacketAssert.that(got)
        .wellFormed()
        .sourceMac("02:00:00:00:00:02")
        .destinationMac("02:00:00:00:00:01")
        .vlan(7)
        .ipv4()
        .source("10.0.0.2")
        .destination("10.0.0.1")
        .ttl(64)
        .sourcePort(80)
        .destinationPort(5555)
        .flags(Integer.decode(gotFlags))
        .seq(gotSeq)
        .window(0)
        .payloadLength(0)
        .checksumsRight();
    assertEquals(gotAck, got.tcp().acknowledgmentNumber() & 0xffff_ffffL);
    assertNull(sent(), "one answer");
    assertNull(network.sent(answer) ? answer : null);
  }

  @Test
  void aResetOverIpv6AndInward() {
    service.reset = true;
    network.deliver(
        Frames.tcp()
            .from("[2001:db8::2]:4000")
            .to("[2001:db8::1]:22")
            .macs("02:00:00:00:00:02", "02:00:00:00:00:01")
            .syn()
            .seq(5)
            .build(packet));
    engine.step();
    engine.step();
    assertEquals(true, network.sent(answer));
    PacketAssert.that(answer)
        .ipv6()
        .source("2001:db8::1")
        .destination("2001:db8::2")
        .flags(TcpHeader.RST | TcpHeader.ACK)
        .ack(6)
        .checksumsRight();
  }

  @Test
  void anErrorQuotesThePacketAsItWas() {
    Packet got = answerTo(Frames.udp().payload(1_400).id(77).vlan(5));
    PacketAssert.that(got)
        .wellFormed()
        .vlan(5)
        .source("10.0.0.2")
        .destination("10.0.0.1")
        .icmp(3, PORT_UNREACHABLE)
        .dscp(48)
        .checksumsRight();
    assertEquals(576, got.ipv4().totalLength());
    for (int i = 0; i < 548; i++) {
      assertEquals(
          Bytes.u8(packet.memory(), packet.start() + packet.networkOffset() + (long) i),
          Bytes.u8(got.memory(), got.start() + got.payloadOffset() + (long) i),
          "byte " + i);
    }
  }

  @Test
  void aShortPacketIsQuotedWholeWithoutPadding() {
    Packet got = answerTo(Frames.udp().payload("x"));
    assertEquals(20 + 8 + 20 + 8 + 1, got.ipv4().totalLength());
  }

  @Test
  void anIpv6ErrorFitsTheSmallestMtu() {
    service.code = 4;
    Packet got =
        answerTo(Frames.udp().from("[2001:db8::1]:1").to("[2001:db8::2]:2").payload(1_400));
    PacketAssert.that(got).ipv6().icmp(1, 4).source("2001:db8::2").checksumsRight();
    assertEquals(1_280 - 40, got.ipv6().payloadLength());
  }

  @Test
  void silentWhereAnAnswerIsForbidden() {
    assertSilent(Frames.icmp(3, 3).payload(60));
    assertSilent(Frames.icmp(11, 0).payload(60));
    assertSilent(Frames.icmp(5, 1).payload(60));
    assertSilent(Frames.icmp(1, 4).from("[2001:db8::1]").to("[2001:db8::2]").payload(60));
    assertSilent(Frames.icmp(137, 0).from("[2001:db8::1]").to("[2001:db8::2]").payload(60));
    assertSilent(Frames.udp().to("224.0.0.251:5353"));
    assertSilent(Frames.udp().to("255.255.255.255:67"));
    assertSilent(
        Frames.udp().to("10.255.255.255:67").macs("02:00:00:00:00:01", "ff:ff:ff:ff:ff:ff"));
    assertSilent(Frames.udp().from("0.0.0.0:68"));
    assertSilent(Frames.udp().from("127.0.0.1:68"));
    assertSilent(Frames.udp().from("224.0.0.1:68"));
    assertSilent(Frames.udp().from("[::]:1").to("[2001:db8::2]:2"));
    assertSilent(Frames.udp().from("[ff02::1]:1").to("[2001:db8::2]:2"));
    assertSilent(Frames.udp().from("[2001:db8::1]:1").to("[ff02::fb]:5353"));
    assertSilent(Frames.arpRequest());
    assertNotNull(answerTo(Frames.echo(1, 1)), "an echo request is no error");
    service.reset = true;
    assertSilent(Frames.tcp().rst().seq(4));
    assertSilent(Frames.tcp().rst().ack(9).seq(4));
    assertSilent(Frames.udp());
    assertSilent(Frames.tcp().syn().to("224.0.0.1:80"));
    service.reset = false;
    assertNotNull(answerTo(Frames.udp().fragment(0, true).id(9).payload("12345678")));
    assertSilent(Frames.udp().fragment(8, false).id(9).payload("12345678"));
  }

  @Test
  void aDamagedPacketIsNotAnswered() {
    Frames.tcp().syn().payload("abc").build(packet);
    long at = packet.start() + (long) packet.payloadOffset();
    Bytes.setU8(packet.memory(), at, Bytes.u8(packet.memory(), at) ^ 1);
    service.reset = true;
    vm.deliver(packet);
    engine.step();
    engine.step();
    assertNull(sent());
  }

  @Test
  void asOftenAsTheRateAllows() {
    for (int i = 0; i < 200; i++) {
      answerTo(Frames.udp().from("10.0.0.1:" + (1_000 + i)));
    }
    assertEquals(50, count("rejecting/unreachables"), "the burst");
    assertEquals(150, count("rejecting/limited"));
    clock.advance(10_000_000);
    for (int i = 0; i < 20; i++) {
      answerTo(Frames.udp().from("10.0.0.1:" + (2_000 + i)));
    }
    assertEquals(51, count("rejecting/unreachables"), "a hundred a second");
  }

  @Test
  void allocatesNothing() {
    service.budget = new RateBudget(1_000_000, 1_000_000);
    service.attach(service.context);
    Frames.tcp().syn().build(packet);
    AllocationProbe.assertNone(
        10_000,
        () -> {
          service.reset = !service.reset;
          clock.advance(1_000_000);
          vm.deliver(packet);
          engine.step();
          engine.step();
          vm.clear();
        });
    assertEquals(0, count("rejecting/limited"));
  }

  private void assertSilent(Frames frames) {
    clock.advance(1_000_000_000L);
    assertNull(answerTo(frames));
  }

  private Packet answerTo(Frames frames) {
    vm.deliver(frames.build(packet));
    engine.step();
    engine.step();
    return sent();
  }

  private Packet sent() {
    return vm.sent(answer) ? answer : null;
  }

  private long count(String name) {
    return engine.runtime().counters().stream()
        .filter(counter -> counter.name().equals(name))
        .mapToLong(counter -> counter.value())
        .sum();
  }

  /** Rejects everything. */
  private static final class Rejecting implements PacketService {
    ServiceContext context;
    RateBudget budget = new RateBudget(100, 50);
    Rejection rejection;
    boolean reset;
    int code = PORT_UNREACHABLE;

    @Override
    public void attach(ServiceContext context) {
      this.context = context;
      rejection =
          new Rejection(
              context.injector(),
              budget,
              new Rejection.Counters(
                  context.counter("resets", "Resets."),
                  context.counter("unreachables", "Unreachables."),
                  context.counter("limited", "Too many.")));
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (reset) {
        rejection.reset(packet, connection.link().untracked());
      } else {
        rejection.unreachable(packet, connection.link().untracked(), code);
      }
      assertEquals(
          true, packet.direction() == Direction.OUTBOUND || packet.isTcp(), "see the test");
      context.connections().close(connection);
      return Verdict.DROP;
    }
  }
}
