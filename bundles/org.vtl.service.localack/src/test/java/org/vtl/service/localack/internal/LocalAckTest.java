package org.vtl.service.localack.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import org.vtl.tcp.testkit.FakeRelays;
import org.vtl.testkit.Configuration;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/**
 * Which connections get local acknowledgments, in the real engine, with relays that only note what
 * was asked.
 */
class LocalAckTest {
  private static final Map<String, Object> PROPERTIES =
      Map.of("vtl.name", "localack", "vtl.priority", 400, "vtl.protocols", new String[] {"TCP"});

  private final VirtualClock clock = new VirtualClock();
  private final PacketPool pool = new PacketPool(2);
  private final Packet frame = pool.acquire();
  private final Packet out = pool.acquire();
  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final MemoryPort vm = ports.port("vm");
  private final MemoryPort network = ports.port("net");
  private final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  private final FakeRelays relays = new FakeRelays();
  private final Map<String, Object> configuration = new HashMap<>();
  private LocalAck service;

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

  // ---- long paths ------------------------------------------------------------------------------

  @Test
  void aLongPathGetsLocalAcknowledgments() {
    handshake(5);
    assertEquals(List.of("acknowledge 80"), relays.asked());
    assertEquals("localack", relays.acknowledgmentOptions().owner());
    assertEquals("bbr", relays.acknowledgmentOptions().vmData().congestionControl());
    assertNull(relays.acknowledgmentOptions().networkData());
    assertEquals(1, count("localack/relayed"));
    assertTrue(outbound(vmSegment(80).seq(1).ack(1).payload("x")));
    assertTrue(inbound(peerSegment(80).seq(1).ack(2)));
    assertEquals(List.of("acknowledge 80"), relays.asked(), "asked once");
  }

  @Test
  void aShortPathIsLeftAlone() {
    handshake(4);
    assertEquals(List.of(), relays.asked());
    assertEquals(1, count("localack/not-short-path"));
    assertTrue(said("bypassed").contains("Its path is shorter than configured."));
  }

  @Test
  void aLostSynMakesNoPathLong() {
    outbound(vmSegment(80).syn());
    pass(1000);
    outbound(vmSegment(80).syn());
    pass(2);
    inbound(peerSegment(80).syn().ack(1));
    assertEquals(1, count("localack/not-short-path"));
  }

  @Test
  void wherePeersOpenTheLastAcknowledgmentTellsHowLongThePathIs() {
    assertTrue(inbound(peerSegment(80).syn().mss(1460)));
    pass(50); // the VM's own time to think is not the path's
    assertTrue(outbound(vmSegment(80).syn().ack(1).mss(1460)));
    pass(1);
    assertTrue(inbound(peerSegment(80).seq(1).ack(1)));
    assertEquals(1, count("localack/not-short-path"));
    assertTrue(inbound(peerSegment(81).syn().mss(1460)));
    assertTrue(outbound(vmSegment(81).syn().ack(1).mss(1460)));
    pass(5);
    assertTrue(inbound(peerSegment(81).seq(1).ack(1)));
    assertEquals(List.of("acknowledge 81"), relays.asked());
  }

  @ParameterizedTest
  @CsvSource({"vm, true, false", "network, false, true", "both, true, true"})
  void whoseDataIsConfigured(String data, boolean vmData, boolean networkData) {
    configure("data", data);
    handshake(10);
    assertEquals(vmData, relays.acknowledgmentOptions().vmData() != null);
    assertEquals(networkData, relays.acknowledgmentOptions().networkData() != null);
  }

  // ---- what gets none --------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "raw 1d100102030405060708090a0b0c0d0e | AUTHENTICATED",
        "raw 131200112233445566778899aabbccddeeff | SIGNED",
        "mss 1460,raw 1e0c00810102030405060708 | MULTIPATH",
        "mss 1460,raw 4502                    | UNKNOWN_OPTION",
      })
  void nobodyAcknowledgesWhatIsSigned(String options, Refusal why) {
    assertTrue(outbound(vmSegment(80).syn().options(options)));
    pass(10);
    assertTrue(inbound(peerSegment(80).syn().ack(1).options(options)));
    assertEquals(List.of(), relays.asked());
    assertEquals(1, count("localack/not-" + why.word()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Opening.class,
      names = {"OPENED"},
      mode = EnumSource.Mode.EXCLUDE)
  void whatIsRefusedPassesAsItIs(Opening answer) {
    relays.setAnswer(answer);
    handshake(10);
    assertTrue(outbound(vmSegment(80).seq(1).ack(1).payload("x")));
    assertEquals(List.of("acknowledge 80"), relays.asked(), "asked once");
    assertEquals(1, count("localack/not-" + Refusal.of(answer).word()));
  }

  @Test
  void rulesBypass() {
    configure("rules", new String[] {"take port 81", "bypass"});
    handshake(10);
    assertEquals(List.of(), relays.asked());
    assertEquals(1, count("localack/not-by-rule"));
  }

  @Test
  void aLiveConnectionIsLeftAlone() {
    engine.removeService(service);
    handshake(10);
    relays.forget();
    service = add();
    assertTrue(outbound(vmSegment(80).seq(1).ack(1).payload("x")));
    pass(10);
    assertTrue(inbound(peerSegment(80).seq(1).ack(2)));
    assertEquals(List.of(), relays.asked());
    assertEquals(1, count("localack/not-open-before"));
  }

  @Test
  void aLiveConnectionIsMeasuredByItsDataWhereConfigured() {
    engine.removeService(service);
    handshake(10);
    relays.forget();
    configuration.put("live", true);
    service = add();
    assertTrue(inbound(peerSegment(80).seq(1).ack(1).payload("y")));
    assertTrue(outbound(vmSegment(80).seq(1).ack(2).payload("xx")));
    pass(10);
    assertTrue(inbound(peerSegment(80).seq(2).ack(2)));
    assertEquals(List.of(), relays.asked(), "half of it is no answer");
    assertTrue(inbound(peerSegment(80).seq(2).ack(3)));
    assertEquals(List.of("acknowledge 80"), relays.asked());
  }

  @Test
  void whatARuleBypassedOnceIsALiveConnectionLater() {
    configure("rules", new String[] {"bypass"});
    handshake(10);
    configure("rules", new String[0]);
    assertTrue(outbound(vmSegment(80).seq(1).ack(1).payload("x")));
    assertTrue(inbound(peerSegment(80).seq(1).ack(2)));
    assertEquals(List.of(), relays.asked());
    assertEquals(1, count("localack/not-open-before"));
  }

  // ---- other rules, removal, replacement -------------------------------------------------------

  @Test
  void otherRulesRecallRelays() {
    handshake(10);
    configure("rules", new String[] {"bypass port 80"});
    assertEquals(Relay.State.LEAVING, relays.last().state());
    assertEquals(1, count("localack/recalled"));
  }

  @Test
  void removedForGoodItAsksItsRelaysToLeave() {
    handshake(10);
    LocalAck successor = add();
    engine.removeService(service);
    assertEquals(List.of("acknowledge 80"), relays.asked());
    engine.removeService(successor);
    assertEquals(List.of("acknowledge 80", "leave all of localack"), relays.asked());
  }

  // ---- configuration and command ---------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "congestion   | vegas | congestion is \"vegas\"; give cubic, reno or bbr.",
        "buffer.bytes | 1000  | buffer.bytes is 1000; give 65536 to 1073741824.",
        "least.rtt.ms | -1    | least.rtt.ms is -1.0; give 0 to 60000.",
        "data         | peer  | data is \"peer\"; give vm, network or both.",
      })
  void faultsNameKeyValueAndRemedy(String key, String value, String sentence) {
    Object typed = value.matches("-?\\d+") ? (Object) Integer.valueOf(value) : value;
    LocalAckConfig config = Configuration.of(LocalAckConfig.class, Map.of(key, typed));
    assertEquals(
        sentence,
        assertThrows(IllegalArgumentException.class, () -> service.configure(config)).getMessage());
  }

  @Test
  void theCommandSaysWhatIsPromised() {
    handshake(10);
    assertTrue(
        said().contains("1 connection, 40 bytes held, 35 of them acknowledged and not yet"),
        said());
    assertTrue(said("--help").startsWith("usage: localack "));
  }

  // ---- the rig ---------------------------------------------------------------------------------

  private LocalAck add() {
    LocalAck made = new LocalAck(relays);
    made.runtime = engine.runtime();
    made.configure(Configuration.of(LocalAckConfig.class, configuration));
    engine.addService(made, PROPERTIES);
    turn();
    return made;
  }

  private void configure(String key, Object value) {
    configuration.put(key, value);
    service.configure(Configuration.of(LocalAckConfig.class, configuration));
    engine.changeService(service, PROPERTIES);
    turn();
  }

  /** The VM opens a connection over a path of so many milliseconds. */
  private void handshake(long millis) {
    assertTrue(outbound(vmSegment(80).syn().mss(1460)));
    pass(millis);
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

  private void pass(long millis) {
    clock.advance(millis * 1_000_000);
    turn();
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
    RelayCommand command = new RelayCommand("localack", LocalAckCommand.HELP, service);
    Thread caller = Thread.ofPlatform().start(() -> command.call(List.of(words), out, out));
    while (caller.isAlive()) {
      turn();
      Thread.onSpinWait();
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
