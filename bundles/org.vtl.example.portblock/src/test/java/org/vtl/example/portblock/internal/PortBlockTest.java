package org.vtl.example.portblock.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.Engine;
import org.vtl.service.Priority;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Configuration;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.PacketAssert;
import org.vtl.testkit.VirtualClock;

/**
 * How to test a service: the real engine, turned by the test; a port on each side that the test
 * holds; a clock that stands still.
 */
class PortBlockTest {
  private static final Map<String, Object> PROPERTIES =
      Map.of(
          "vtl.name",
          "portblock",
          "vtl.priority",
          Priority.FILTER,
          "vtl.protocols",
          new String[] {"TCP", "UDP"});

  private final VirtualClock clock = new VirtualClock();
  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final MemoryPort vm = ports.port("vm");
  private final MemoryPort network = ports.port("net");
  private final PortBlock service = new PortBlock();
  private final PacketPool pool = new PacketPool(2);
  private final Packet packet = pool.acquire();
  private Engine engine;

  @BeforeEach
  void start() {
    service.configure(Configuration.of(PortBlock.Config.class));
    engine = Engine.create(clock, Engine.Drive.STEPPED);
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
    engine.addService(service, PROPERTIES);
    engine.step();
  }

  @AfterEach
  void end() {
    engine.close();
    pool.close();
  }

  @Test
  void dropsConnectionsToABlockedPort() {
    assertFalse(passes(Frames.tcp().to("10.0.0.2:23").syn()));
    assertFalse(passes(Frames.udp().to("10.0.0.2:23")));
    assertEquals(2, drops());
  }

  @Test
  void letsAllOthersPassUnchanged() {
    assertTrue(passes(Frames.tcp().to("10.0.0.2:80").syn().seq(7)));
    PacketAssert.that(packet).tcp().destinationPort(80).seq(7).checksumsRight();
    assertTrue(passes(Frames.echo(1, 1)));
    assertEquals(0, drops());
  }

  @Test
  void blocksWhatTheNetworkOpensToo() {
    network.deliver(Frames.tcp().from("10.0.0.2:999").to("10.0.0.1:23").syn().build(packet));
    engine.step();
    assertFalse(vm.sent(packet));
  }

  @Test
  void aClientsOwnPortIsNotBlocked() {
    assertTrue(passes(Frames.udp().from("10.0.0.1:23").to("10.0.0.2:53")));
    network.deliver(Frames.udp().from("10.0.0.2:53").to("10.0.0.1:23").build(packet));
    engine.step();
    assertTrue(vm.sent(packet));
  }

  @Test
  void isNotAskedAgainOnceItHasDecided() {
    for (int i = 0; i < 3; i++) {
      assertTrue(passes(Frames.udp().to("10.0.0.2:53")));
    }
    assertEquals(1, engine.runtime().services().getFirst().packets());
  }

  @Test
  void anotherConfigurationHoldsForOldConnectionsToo() {
    assertTrue(passes(Frames.tcp().to("10.0.0.2:80").syn()));
    service.configure(Configuration.of(PortBlock.Config.class, Map.of("ports", new int[] {80})));
    engine.changeService(service, PROPERTIES); // as the framework does
    assertTrue(passes(Frames.tcp().to("10.0.0.2:23").syn()));
    assertFalse(passes(Frames.tcp().to("10.0.0.2:80").syn()), "it had been left");
  }

  @Test
  void aPortThatIsNoneIsRefusedInOneSentence() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                service.configure(
                    Configuration.of(PortBlock.Config.class, Map.of("ports", new int[] {70_000}))));
    assertEquals(
        "org.vtl.example.portblock has port 70000 in ports; give 1 to 65535.", e.getMessage());
    assertFalse(passes(Frames.tcp().to("10.0.0.2:23").syn())); // what held before still holds
  }

  @Test
  void allocatesNothingPerPacket() {
    Packet telnet = Frames.tcp().to("10.0.0.2:23").syn().build(packet);
    AllocationProbe.assertNone(
        20_000,
        () -> {
          vm.deliver(telnet);
          engine.step();
        });
  }

  /** Whether a frame of the VM reaches the network; {@link #packet} holds it then. */
  private boolean passes(Frames frame) {
    vm.deliver(frame.build(packet));
    engine.step();
    return network.sent(packet);
  }

  private long drops() {
    return engine.runtime().counters().stream()
        .filter(counter -> counter.name().equals("portblock/blocked-port"))
        .mapToLong(counter -> counter.value())
        .sum();
  }
}
