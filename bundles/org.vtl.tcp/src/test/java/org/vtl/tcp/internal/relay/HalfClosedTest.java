package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.connection.TcpState;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.internal.endpoint.Closing;

/** Connections that one end has closed and the other keeps open, for a while or because it died. */
class HalfClosedTest {
  private static final SplitOptions SPLIT =
      new SplitOptions("test", SideOptions.DEFAULT, SideOptions.DEFAULT);
  private static final long STEP = 20 * RelayRig.MILLI;
  private static final long HOUR = 3_600_000;

  private static RelayRig halfClosed(Host closes, RelayRig rig) {
    rig.add(
        new RelayRig.Decider(
            (packet, of) -> packet.tcp().isSyn() ? rig.tcp.split(packet, of, SPLIT) : null));
    rig.distance(20);
    rig.vm.toWrite = 5_000;
    rig.peer.toWrite = 5_000;
    rig.vm.finishes = rig.vm == closes;
    rig.peer.finishes = rig.peer == closes;
    rig.connect();
    rig.pass(1_000);
    assertEquals(TcpState.FIN_WAIT_2, closes.endpoint.state());
    return rig;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anEndThatDiedIsFoundOut(boolean vmDies) {
    try (RelayRig rig = new RelayRig(41)) {
      halfClosed(vmDies ? rig.peer : rig.vm, rig);
      rig.fromVm.cut = vmDies;
      rig.fromPeer.cut = !vmDies;
      rig.pass(1_000_000, STEP);
      assertEquals(Closing.RESET, (vmDies ? rig.peer : rig.vm).closed);
      assertEquals(0, rig.tcp.count());
      assertEquals(1, rig.count("tcp/relays-timed-out"));
      assertEquals(0, rig.chunks.used());
    }
  }

  @Test
  void anEndThatOnlyTakesItsTimeMay() {
    try (RelayRig rig = new RelayRig(42)) {
      halfClosed(rig.peer, rig);
      rig.pass(3 * HOUR, 5 * STEP);
      assertNull(rig.vm.closed);
      assertEquals(1, rig.tcp.count(), "the table has not forgotten it either");
      rig.vm.toWrite = 20_000;
      rig.vm.finishes = true;
      assertTrue(rig.passUntilClosed(100_000), "one end has not closed");
      assertEquals(Closing.FINISHED, rig.vm.closed);
      assertEquals(Closing.FINISHED, rig.peer.closed);
      assertEquals(rig.vm.written(), rig.peer.read());
      assertEquals(rig.peer.written(), rig.vm.read());
    }
  }
}
