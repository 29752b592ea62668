package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** Frames that lie, fragments without a first, more connections than there is room for. */
class OddTrafficTest extends WithWorkers {
  private final List<String> seen = new ArrayList<>();

  @Test
  void malformedFramesFollowTheLinksPolicy() {
    try (Rig rig = new Rig()) {
      Packet lying = Rig.udp("x").build(rig.frame);
      lie(lying);
      rig.vm.deliver(lying);
      rig.turn();
      assertNull(rig.toNetwork());
      assertEquals(1, rig.count("core/malformed-ip-length"));
      rig.engine.addLink("lab", Rig.configuration("malformed", "pass"));
      rig.turn();
      rig.vm.deliver(lying);
      rig.turn();
      assertNotNull(rig.toNetwork());
    }
  }

  /** A total length beyond the frame. */
  private static void lie(Packet packet) {
    Bytes.setU16(packet.memory(), packet.start() + 16L, 9_000);
  }

  @Test
  void laterFragmentsFollowTheirFirst() {
    try (Rig rig = new Rig()) {
      PacketService block =
          new PacketService() {
            @Override
            public Verdict process(Packet packet, Connection connection) {
              boolean blocked =
                  connection.protocol() == Protocol.UDP && connection.network().port() == 81;
              seen.add(connection.isTracked() ? "tracked" : "untracked");
              return blocked ? Verdict.DROP : Verdict.CONTINUE;
            }
          };
      rig.add("block", 200, block);
      rig.fromVm(Rig.udp("12345678").id(1).fragment(0, true));
      rig.fromVm(Rig.udp("abcdefgh").id(1).fragment(16, false));
      assertEquals(2, rig.allToNetwork().size());
      // Blocked by the port that only the first fragment has; the second came before it.
      rig.fromVm(Rig.udp("abcdefgh").to("10.0.0.2:81").id(2).fragment(16, false));
      assertNull(rig.toNetwork());
      rig.fromVm(Rig.udp("12345678").to("10.0.0.2:81").id(2).fragment(0, true));
      assertNull(rig.toNetwork());
      assertEquals(List.of("tracked", "tracked", "tracked", "tracked"), seen);
      // Its first never comes.
      rig.fromVm(Rig.udp("abcdefgh").id(3).fragment(16, false));
      rig.pass(1_001);
      assertNull(rig.toNetwork());
      assertEquals(1, rig.count("core/fragment-unmatched"));
    }
  }

  @Test
  void aFullTableEvictsHalfOpenConnectionsAndKeepsEstablishedOnes() {
    try (Rig rig = new Rig("connections", 16)) {
      rig.handshake();
      for (int i = 0; i < 100; i++) {
        rig.fromVm(Frames.tcp().from("10.0.0.1:" + (20_000 + i)).syn().seq(i));
      }
      assertEquals(100, rig.allToNetwork().size());
      assertEquals(16, rig.connections("").size());
      assertEquals(1, rig.connections("port 5555").size());
      assertEquals(85, rig.count("core/connections-evicted"));
    }
  }
}
