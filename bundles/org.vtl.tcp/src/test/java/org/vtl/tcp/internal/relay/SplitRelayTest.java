package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.tcp.Opening;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.internal.endpoint.Closing;

class SplitRelayTest {
  private static final SplitOptions SPLIT =
      new SplitOptions("test", SideOptions.DEFAULT, SideOptions.DEFAULT);

  private static RelayRig splitting(long seed) {
    RelayRig rig = new RelayRig(seed);
    rig.add(new RelayRig.Decider((packet, of) -> rig.tcp.split(packet, of, SPLIT)));
    return rig;
  }

  @ParameterizedTest
  @CsvSource({
    // one way ms, lost, late and repeated per 1,000, bytes each way
    "1, 0, 0, 0, 0, 0",
    "1, 0, 0, 0, 1, 1",
    "20, 0, 0, 0, 100000, 0",
    "20, 0, 0, 0, 0, 100000",
    "50, 0, 0, 0, 2000000, 2000000",
    "50, 10, 0, 0, 2000000, 300000",
    "50, 30, 50, 20, 500000, 500000",
  })
  void bytesAndEndsReachTheOtherSide(
      int millis, int lost, int late, int repeated, int bytes, int back) {
    try (RelayRig rig = splitting(millis + lost)) {
      rig.distance(millis);
      for (Path path : new Path[] {rig.toPeer, rig.fromPeer}) {
        path.lost = lost;
        path.late = late;
        path.repeated = repeated;
      }
      rig.vm.toWrite = bytes;
      rig.peer.toWrite = back;
      rig.connect();
      assertTrue(rig.passUntilClosed(200_000), "one end has not closed");
      assertEquals(Closing.FINISHED, rig.vm.closed);
      assertEquals(Closing.FINISHED, rig.peer.closed);
      assertEquals(rig.vm.written(), rig.peer.read());
      assertEquals(rig.peer.written(), rig.vm.read());
      rig.pass(2_000);
      assertEquals(1, rig.count("tcp/relays-opened"));
      assertEquals(1, rig.count("tcp/relays-finished"));
      assertEquals(0, rig.tcp.count());
      assertEquals(0, rig.chunks.used());
    }
  }

  @Test
  void theSynIsTheOnlyOneThatASplitBeginsWith() {
    try (RelayRig rig = new RelayRig(1)) {
      RelayRig.Decider decider =
          rig.add(new RelayRig.Decider((packet, of) -> rig.tcp.split(packet, of, SPLIT)));
      rig.connect();
      rig.pass(50);
      assertEquals(Opening.OPENED, decider.said);
    }
  }
}
