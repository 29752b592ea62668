package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;
import org.vtl.port.PortProvider;
import org.vtl.port.PortStatistics;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.PacketAssert;

/** Large packets and drivers that do not behave: neither costs the lane its packets. */
class EgressTest extends WithWorkers {
  @Test
  void aGuestMayNotHaveOnePacketMadeIntoThousands() {
    try (Rig rig = new Rig("packets", 128)) {
      withoutOffloads(rig);
      for (int size : new int[] {1, 7, 40}) {
        rig.fromVm(Frames.tcp().seq(1).payload(60_000).segmentSize(size).partialChecksum());
      }
      assertNull(rig.toNetwork());
      assertEquals(3, rig.count("core/segments-tiny"));
      rig.fromVm(Frames.tcp().seq(1).payload(60_000).segmentSize(64).partialChecksum());
      assertEquals(938, rig.net.sentCount());
      assertEquals(3, rig.count("core/segments-tiny"));
      assertEquals(
          Rig.workers * (128 - Lane.BATCH), rig.engine.runtime().links().getFirst().poolFree());
    }
  }

  @Test
  void aSmallPoolSplitsManyLargePacketsWithoutALoss() {
    try (Rig rig = new Rig("packets", 128)) {
      withoutOffloads(rig);
      for (int i = 0; i < 20; i++) {
        rig.vm.deliver(
            Frames.tcp()
                .seq(1 + i * 60_000L)
                .payload(60_000)
                .segmentSize(1_448)
                .partialChecksum()
                .build(rig.frame));
        rig.net.deliver(
            Rig.tcpBack()
                .seq(1 + i * 60_000L)
                .payload(60_000)
                .segmentSize(1_448)
                .partialChecksum()
                .build(rig.frame));
      }
      rig.turn();
      assertEquals(0, rig.count("core/pool-empty"));
      assertEquals(20 * 42, rig.net.sentCount());
      assertEquals(20 * 42, rig.vm.sentCount());
    }
  }

  private static void withoutOffloads(Rig rig) {
    rig.engine.removeLink("lab");
    rig.net.setOffloads(Offloads.NONE);
    rig.vm.setOffloads(Offloads.NONE);
    rig.engine.addLink("lab", Rig.configuration("packets", 128));
    rig.turn();
    rig.turn();
  }

  @Test
  void aDriverThatThrowsOrLiesLosesItsPortAndNothingElse() {
    for (String whim : new String[] {"poll", "many", "negative", "transmit", "offloads"}) {
      try (Rig rig = new Rig()) {
        Wild wild = new Wild();
        rig.engine.addProvider(wild, "wild");
        rig.engine.addLink("lab", Rig.configuration("network.port", "wild:1"));
        rig.turn();
        rig.turn();
        wild.whim = whim;
        for (int i = 0; i < 300; i++) {
          rig.vm.deliver(Rig.udp("x").build(rig.frame));
          rig.engine.step();
        }
        wild.whim = "";
        rig.engine.step();
        rig.turn();
        int before = wild.sent;
        rig.fromVm(Rig.udp("x"));
        assertEquals(before + 1, wild.sent, whim);
        assertEquals(
            Rig.workers * (256 - Lane.BATCH),
            rig.engine.runtime().links().getFirst().poolFree(),
            whim);
      }
    }
  }

  @Test
  @Timeout(30)
  void aFaultOfTheEngineCostsThePacketAndNoSlot() throws Exception {
    MemoryPortProvider ports = new MemoryPortProvider();
    long start = System.nanoTime();
    try (Engine engine = Engine.create(() -> System.nanoTime() - start, Engine.Drive.THREADS);
        PacketPool pool = new PacketPool(2)) {
      engine.addProvider(ports, "memory");
      engine.addLink("lab", Rig.configuration("packets", 128));
      Rig.awaitUp(engine);
      PacketService poison =
          new PacketService() {
            @Override
            public Verdict process(Packet packet, Connection connection) {
              if (packet.payloadLength() == 1) {
                packet.setChecksumState(null); // sealing it then fails
              }
              return Verdict.CONTINUE;
            }
          };
      engine.addService(poison, Map.of("vtl.name", "poison", "vtl.priority", 1));
      Packet frame = pool.acquire();
      Packet out = pool.acquire();
      for (int i = 0; i < 500; i++) {
        ports.port("vm").deliver(Rig.udp("x").build(frame));
      }
      ports.port("vm").deliver(Rig.udp("sound").build(frame));
      assertTrue(ports.port("net").sent(out, 20_000));
      PacketAssert.that(out).payload("sound");
    }
  }

  /** A port that does as it is told by {@link #whim}. */
  private static final class Wild implements PortProvider, PacketPort {
    private String whim = "";
    private int sent;

    @Override
    public PacketPort open(PortAddress address, PortContext context) {
      return this;
    }

    @Override
    public Offloads offloads() {
      if (whim.equals("offloads")) {
        throw new IllegalStateException("planned");
      }
      return Offloads.NONE;
    }

    @Override
    public int mtu() {
      return 1_500;
    }

    @Override
    public int descriptor() {
      return NO_DESCRIPTOR;
    }

    @Override
    public int poll(PacketBatch batch) throws PortException {
      return switch (whim) {
        case "poll" -> throw new IllegalStateException("planned");
        case "many" -> 1_000;
        case "negative" -> -5;
        case "offloads" -> throw new PortException("Planned.");
        default -> 0;
      };
    }

    @Override
    public int transmit(PacketBatch batch) {
      if (whim.equals("transmit")) {
        throw new IllegalStateException("planned");
      }
      sent += batch.size();
      return batch.size();
    }

    @Override
    public PortStatistics statistics() {
      return new PortStatistics(0, 0, 0, 0, 0, 0);
    }

    @Override
    public void close() {}
  }
}
