package org.vtl.service.tor.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.packet.Address;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.Engine;
import org.vtl.tcp.DialerHandshake.Answer;
import org.vtl.tcp.Relay;
import org.vtl.tcp.testkit.FakeRelay;
import org.vtl.tcp.testkit.FakeRelays;
import org.vtl.testkit.Configuration;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/**
 * The service and its guard in the real engine, with relays that only note what was asked. Nothing
 * of the VM may have left at the end of a test.
 */
abstract class TorRig {
  private static final Map<String, Object> PROPERTIES =
      Map.of("vtl.name", "tor", "vtl.priority", 300);
  private static final Map<String, Object> GUARD =
      Map.of("vtl.name", "tor-guard", "vtl.priority", TorGuard.PRIORITY);
  static final String PUBLIC = "203.0.113.9";

  @TempDir Path data;

  final PacketPool pool = new PacketPool(2);
  final Packet frame = pool.acquire();
  final Packet out = pool.acquire();
  final MemoryPortProvider ports = new MemoryPortProvider();
  final MemoryPort vm = ports.port("vm");
  final MemoryPort network = ports.port("net");
  final VirtualClock clock = new VirtualClock();
  final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  final FakeRelays relays = new FakeRelays();
  final Map<String, Object> configuration = new HashMap<>();
  final Map<Integer, String> logins = new HashMap<>();
  Function<String, Object> predecessor = Estate.NONE;
  final TorGuard guard = new TorGuard();
  TorService service;

  @BeforeEach
  void open() {
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
    turn();
    engine.addService(guard, GUARD);
    configuration.put("manage", false);
    service = add();
  }

  @AfterEach
  void close() {
    assertFalse(network.sent(out), "nothing of the VM goes to the network");
    assertTrue(
        relays.all().stream().noneMatch(relay -> relay.state() == Relay.State.LEAVING)
            && !relays.asked().contains("leave all of tor"),
        "a stream ends when its ends do");
    engine.runtime().services().forEach(one -> assertEquals(0, one.failures(), one.name()));
    engine.close();
    service.deactivate();
    pool.close();
  }

  TorService add() {
    TorService made = new TorService(data, predecessor);
    made.relays = relays;
    made.runtime = engine.runtime();
    made.configure(Configuration.of(TorConfig.class, configuration));
    engine.addService(made, PROPERTIES);
    turn();
    return made;
  }

  void configure(String key, Object value) {
    configuration.put(key, value);
    service.configure(Configuration.of(TorConfig.class, configuration));
    engine.changeService(service, PROPERTIES);
    turn();
  }

  /** The address that the VM is told for {@code name}. */
  String map(String name) {
    if (service.names("lab") == null) {
      outbound(Frames.arpRequest().from("10.0.0.1").to("10.0.0.254"));
    }
    return service.names("lab").map(name, false).toString();
  }

  static long mapped(String address) {
    return Address.parse(address).low();
  }

  static Frames syn(String to, int port) {
    return segment(to, port).syn().mss(1460);
  }

  static Frames segment(String to, int port) {
    return Frames.tcp().from("10.0.0.1:5555").to(to + ":" + port);
  }

  static Frames peer(String from, int port) {
    return Frames.tcp()
        .from(from + ":" + port)
        .to("10.0.0.1:5555")
        .macs("02:00:00:00:00:02", "02:00:00:00:00:01");
  }

  /** Whether the VM is answered, in {@code out}. */
  boolean outbound(Frames frames) {
    vm.deliver(frames.build(frame));
    turn();
    return vm.sent(out);
  }

  /** Whether it reaches the VM. */
  boolean inbound(Frames frames) {
    network.deliver(frames.build(frame));
    turn();
    return vm.sent(out);
  }

  void turn() {
    while (engine.step() > 0) {
      // until nothing is left to do
    }
  }

  void assertUnreachable(int code) {
    assertTrue(out.isIcmp());
    assertEquals(IcmpHeader.DESTINATION_UNREACHABLE, out.icmp().type());
    assertEquals(code, out.icmp().code());
  }

  long count(String counter) {
    return engine.runtime().counters().stream()
        .filter(one -> one.name().equals(counter))
        .mapToLong(CounterInfo::value)
        .sum();
  }

  String failure() {
    return new TorReport(service).failed(10).getLast().failure();
  }

  String target(int port) {
    return new TorReport(service)
        .streams(10).stream()
            .map(StreamInfo::target)
            .filter(text -> text.endsWith(":" + port))
            .findFirst()
            .orElseThrow();
  }

  static String host(FakeRelay relay) {
    return ((java.net.InetSocketAddress) relay.address()).getAddress().getHostAddress();
  }

  /** What a relay's handshake says first, byte by byte. */
  static String begin(FakeRelay relay) {
    ByteBuffer out = ByteBuffer.allocate(1_024);
    relay.handshake().begin(out);
    return new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1);
  }

  static Answer hear(FakeRelay relay, String... hex) {
    Answer answer = Answer.PENDING;
    for (String one : hex) {
      ByteBuffer in = ByteBuffer.wrap(java.util.HexFormat.of().parseHex(one));
      answer = relay.handshake().received(in, ByteBuffer.allocate(1_024));
    }
    return answer;
  }

  /** All that a relay's handshake says, up to the request. */
  static String asked(FakeRelay relay) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    for (String hex : new String[] {"0502", "0100"}) {
      if (said.size() == 0) {
        said.writeBytes(begin(relay).getBytes(StandardCharsets.ISO_8859_1));
      }
      ByteBuffer out = ByteBuffer.allocate(1_024);
      relay.handshake().received(ByteBuffer.wrap(java.util.HexFormat.of().parseHex(hex)), out);
      said.write(out.array(), 0, out.position());
    }
    return said.toString(StandardCharsets.ISO_8859_1);
  }

  /** User and password that the relay of this number says; it is asked once. */
  String login(int number) {
    return logins.computeIfAbsent(
        number,
        key -> {
          FakeRelay relay = relays.all().get(number);
          begin(relay);
          ByteBuffer out = ByteBuffer.allocate(1_024);
          relay.handshake().received(ByteBuffer.wrap(new byte[] {5, 2}), out);
          return new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1);
        });
  }
}
