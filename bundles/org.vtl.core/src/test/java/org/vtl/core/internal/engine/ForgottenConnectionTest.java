package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.connection.Slot;
import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.service.ConnectionListener;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** A service may refuse a packet and forget the connection it opened, in one go. */
class ForgottenConnectionTest {
  private final Rig rig = new Rig();
  private final Refuser refuser = rig.add("refuser", 200, new Refuser());

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void theRefusedOpenerLeavesNoTrace() {
    List<String> dropped = new ArrayList<>();
    rig.engine.addTap(
        (point, packet, connection, verdict, reason) -> {
          if (verdict == Verdict.DROP) {
            dropped.add(connection.isTracked() ? "tracked" : "untracked");
          }
        },
        Map.of());
    for (int i = 0; i < 1_000; i++) {
      rig.fromVm(Frames.tcp().from("10.0.0.1:" + (10_000 + i)).syn().seq(i));
    }
    assertEquals(List.of(), rig.connections(""));
    assertEquals(1_000, rig.count("refuser/refused"));
    assertEquals(1_000, refuser.opened);
    assertEquals(1_000, refuser.closed);
    assertEquals(2_000, dropped.size(), "after the service, and at the drop");
    assertEquals(0, dropped.stream().filter("tracked"::equals).count());
    assertEquals(0, rig.service("refuser").failures());
  }

  @Test
  void itsAnswerIsNoAnswer() {
    rig.fromVm(Frames.udp().payload("x"));
    refuser.refuses = false;
    rig.fromNetwork(Rig.udpBack("y"));
    assertEquals("INBOUND", rig.connections("").getFirst().opener());
  }

  @Test
  void laterFragmentsOfARefusedFirstWaitForNothing() {
    for (int i = 0; i < 200; i++) {
      // One overtakes the first, one follows.
      rig.fromVm(Rig.udp("abcdefgh").id(i).fragment(16, false));
      rig.fromVm(Rig.udp("12345678").id(i).fragment(0, true));
      rig.fromVm(Rig.udp("ijklmnop").id(i).fragment(24, false));
    }
    assertNull(rig.toNetwork());
    assertEquals(400, rig.count("core/fragment-unmatched"));
    assertEquals(0, rig.count("core/fragments-full"));
    assertEquals(List.of(), rig.connections(""));
    refuser.refuses = false;
    rig.fromVm(Rig.udp("abcdefgh").id(1).fragment(16, false));
    assertNull(rig.toNetwork(), "its first was refused");
    rig.fromVm(Rig.udp("12345678").id(1).fragment(0, true));
    rig.fromVm(Rig.udp("ijklmnop").id(1).fragment(24, false));
    assertEquals(2, rig.allToNetwork().size(), "the same identification, used again");
  }

  /** Forgets each connection whose packet it drops. */
  private static final class Refuser implements PacketService, ConnectionListener {
    boolean refuses = true;
    int opened;
    int closed;
    private ServiceContext context;
    private Reason refused;
    private Slot<int[]> slot;

    @Override
    public void attach(ServiceContext context) {
      this.context = context;
      refused = context.reason("refused", "It was refused.");
      slot = context.slot("state", () -> new int[1], state -> state[0] = 0);
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (!refuses) {
        return Verdict.CONTINUE;
      }
      connection.get(slot)[0]++;
      context.connections().close(connection);
      return refused.drop(packet);
    }

    @Override
    public void connectionOpened(Connection connection) {
      opened++;
    }

    @Override
    public void connectionClosed(Connection connection) {
      closed += connection.get(slot)[0];
    }
  }
}
