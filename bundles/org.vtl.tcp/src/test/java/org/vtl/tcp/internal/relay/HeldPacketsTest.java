package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.TimerListener;
import org.vtl.service.Verdict;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.internal.endpoint.Closing;

/** A service further out that holds packets is part of the path as a relay measures it. */
class HeldPacketsTest {
  private static final SplitOptions OPTIONS =
      new SplitOptions("test", SideOptions.DEFAULT, SideOptions.DEFAULT);

  /** Holds what the peer sends for 20 ms. */
  private static final class Holding implements PacketService, TimerListener {
    private final ArrayDeque<Packet> held = new ArrayDeque<>();
    private ServiceContext context;
    private Connection last;

    @Override
    public void attach(ServiceContext context) {
      this.context = context;
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      last = connection;
      if (packet.direction() == Direction.OUTBOUND) {
        return Verdict.CONTINUE;
      }
      held.add(packet);
      context.timers().start(connection.link().untracked(), 20 * RelayRig.MILLI, 0);
      return Verdict.TAKE;
    }

    @Override
    public void timerExpired(Connection untracked, long token) {
      context.injector().inject(held.poll(), last);
    }
  }

  @Test
  void whatIsHeldCountsAsOnItsWay() {
    try (RelayRig rig = new RelayRig(20)) {
      rig.add(new RelayRig.Decider((packet, of) -> rig.tcp.split(packet, of, OPTIONS)));
      Holding holding = new Holding();
      rig.engine.addService(holding, Map.of("vtl.name", "holding", "vtl.priority", 750));
      rig.distance(10);
      rig.vm.toWrite = 300_000;
      rig.peer.toWrite = 10;
      rig.connect();
      rig.pass(160);
      LiveRelay relay = (LiveRelay) rig.tcp.of(holding.last);
      double millis = relay.info(rig.clock.nanos()).network().roundTripNanos() / 1e6;
      assertTrue(millis >= 40 && millis < 45, "a round trip of " + millis + " ms");
      assertTrue(rig.passUntilClosed(120_000), "one end has not closed");
      assertEquals(Closing.FINISHED, rig.vm.closed);
      assertEquals(rig.vm.written(), rig.peer.read());
    }
  }
}
