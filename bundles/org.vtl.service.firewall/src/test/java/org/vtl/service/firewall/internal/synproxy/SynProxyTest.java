package org.vtl.service.firewall.internal.synproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.TcpHeader;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.service.firewall.internal.policy.Ending;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.PacketAssert;
import org.vtl.testkit.VirtualClock;

class SynProxyTest {
  private static final String CLIENT = "192.0.2.9:40000";
  private static final String SERVER = "10.0.0.1:443";
  private static final long ISN = 0xffff_fff0L;
  private static final long SERVER_ISN = 5_000;
  private static final Ending.SynProxy PLAIN = new Ending.SynProxy(1_400, -1, false, false);
  private static final Ending.SynProxy FULL = new Ending.SynProxy(1_460, 7, true, true);

  private final VirtualClock clock = new VirtualClock();
  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final MemoryPort vm = ports.port("vm");
  private final MemoryPort network = ports.port("net");
  private final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  private final PacketPool pool = new PacketPool(2);
  private final Packet packet = pool.acquire();
  private final Packet seen = pool.acquire();
  private Ending.SynProxy options = FULL;

  /** Proves every connection that begins. */
  private final class Proving implements PacketService {
    private SynProxy proxy;

    @Override
    public void attach(ServiceContext context) {
      proxy = new SynProxy(context, 1, 2);
    }

    @Override
    public Verdict process(Packet of, Connection connection) {
      if (proxy.isAsking(connection)) {
        return proxy.ask(of, connection);
      }
      boolean isNew =
          !connection.isTracked()
              || of.direction() == connection.opener()
                  && connection.receiver(connection.opener()).packets() == 0;
      return isNew ? proxy.prove(of, connection, options) : Verdict.CONTINUE;
    }
  }

  @BeforeEach
  void open() {
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
    engine.addService(new Proving(), Map.of("vtl.name", "proving", "vtl.priority", 200));
    engine.step();
  }

  @AfterEach
  void close() {
    engine.close();
    pool.close();
  }

  private static Frames client() {
    return Frames.tcp().from(CLIENT).to(SERVER);
  }

  private static Frames server() {
    return Frames.tcp().from(SERVER).to(CLIENT);
  }

  private static Frames request() {
    return client().seq(ISN).syn().mss(1_452).windowScale(9).sackPermitted().timestamps(700, 0);
  }

  private void fromClient(Frames frames) {
    assertTrue(network.deliver(frames.build(packet)));
    engine.step();
    engine.step();
  }

  private void fromServer(Frames frames) {
    assertTrue(vm.deliver(frames.build(packet)));
    engine.step();
    engine.step();
  }

  private PacketAssert toClient() {
    assertTrue(network.sent(seen), "nothing was sent to the client");
    return PacketAssert.that(seen).checksumsRight();
  }

  private PacketAssert toServer() {
    assertTrue(vm.sent(seen), "nothing was sent to the server");
    return PacketAssert.that(seen).checksumsRight();
  }

  private void assertQuiet() {
    assertFalse(vm.sent(seen), "something was sent to the server");
    assertFalse(network.sent(seen), "something was sent to the client");
  }

  private int connections() {
    return engine.runtime().connections(new ConnectionQuery("", "id", 0, 100)).total();
  }

  /** The client's SYN, and the cookie that answers it. */
  private long cookie(Frames syn) {
    fromClient(syn);
    toClient().flags(TcpHeader.SYN | TcpHeader.ACK).ack(ISN + 1).window(0);
    return Integer.toUnsignedLong(seen.tcp().sequenceNumber());
  }

  private Frames proof(long cookie) {
    return client().seq(ISN + 1).ack(cookie + 1).window(500);
  }

  @Test
  void aSynIsAnsweredAndLeavesNothing() {
    cookie(request());
    PacketAssert.that(seen).source(SERVER.split(":")[0]).mss(1_460).destinationPort(40_000);
    assertEquals(7, seen.tcp().windowScale());
    assertTrue(seen.tcp().sackPermitted());
    assertEquals(700, seen.tcp().timestampEcho());
    assertQuiet();
    assertEquals(0, connections());
  }

  @Test
  void withoutTimestampsOnlyTheSegmentSizeIsOffered() {
    options = PLAIN;
    cookie(request());
    PacketAssert.that(seen).mss(1_400);
    assertEquals(-1, seen.tcp().windowScale());
    assertFalse(seen.tcp().sackPermitted() || seen.tcp().hasTimestamps());
  }

  @Test
  void theServerIsAskedWhenTheClientHasProvedItself() {
    long cookie = cookie(request());
    int stamp = seen.tcp().timestampValue();
    fromClient(proof(cookie).timestamps(710, stamp));
    toServer().flags(TcpHeader.SYN).seq(ISN).source("192.0.2.9").destinationPort(443).mss(1_452);
    assertEquals(9, seen.tcp().windowScale());
    assertTrue(seen.tcp().sackPermitted());
    assertQuiet();
    fromServer(
        server()
            .seq(SERVER_ISN)
            .ack(ISN + 1)
            .syn()
            .mss(1_460)
            .windowScale(7)
            .sackPermitted()
            .timestamps(9_000, 710)
            .window(64_000));
    toServer().flags(TcpHeader.ACK).seq(ISN + 1).ack(SERVER_ISN + 1).timestamps(710, 9_000);
    toClient().flags(TcpHeader.ACK).seq(cookie + 1).ack(ISN + 1).window(500);
    assertQuiet();

    fromClient(client().seq(ISN + 1).ack(cookie + 1).timestamps(720, stamp).payload("hello"));
    toServer().seq(ISN + 1).ack(SERVER_ISN + 1).timestamps(720, 9_000).payload("hello");
    fromServer(server().seq(SERVER_ISN + 1).ack(ISN + 6).timestamps(9_010, 720).payload("you"));
    toClient().seq(cookie + 1).ack(ISN + 6).timestamps(stamp + 10, 720).payload("you");
    assertQuiet();
    assertEquals(1, connections());
  }

  @Test
  void aLostRequestIsRepeatedWithTheClientsProbe() {
    long cookie = cookie(request());
    int stamp = seen.tcp().timestampValue();
    fromClient(proof(cookie).timestamps(710, stamp));
    toServer().flags(TcpHeader.SYN);
    fromClient(proof(cookie).timestamps(720, stamp));
    toServer().flags(TcpHeader.SYN).seq(ISN).mss(1_452);
    fromServer(server().seq(SERVER_ISN).ack(ISN + 1).syn().timestamps(1, 710));
    toServer().flags(TcpHeader.ACK).ack(SERVER_ISN + 1);
    toClient().flags(TcpHeader.ACK).seq(cookie + 1);
    fromClient(client().seq(ISN + 1).ack(cookie + 1).timestamps(730, stamp).payload("x"));
    toServer().ack(SERVER_ISN + 1).payload("x");
    fromServer(server().seq(SERVER_ISN + 1).ack(ISN + 2).timestamps(2, 730).payload("y"));
    toClient().seq(cookie + 1).payload("y");
  }

  @Test
  void aServerThatRefusesIsHeard() {
    long cookie = cookie(request());
    fromClient(proof(cookie));
    toServer().flags(TcpHeader.SYN);
    fromServer(server().seq(0).ack(ISN + 1).flags(TcpHeader.RST | TcpHeader.ACK));
    toClient().flags(TcpHeader.RST | TcpHeader.ACK).seq(cookie + 1).ack(ISN + 1);
    assertQuiet();
    assertEquals(0, connections());
  }

  @Test
  void aServerWithAnOlderConnectionIsReset() {
    long cookie = cookie(request());
    fromClient(proof(cookie));
    toServer().flags(TcpHeader.SYN);
    fromServer(server().seq(77).ack(123).flags(TcpHeader.ACK));
    toServer().flags(TcpHeader.RST).seq(123);
    fromClient(proof(cookie));
    toServer().flags(TcpHeader.SYN).seq(ISN);
    assertQuiet();
  }

  @Test
  void whatProvesNothingIsRefused() {
    long cookie = cookie(request());
    fromClient(proof(cookie + 1));
    fromClient(client().seq(ISN + 2).ack(cookie + 1)); // another initial number
    fromClient(client().from("192.0.2.9:40001").seq(ISN + 1).ack(cookie + 1));
    fromClient(client().from("192.0.2.10:40000").seq(ISN + 1).ack(cookie + 1));
    fromClient(client().seq(ISN + 1).ack(cookie + 1).flags(TcpHeader.FIN | TcpHeader.ACK));
    fromClient(client().seq(ISN + 1).flags(TcpHeader.RST));
    assertQuiet();
    assertEquals(0, connections());
    clock.advance(130_000_000_000L);
    fromClient(proof(cookie));
    assertQuiet();
  }

  @Test
  void ipv6AndVlanAreKept() {
    String six = "[2001:db8::9]:40000";
    String vmSix = "[2001:db8::1]:443";
    fromClient(Frames.tcp().from(six).to(vmSix).vlan(12).seq(ISN).syn().mss(1_440));
    toClient().vlan(12).ipv6().source("2001:db8::1");
    long cookie = Integer.toUnsignedLong(seen.tcp().sequenceNumber());
    fromClient(Frames.tcp().from(six).to(vmSix).vlan(12).seq(ISN + 1).ack(cookie + 1));
    toServer().vlan(12).ipv6().flags(TcpHeader.SYN).seq(ISN).mss(1_440);
  }

  @Test
  void aFloodOfSynsAndFalseProofsLeavesNothingAndAllocatesNothing() {
    Random random = new Random(5);
    Packet[] frames = new Packet[256];
    try (PacketPool many = new PacketPool(frames.length)) {
      for (int i = 0; i < frames.length; i++) {
        String from = "198.51.100." + random.nextInt(256) + ":" + (1_024 + random.nextInt(60_000));
        Frames flood = Frames.tcp().from(from).to(SERVER).seq(random.nextInt());
        frames[i] =
            (random.nextBoolean() ? flood.syn().mss(1_460) : flood.ack(random.nextInt()))
                .build(many.acquire());
      }
      int[] at = {0};
      AllocationProbe.assertNone(
          20_000,
          () -> {
            network.deliver(frames[at[0]++ & 255]);
            engine.step();
            network.clear();
          });
    }
    assertQuiet();
    assertEquals(0, connections());
  }
}
