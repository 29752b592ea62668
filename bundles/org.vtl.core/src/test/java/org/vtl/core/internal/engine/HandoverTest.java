package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Packet;
import org.vtl.port.Fanout;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;

/** Packets that arrive at another worker than their own: they are handed over, in order. */
class HandoverTest {
  @Test
  void whatIsHandedOverKeepsItsOrder() {
    try (Rig rig = new Rig("workers", 2)) {
      rig.vm.divide(packet -> 1 - Fanout.worker(packet, 2));
      Witness witness = rig.add("witness", 200, new Witness());
      for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 100; i++) {
          rig.vm.deliver(Witness.udp(1, false).id(round * 100 + i).build(rig.frame));
        }
        rig.turn();
      }
      for (int i = 0; i < 1_000; i++) {
        assertEquals("OUTBOUND " + i, witness.order.get(i));
      }
      assertEquals(1_000, rig.net.sentCount());
      assertEquals(1_000, rig.count("core/packets-handed-over"));
    }
  }

  /** As when a port divides rightly only from some frame on, and its worker had to wait. */
  @Test
  void whatArrivesAtItsWorkerDoesNotOvertakeWhatIsHandedOver() {
    try (Rig rig = new Rig("workers", 2)) {
      Witness witness = rig.add("witness", 200, new Witness());
      Lane giver = ((Lane) rig.link).crew().lane(1 - owner(rig, 1));
      rig.vm.divide(packet -> giver.worker());
      for (int i = 0; i < 250; i++) {
        rig.vm.deliver(Witness.udp(1, false).id(i).build(rig.frame));
      }
      while (rig.vm.waitingCount() > 0) {
        giver.round(); // the owner's turn does not come
      }
      rig.vm.divide(null);
      for (int i = 250; i < 400; i++) {
        rig.vm.deliver(Witness.udp(1, false).id(i).build(rig.frame));
      }
      rig.turn();
      assertEquals(400, witness.order.size());
      for (int i = 0; i < 400; i++) {
        assertEquals("OUTBOUND " + i, witness.order.get(i));
      }
      assertEquals(250, rig.count("core/packets-handed-over"));
    }
  }

  /** Services keep all they may; the few packets left serve what is handed over, too. */
  @Test
  void whatIsHandedOverArrivesAndInLineWhereFewPacketsAreFree() {
    try (Rig rig = new Rig("workers", 2, "packets", 128)) {
      Witness witness = rig.add("witness", 200, new Witness());
      List<Packet> kept = new ArrayList<>();
      rig.add(
          "keeper",
          300,
          (PacketService)
              (packet, connection) -> {
                if (kept.size() == 112) {
                  return Verdict.CONTINUE;
                }
                kept.add(packet);
                return Verdict.TAKE;
              });
      for (int i = 0; i < 200; i++) {
        rig.fromVm(Witness.udp(1, false).id(i));
      }
      assertEquals(112, kept.size());
      Lane giver = ((Lane) rig.link).crew().lane(1 - owner(rig, 1));
      rig.vm.divide(packet -> giver.worker());
      for (int i = 200; i < 300; i++) {
        rig.vm.deliver(Witness.udp(1, false).id(i).build(rig.frame));
      }
      while (rig.vm.waitingCount() > 0) {
        giver.round();
      }
      rig.vm.divide(null);
      for (int i = 300; i < 400; i++) {
        rig.vm.deliver(Witness.udp(1, false).id(i).build(rig.frame));
      }
      rig.turn();
      assertEquals(400, witness.order.size(), "none waits for ever");
      for (int i = 0; i < 400; i++) {
        assertEquals("OUTBOUND " + i, witness.order.get(i));
      }
    }
  }

  private static int owner(Rig rig, int pair) {
    return Fanout.worker(Witness.udp(pair, false).build(rig.frame), 2);
  }

  @Test
  void whatFindsNoRoomOnItsWayIsCounted() {
    try (Rig rig = new Rig("workers", 2)) {
      Lane lane = (Lane) rig.link;
      Packet packet = Witness.udp(1, false).build(rig.frame);
      int given = 0;
      while (lane.crew().handOver(0, 1, packet)) {
        given++;
      }
      rig.vm.divide(any -> 0);
      Frames other = Witness.udp(0, false);
      for (int pair = 1; Fanout.worker(other.build(rig.frame), 2) != 1; pair++) {
        other = Witness.udp(pair, false);
      }
      rig.vm.deliver(rig.frame);
      rig.engine.step(); // worker 0 turns first
      assertEquals(1, rig.count("core/handover-full"));
      rig.turn();
      assertEquals(given, rig.net.sentCount());
    }
  }

  @Test
  void handingOverAllocatesNothing() {
    try (Rig rig = new Rig("workers", 2)) {
      rig.vm.divide(packet -> 1 - Fanout.worker(packet, 2));
      rig.net.divide(packet -> 1 - Fanout.worker(packet, 2));
      Packet out = Witness.udp(1, false).build(rig.frame);
      Packet in = Witness.udp(1, true).build(rig.out);
      AllocationProbe.assertNone(
          20_000,
          () -> {
            rig.vm.deliver(out);
            rig.net.deliver(in);
            rig.engine.step();
            rig.engine.step();
            rig.net.clear();
            rig.vm.clear();
          });
      assertTrue(rig.count("core/packets-handed-over") > 20_000);
    }
  }
}
