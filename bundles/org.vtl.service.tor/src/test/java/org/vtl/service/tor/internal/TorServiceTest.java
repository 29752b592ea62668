package org.vtl.service.tor.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Address;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.Engine;
import org.vtl.tcp.DialerHandshake.Answer;
import org.vtl.tcp.Opening;
import org.vtl.tcp.Relay;
import org.vtl.tcp.testkit.FakeRelay;
import org.vtl.tcp.testkit.FakeRelays;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Configuration;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/**
 * What becomes of a VM's packets, in the real engine, with relays that only note what was asked.
 */
class TorServiceTest {
  private static final Map<String, Object> PROPERTIES =
      Map.of("vtl.name", "tor", "vtl.priority", 300);
  private static final Map<String, Object> GUARD =
      Map.of("vtl.name", "tor-guard", "vtl.priority", TorGuard.PRIORITY);
  private static final String PUBLIC = "203.0.113.9";

  @TempDir Path data;

  private final PacketPool pool = new PacketPool(2);
  private final Packet frame = pool.acquire();
  private final Packet out = pool.acquire();
  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final MemoryPort vm = ports.port("vm");
  private final MemoryPort network = ports.port("net");
  private final VirtualClock clock = new VirtualClock();
  private final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  private final FakeRelays relays = new FakeRelays();
  private final Map<String, Object> configuration = new HashMap<>();
  private final Map<Integer, String> logins = new HashMap<>();
  private Function<String, Object> predecessor = Estate.NONE;
  private final TorGuard guard = new TorGuard();
  private TorService service;

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

  // ---- streams ---------------------------------------------------------------------------------

  @Test
  void aNameIsAskedForByName() {
    String address = map("www.example.test");
    assertFalse(outbound(syn(address, 443)));
    assertEquals("127.0.0.1", host(relays.last()));
    assertEquals("tor", relays.last().owner());
    assertTrue(asked(relays.last()).endsWith("\u0003\u0010www.example.test\u0001\u00bb"));
    assertEquals(1, count("tor/streams-opened"));
  }

  @Test
  void anAddressIsAskedForByAddress() {
    outbound(syn(PUBLIC, 80));
    assertTrue(asked(relays.last()).endsWith("\u0001\u00cb\u0000\u0071\u0009\u0000\u0050"));
  }

  @Test
  void segmentsOfARelayPassOnToIt() {
    outbound(syn(PUBLIC, 80));
    relays.last().setState(Relay.State.OPEN);
    assertFalse(outbound(segment(PUBLIC, 80).seq(1).ack(1)));
    assertEquals(1, count("tor-guard/kept-in"), "there is no tcp here that would take it");
  }

  @Test
  void whatARelayHasMadePassesToTheVmAndWhatTheNetworkSendsDoesNot() {
    assertFalse(inbound(peer(PUBLIC, 80).syn().ack(1)));
    assertEquals(1, count("tor-guard/kept-out"));
    assertFalse(inbound(Frames.arpRequest().from("10.0.0.9").to("10.0.0.1")));
    assertEquals(2, count("tor-guard/kept-out"));
  }

  @Test
  void whatTheNetworkSendsIsRefusedWithoutTheGuardToo() {
    engine.removeService(guard);
    turn();
    assertFalse(inbound(peer(PUBLIC, 80).syn().ack(1)));
    assertFalse(inbound(Frames.udp().from("10.0.0.9:53").to("10.0.0.1:5")));
    assertEquals(2, count("tor/refused-inbound"));
  }

  @Test
  void anAddressThatStandsForNothingIsHostUnreachable() {
    assertTrue(outbound(syn("10.200.0.1", 80)));
    assertUnreachable(1);
    assertEquals(List.of(), relays.all());
    assertTrue(failure().contains("stands for no name any more"), failure());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.9",
        "127.0.0.1",
        "169.254.1.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1"
      })
  void privateAddressesAreRefused(String address) {
    assertTrue(outbound(syn(address, 80)));
    assertUnreachable(13);
    assertEquals(List.of(), relays.all());
    assertTrue(failure().contains("private.destinations"), failure());
  }

  @Test
  void privateAddressesMayBePermitted() {
    configure("private.destinations", true);
    outbound(syn("10.0.0.9", 80));
    assertEquals(1, relays.all().size());
  }

  @ParameterizedTest
  @EnumSource(
      value = Opening.class,
      names = {"OPENED"},
      mode = EnumSource.Mode.EXCLUDE)
  void whatCannotBeRelayedIsDropped(Opening answer) {
    relays.setAnswer(answer);
    assertFalse(outbound(syn(map("www.example.test"), 80)));
    assertEquals(1, count("tor/no-relay"));
    assertEquals(0, service.names("lab").entries(1).getFirst().connections());
  }

  @Test
  void withoutTcpNothingIsAnswered() {
    service.relays = null;
    assertFalse(outbound(syn(PUBLIC, 80)));
    assertEquals(1, count("tor/no-relay"));
    assertTrue(new TorReport(service).status().complaints().getFirst().contains("feature tcp"));
  }

  @Test
  void aSegmentOfNoConnectionIsReset() {
    assertTrue(outbound(segment(PUBLIC, 80).seq(5).ack(7)));
    assertTrue(out.tcp().isRst());
    assertEquals(7, out.tcp().sequenceNumber());
    assertEquals(1, count("tor/refused-segment"));
  }

  @Test
  void whatComesAfterARelayIsDropped() {
    outbound(syn(PUBLIC, 80));
    relays.last().setState(Relay.State.CLOSED);
    assertFalse(outbound(segment(PUBLIC, 80).seq(1).ack(1)));
    assertFalse(outbound(syn(PUBLIC, 80)));
    assertEquals(2, count("tor/stream-over"));
  }

  @Test
  void isolationIsByVm() {
    outbound(syn(PUBLIC, 80));
    outbound(syn(PUBLIC, 81));
    outbound(syn(PUBLIC, 82).macs("02:00:00:00:00:07", "02:00:00:00:00:02"));
    assertEquals(login(0), login(1));
    assertNotEquals(login(0), login(2));
    service.isolation().renew();
    outbound(syn(PUBLIC, 83));
    assertNotEquals(login(0), login(3));
  }

  @ParameterizedTest
  @CsvSource({"destination, true, false", "connection, false, false"})
  void isolationByChoice(String kind, boolean sameHost, boolean otherHost) {
    configure("isolation", kind);
    outbound(syn(PUBLIC, 80));
    outbound(syn(PUBLIC, 80).from("10.0.0.1:5556"));
    outbound(syn("203.0.113.10", 80));
    assertEquals(sameHost, login(0).equals(login(1)));
    assertEquals(otherHost, login(0).equals(login(2)));
  }

  @Test
  void withoutIsolationThereAreNoCredentials() {
    configure("isolation", "none");
    outbound(syn(PUBLIC, 80));
    assertEquals("\u0005\u0001\u0000", begin(relays.last()));
  }

  @Test
  void optimisticStreamsSayAllAtOnce() {
    configure("optimistic", true);
    outbound(syn(PUBLIC, 80));
    assertTrue(relays.last().isOptimistic());
    assertTrue(begin(relays.last()).length() > 20);
  }

  @Test
  void socks4aIsSpokenByChoice() {
    configure("socks.version", "4a");
    outbound(syn(map("a.test"), 80));
    assertTrue(begin(relays.last()).startsWith("\u0004\u0001\u0000\u0050"));
  }

  @Test
  void whyTorRefusedIsRemembered() {
    outbound(syn(map("www.example.test"), 80));
    begin(relays.last());
    hear(relays.last(), "0502", "0100");
    assertEquals(Answer.HOST_UNREACHABLE, hear(relays.last(), "05040001000000000000"));
    assertEquals(1, count("tor/streams-failed"));
    TorReport report = new TorReport(service);
    assertEquals("www.example.test:80", report.streams(10).getFirst().target());
    assertEquals("open", report.streams(10).getFirst().state());
    clock.advance(3_600_000_000_000L);
    turn();
    assertTrue(failure().startsWith("The name has no address"), failure());
  }

  @Test
  void aSegmentOfAStreamAllocatesNothing() {
    outbound(syn(PUBLIC, 80));
    segment(PUBLIC, 80).seq(1).ack(1).push().payload(1_000).build(frame);
    AllocationProbe.assertNone(
        10_000,
        () -> {
          vm.deliver(frame);
          engine.step();
        });
    while (vm.sent(out)) {
      // nothing of interest
    }
  }

  // ---- the rest --------------------------------------------------------------------------------

  @Test
  void theNeighborhoodIsAnswered() {
    assertTrue(outbound(Frames.arpRequest().from("10.0.0.1").to("10.0.0.77")));
    assertTrue(out.isArp());
    assertEquals(service.mac("lab"), out.arp().senderMac());
  }

  @Test
  void udpIsRefused() {
    assertTrue(outbound(Frames.udp().from("10.0.0.1:5").to(PUBLIC + ":443").payload("x")));
    assertUnreachable(3);
    configure("refuse", "silent");
    assertFalse(outbound(Frames.udp().from("10.0.0.1:5").to(PUBLIC + ":443").payload("x")));
  }

  @Test
  void echoIsAnsweredByChoice() {
    configure("echo", true);
    assertTrue(outbound(Frames.echo(1, 1).from("10.0.0.1").to(PUBLIC)));
    assertEquals(IcmpHeader.ECHO_REPLY, out.icmp().type());
  }

  @Test
  void dnsOverTcpGoesToASocketOfVtlsOwn() {
    outbound(syn("192.0.2.53", 53));
    assertTrue(
        relays.last().address().toString().contains("dns"), relays.last().address().toString());
    assertNull(relays.last().handshake());
    assertEquals(0, count("tor/streams-opened"));
  }

  // ---- replacement -----------------------------------------------------------------------------

  @Test
  void aSuccessorKnowsStreamsNamesAndSecret() {
    String address = map("www.example.test");
    for (int i = 0; i < 500; i++) {
      map("host" + i + ".example.test");
    }
    outbound(syn(address, 80));
    relays.last().setState(Relay.State.OPEN);
    TorService old = service;
    predecessor = old::bequeath;
    service = add();
    engine.removeService(old);
    turn();
    old.deactivate();
    assertFalse(outbound(segment(address, 80).seq(1).ack(1)));
    assertEquals(0, count("tor/refused-segment"), "it is a stream yet");
    assertEquals(501, service.names("lab").size());
    assertEquals(address, map("www.example.test"), "the name's address stays");
    assertEquals(1, service.names("lab").entries(1).getFirst().connections());
    outbound(syn(map("host499.example.test"), 81));
    outbound(syn(address, 82));
    assertTrue(asked(relays.all().get(1)).contains("host499.example.test"));
    assertEquals(login(0), login(2), "the VM's circuits stay");
    assertEquals("www.example.test:80", target(80));
  }

  @Test
  void withoutTheEstateWhatWasAskedLastIsHandedOver() {
    String address = map("www.example.test");
    TorService old = service;
    service = add();
    engine.removeService(old);
    turn();
    old.deactivate();
    assertEquals("www.example.test", service.names("lab").name(0, mapped(address)));
  }

  @Test
  void otherRangesForgetNames() {
    map("www.example.test");
    configure("names.ipv4", "10.128.0.0/10");
    outbound(syn(PUBLIC, 80));
    assertEquals(0, service.names("lab").size());
  }

  @Test
  void aFaultyConfigurationLeavesTheOneBefore() {
    TorConfig config =
        Configuration.of(TorConfig.class, Map.of("manage", false, "isolation", "all"));
    assertThrows(IllegalArgumentException.class, () -> service.configure(config));
    outbound(syn(PUBLIC, 80));
    assertEquals(1, relays.all().size());
  }

  // ---- the rig ---------------------------------------------------------------------------------

  private TorService add() {
    TorService made = new TorService(data, predecessor);
    made.relays = relays;
    made.runtime = engine.runtime();
    made.configure(Configuration.of(TorConfig.class, configuration));
    engine.addService(made, PROPERTIES);
    turn();
    return made;
  }

  private void configure(String key, Object value) {
    configuration.put(key, value);
    service.configure(Configuration.of(TorConfig.class, configuration));
    engine.changeService(service, PROPERTIES);
    turn();
  }

  /** The address that the VM is told for {@code name}. */
  private String map(String name) {
    if (service.names("lab") == null) {
      outbound(Frames.arpRequest().from("10.0.0.1").to("10.0.0.254"));
    }
    return service.names("lab").map(name, false).toString();
  }

  private static long mapped(String address) {
    return Address.parse(address).low();
  }

  private static Frames syn(String to, int port) {
    return segment(to, port).syn().mss(1460);
  }

  private static Frames segment(String to, int port) {
    return Frames.tcp().from("10.0.0.1:5555").to(to + ":" + port);
  }

  private static Frames peer(String from, int port) {
    return Frames.tcp()
        .from(from + ":" + port)
        .to("10.0.0.1:5555")
        .macs("02:00:00:00:00:02", "02:00:00:00:00:01");
  }

  /** Whether the VM is answered, in {@code out}. */
  private boolean outbound(Frames frames) {
    vm.deliver(frames.build(frame));
    turn();
    return vm.sent(out);
  }

  /** Whether it reaches the VM. */
  private boolean inbound(Frames frames) {
    network.deliver(frames.build(frame));
    turn();
    return vm.sent(out);
  }

  private void turn() {
    while (engine.step() > 0) {
      // until nothing is left to do
    }
  }

  private void assertUnreachable(int code) {
    assertTrue(out.isIcmp());
    assertEquals(IcmpHeader.DESTINATION_UNREACHABLE, out.icmp().type());
    assertEquals(code, out.icmp().code());
  }

  private long count(String counter) {
    return engine.runtime().counters().stream()
        .filter(one -> one.name().equals(counter))
        .mapToLong(CounterInfo::value)
        .sum();
  }

  private String failure() {
    return new TorReport(service).failed(10).getLast().failure();
  }

  private String target(int port) {
    return new TorReport(service)
        .streams(10).stream()
            .map(StreamInfo::target)
            .filter(text -> text.endsWith(":" + port))
            .findFirst()
            .orElseThrow();
  }

  private static String host(FakeRelay relay) {
    return ((java.net.InetSocketAddress) relay.address()).getAddress().getHostAddress();
  }

  /** What a relay's handshake says first, byte by byte. */
  private static String begin(FakeRelay relay) {
    ByteBuffer out = ByteBuffer.allocate(1_024);
    relay.handshake().begin(out);
    return new String(out.array(), 0, out.position(), StandardCharsets.ISO_8859_1);
  }

  private static Answer hear(FakeRelay relay, String... hex) {
    Answer answer = Answer.PENDING;
    for (String one : hex) {
      ByteBuffer in = ByteBuffer.wrap(java.util.HexFormat.of().parseHex(one));
      answer = relay.handshake().received(in, ByteBuffer.allocate(1_024));
    }
    return answer;
  }

  /** All that a relay's handshake says, up to the request. */
  private static String asked(FakeRelay relay) {
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
  private String login(int number) {
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
