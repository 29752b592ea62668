package org.vtl.service.splittcp.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.Engine;
import org.vtl.tcp.Opening;
import org.vtl.tcp.Relay;
import org.vtl.tcp.command.RelayCommand;
import org.vtl.tcp.policy.Refusal;
import org.vtl.tcp.testkit.FakeRelay;
import org.vtl.tcp.testkit.FakeRelays;
import org.vtl.testkit.Configuration;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/** Which connections are split, in the real engine, with relays that only note what was asked. */
class SplitTcpTest {
  private static final Map<String, Object> PROPERTIES =
      Map.of("vtl.name", "splittcp", "vtl.priority", 400, "vtl.protocols", new String[] {"TCP"});

  private final PacketPool pool = new PacketPool(2);
  private final Packet frame = pool.acquire();
  private final Packet out = pool.acquire();
  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final MemoryPort vm = ports.port("vm");
  private final MemoryPort network = ports.port("net");
  private final Engine engine = Engine.create(new VirtualClock(), Engine.Drive.STEPPED);
  private final FakeRelays relays = new FakeRelays();
  private final Map<String, Object> configuration = new HashMap<>();
  private SplitTcp service;

  @BeforeEach
  void open() {
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
    turn();
    service = add();
  }

  @AfterEach
  void close() {
    assertEquals(0, count("core/engine-faults"));
    engine.runtime().services().forEach(one -> assertEquals(0, one.failures(), one.name()));
    engine.close();
    pool.close();
  }

  // ---- new connections -------------------------------------------------------------------------

  @Test
  void aConnectionIsSplitAtItsSyn() {
    assertTrue(outbound(vmSegment(80).syn().mss(1460)));
    assertEquals(List.of("split 80"), relays.asked());
    assertEquals("splittcp", relays.splitOptions().owner());
    assertEquals("cubic", relays.splitOptions().vmSide().congestionControl());
    assertEquals("bbr", relays.splitOptions().networkSide().congestionControl());
    assertTrue(inbound(peerSegment(80).syn().ack(1).mss(1460)));
    assertTrue(outbound(vmSegment(80).seq(1).ack(1)));
    assertEquals(List.of("split 80"), relays.asked());
    assertEquals(1, count("splittcp/relayed"));
  }

  @Test
  void onesThatPeersOpenAreSplitToo() {
    assertTrue(inbound(peerSegment(80).syn().mss(1460)));
    assertEquals(List.of("split 80"), relays.asked());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "raw 1d100102030405060708090a0b0c0d0e | AUTHENTICATED",
        "raw 131200112233445566778899aabbccddeeff | SIGNED",
        "mss 1460,raw 1e0c00810102030405060708 | MULTIPATH",
        "mss 1460,raw 4502                    | UNKNOWN_OPTION",
        "raw 0200                             | MALFORMED_OPTIONS",
      })
  void whatARelayCouldNotSayIsNeverSplit(String options, Refusal why) {
    assertTrue(outbound(vmSegment(80).syn().options(options)));
    assertTrue(outbound(vmSegment(80).syn().options(options)));
    assertTrue(inbound(peerSegment(80).syn().ack(1).options(options)));
    assertTrue(outbound(vmSegment(80).seq(1).ack(1)));
    assertEquals(List.of(), relays.asked());
    assertEquals(1, count("splittcp/not-" + why.word()));
    assertEquals(0, count("splittcp/relayed"));
    assertTrue(said("bypassed").contains(why.sentence()), said("bypassed"));
  }

  @Test
  void aSynWithDataIsNotSplit() {
    assertTrue(outbound(vmSegment(80).syn().mss(1460).payload("hello")));
    assertEquals(1, count("splittcp/not-syn-data"));
    assertEquals(List.of(), relays.asked());
  }

  @ParameterizedTest
  @EnumSource(
      value = Opening.class,
      names = {"OPENED"},
      mode = EnumSource.Mode.EXCLUDE)
  void whatIsRefusedPassesAsItIs(Opening answer) {
    relays.setAnswer(answer);
    assertTrue(outbound(vmSegment(80).syn()));
    assertTrue(inbound(peerSegment(80).syn().ack(1)));
    assertTrue(outbound(vmSegment(80).seq(1).ack(1).payload("x")));
    assertEquals(List.of("split 80"), relays.asked(), "asked once");
    assertEquals(1, count("splittcp/not-" + Refusal.of(answer).word()));
  }

  @Test
  void rulesBypass() {
    configure("rules", new String[] {"take port 80", "bypass outbound # the rest"});
    assertTrue(outbound(vmSegment(80).syn()));
    assertTrue(outbound(vmSegment(81).syn()));
    assertEquals(List.of("split 80"), relays.asked());
    assertEquals(1, count("splittcp/not-by-rule"));
    String said = said("bypassed");
    assertTrue(said.contains("The rule \"bypass outbound # the rest\" bypasses it."), said);
  }

  // ---- live connections ------------------------------------------------------------------------

  @Test
  void aLiveConnectionIsLeftAlone() {
    engine.removeService(service);
    handshake();
    relays.forget();
    service = add();
    assertTrue(outbound(vmSegment(80).seq(1).ack(1).payload("x")));
    assertEquals(List.of(), relays.asked());
    assertEquals(1, count("splittcp/not-open-before"));
  }

  @Test
  void aLiveConnectionIsTakenOnceBothEndsHaveShownWhatTheyAre() {
    engine.removeService(service);
    handshake();
    relays.forget();
    configuration.put("live", true);
    service = add();
    assertTrue(outbound(vmSegment(80).seq(1).ack(1).payload("x")));
    assertEquals(List.of(), relays.asked(), "the peer may send signatures yet");
    assertTrue(inbound(peerSegment(80).seq(1).ack(2)));
    assertEquals(List.of("insert 80"), relays.asked());
  }

  @Test
  void aLiveConnectionWithObstaclesIsNotTaken() {
    engine.removeService(service);
    handshake();
    relays.forget();
    configuration.put("live", true);
    service = add();
    assertTrue(outbound(vmSegment(80).seq(1).ack(1).payload("x")));
    assertTrue(inbound(peerSegment(80).seq(1).ack(2).options("raw 1e082001000000010000")));
    assertTrue(outbound(vmSegment(80).seq(2).ack(1).payload("x")));
    assertEquals(List.of(), relays.asked());
    assertEquals(1, count("splittcp/not-mptcp"));
  }

  @Test
  void whatWasPickedUpMidwayIsNotTaken() {
    configure("live", true);
    assertTrue(outbound(vmSegment(80).seq(1).ack(1).payload("x")));
    assertTrue(inbound(peerSegment(80).seq(1).ack(2)));
    assertEquals(List.of(), relays.asked());
    assertEquals(1, count("splittcp/not-midstream"));
  }

  // ---- other rules, removal, replacement -------------------------------------------------------

  @Test
  void otherRulesRecallRelays() {
    handshake();
    long other = 81;
    outbound(vmSegment(81).syn());
    configure("rules", new String[] {"bypass port 80"});
    assertEquals(
        1,
        relays.all().stream().filter(one -> one.state() == Relay.State.LEAVING).count(),
        "silent or not");
    assertEquals(1, count("splittcp/recalled"));
    assertTrue(outbound(vmSegment(80).seq(1).ack(1).payload("x")));
    assertTrue(inbound(peerSegment(other).syn().ack(1)));
    assertEquals(1, count("splittcp/recalled"));
  }

  @Test
  void anothersRelayIsNotTouched() {
    outbound(vmSegment(80).syn());
    FakeRelay one = relays.last();
    one.setOwner("localack");
    configure("rules", new String[] {"bypass"});
    inbound(peerSegment(80).syn().ack(1));
    assertEquals(Relay.State.OPEN, one.state());
    assertEquals(1, count("splittcp/not-taken"));
  }

  @Test
  void removedForGoodItAsksItsRelaysToLeave() {
    handshake();
    engine.removeService(service);
    assertEquals(List.of("split 80", "leave all of splittcp"), relays.asked());
  }

  @Test
  void replacedItLeavesItsRelaysToTheSuccessor() {
    handshake();
    SplitTcp successor = add();
    engine.removeService(service);
    assertEquals(List.of("split 80"), relays.asked());
    assertTrue(outbound(vmSegment(80).seq(1).ack(1).payload("x")));
    assertEquals(0, count("splittcp/not-open-before"));
    engine.removeService(successor);
    assertEquals(List.of("split 80", "leave all of splittcp"), relays.asked());
    service = successor;
  }

  // ---- configuration ---------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vm.congestion        | vegas | vm.congestion is \"vegas\"; give cubic, reno or bbr.",
        "network.buffer.bytes | 1000  | network.buffer.bytes is 1000; give 65536 to 1073741824.",
        "vm.segment.bytes     | 40    | vm.segment.bytes is 40; give 88 to 65483.",
        "network.keepalive.seconds | -1 | network.keepalive.seconds is -1; give 0 to 86400.",
      })
  void faultsNameKeyValueAndRemedy(String key, String value, String sentence) {
    Object typed = value.matches("-?\\d+") ? (Object) Integer.valueOf(value) : value;
    SplitTcpConfig config = Configuration.of(SplitTcpConfig.class, Map.of(key, typed));
    assertEquals(
        sentence,
        assertThrows(IllegalArgumentException.class, () -> service.configure(config)).getMessage());
  }

  // ---- the command -----------------------------------------------------------------------------

  @Test
  void theCommandListsAndShows() {
    handshake();
    String list = said("list");
    assertTrue(list.contains("10.0.0.1:5555"), list);
    assertTrue(list.contains("600.0 ms"), list);
    assertTrue(
        list.contains("1 connection, 40 bytes held, 35 of them acknowledged and not yet delivered"),
        list);
    long id = relays.last().connection();
    String one = said("show", Long.toString(id));
    assertTrue(one.contains("VM 10.0.0.1:5555"), one);
    assertTrue(one.matches("(?s).*congestion control +cubic +bbr\n.*"), one);
    String json = said("list", "--json");
    assertTrue(json.startsWith("{\"count\":1,\"held\":40,\"undelivered\":35,\"relays\":[{"), json);
    assertEquals(
        "{\"error\":\"Connection 7 has no relay; vtl:split lists those that have one, and"
            + " vtl:split bypassed says why others have none.\"}\n",
        said("show", "7", "--json"));
  }

  @Test
  void theCommandTellsHowItIsCalled() {
    assertTrue(said("--help").startsWith("usage: split "));
    assertTrue(said("nonsense").contains("does not understand \"nonsense\""));
    assertTrue(said("show").contains("needs a connection's number"));
    assertTrue(said("list", "--limit", "x").contains("give a whole number"));
    assertEquals(
        "0 connections, 0 bytes held, 0 of them acknowledged and not yet delivered\n", said());
    assertEquals("Every open TCP connection has a relay.\n", said("bypassed"));
  }

  // ---- the rig ---------------------------------------------------------------------------------

  private SplitTcp add() {
    SplitTcp made = new SplitTcp(relays);
    made.runtime = engine.runtime();
    made.configure(Configuration.of(SplitTcpConfig.class, configuration));
    engine.addService(made, PROPERTIES);
    turn();
    return made;
  }

  private void configure(String key, Object value) {
    configuration.put(key, value);
    service.configure(Configuration.of(SplitTcpConfig.class, configuration));
    engine.changeService(service, PROPERTIES);
    turn();
  }

  private void handshake() {
    assertTrue(outbound(vmSegment(80).syn().mss(1460)));
    assertTrue(inbound(peerSegment(80).syn().ack(1).mss(1460)));
    assertTrue(outbound(vmSegment(80).seq(1).ack(1)));
  }

  private static Frames vmSegment(long port) {
    return Frames.tcp().from("10.0.0.1:5555").to("10.0.0.2:" + port);
  }

  private static Frames peerSegment(long port) {
    return Frames.tcp()
        .from("10.0.0.2:" + port)
        .to("10.0.0.1:5555")
        .macs("02:00:00:00:00:02", "02:00:00:00:00:01");
  }

  private boolean outbound(Frames frames) {
    vm.deliver(frames.build(frame));
    turn();
    return network.sent(out);
  }

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

  private long count(String counter) {
    return engine.runtime().counters().stream()
        .filter(one -> one.name().equals(counter))
        .mapToLong(CounterInfo::value)
        .sum();
  }

  /** What the command prints, whatever its status; the engine turns meanwhile. */
  private String said(String... words) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    RelayCommand command = new RelayCommand("split", SplitCommand.HELP, service);
    Thread caller = Thread.ofPlatform().start(() -> command.call(List.of(words), out, out));
    while (caller.isAlive()) {
      turn();
      Thread.onSpinWait();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
