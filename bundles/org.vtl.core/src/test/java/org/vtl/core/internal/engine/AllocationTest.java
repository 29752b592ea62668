package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;

/** What the engine allocates for a packet and a connection: nothing. */
class AllocationTest extends WithWorkers {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void nothingIsAllocatedPerPacket() {
    rig.add("near", 100, new Quiet());
    rig.add("far", 800, new Quiet());
    rig.handshake();
    Packet out =
        Frames.tcp().seq(1000).ack(9000).payload("data").timestamps(60, 70).build(rig.frame);
    Packet in = rig.pool.acquire();
    Rig.tcpBack().seq(9000).ack(1004).timestamps(80, 60).build(in);
    AllocationProbe.assertNone(
        20_000,
        () -> {
          rig.clock.advance(10 * Rig.MILLI); // so that each round is measured
          rig.vm.deliver(out);
          rig.net.deliver(in);
          rig.engine.step();
          rig.net.clear();
          rig.vm.clear();
        });
    assertTrue(rig.service("far").time().measured() > 20_000);
    Packet arp = Frames.arpRequest().build(rig.frame);
    AllocationProbe.assertNone(
        20_000,
        () -> {
          rig.vm.deliver(arp);
          rig.engine.step();
          rig.net.clear();
        });
    rig.pool.release(in);
  }

  @Test
  void noConnectionIsAllocatedEither() {
    rig.add("near", 100, new Quiet());
    Packet syn = Frames.tcp().syn().build(rig.frame);
    int[] port = {0};
    AllocationProbe.assertNone(
        20_000,
        () -> {
          syn.tcp().setSourcePort(++port[0] & 0xffff);
          syn.seal(false);
          rig.vm.deliver(syn);
          rig.engine.step();
          rig.net.clear();
        });
  }

  private static final class Quiet implements PacketService {
    private long count;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      count++;
      return Verdict.CONTINUE;
    }
  }
}
