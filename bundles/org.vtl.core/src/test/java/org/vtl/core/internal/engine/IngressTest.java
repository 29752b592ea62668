package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;

/**
 * What arrives goes into those packets that the processor's caches still hold: twice as many as
 * come at once, since the other port is polled before these are sent.
 */
class IngressTest {
  private final Set<Long> used = new HashSet<>();

  private final PacketService watching =
      new PacketService() {
        @Override
        public Verdict process(Packet packet, Connection connection) {
          used.add(packet.memory().address());
          return Verdict.CONTINUE;
        }
      };

  @Test
  void onePacketAtATimeTakesTwoInTurn() {
    try (Rig rig = new Rig("workers", 1)) {
      rig.add("watching", 200, watching);
      for (int i = 0; i < 300; i++) {
        rig.fromVm(Rig.udp("there"));
        rig.fromNetwork(Rig.udpBack("back"));
      }
      assertEquals(2, used.size());
    }
  }

  @Test
  void noMoreAreUsedThanComeAtOnce() {
    try (Rig rig = new Rig("workers", 1)) {
      rig.add("watching", 200, watching);
      for (int i = 0; i < 300; i++) {
        for (int j = 0; j < 1 + i % 5; j++) {
          rig.vm.deliver(Rig.udp("one of some").build(rig.frame));
        }
        rig.turn();
      }
      assertEquals(10, used.size());
      assertEquals(900, rig.net.sentCount());
    }
  }
}
