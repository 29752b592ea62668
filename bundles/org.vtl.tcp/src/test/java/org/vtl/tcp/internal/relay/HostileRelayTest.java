package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.tcp.LocalAcknowledgmentOptions;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.testkit.FrameMutator;

/** Both ends' own frames, damaged and sent again at any time, in a connection that goes on. */
class HostileRelayTest {
  private static final SplitOptions SPLIT =
      new SplitOptions("test", SideOptions.DEFAULT, SideOptions.DEFAULT);
  private static final LocalAcknowledgmentOptions LOCAL =
      new LocalAcknowledgmentOptions("test", SideOptions.DEFAULT, null);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void nothingThatIsSentThrowsOrKeepsMemory(long seed) {
    Random random = new Random(seed);
    try (RelayRig rig = new RelayRig(seed);
        PacketPool pool = new PacketPool(1)) {
      rig.add(
          new RelayRig.Decider(
              (packet, of) ->
                  seed % 2 == 0
                      ? rig.tcp.split(packet, of, SPLIT)
                      : rig.tcp.acknowledge(of, LOCAL)));
      Packet mutant = pool.acquire();
      FrameMutator mutator = new FrameMutator(seed);
      rig.distance(5);
      for (Path path : new Path[] {rig.fromVm, rig.fromPeer}) {
        path.seen =
            frame -> {
              if (path.sent % 16 == 1 && path.sent < 800) {
                mutator.add(frame);
              }
              if (random.nextInt(4) == 0) {
                (path == rig.fromVm ? rig.vmPort : rig.networkPort).deliver(mutator.next(mutant));
              }
            };
      }
      rig.vm.toWrite = 300_000;
      rig.peer.toWrite = 300_000;
      rig.connect();
      rig.passUntilClosed(20_000);
      rig.vm.endpoint.abort(rig.clock.nanos());
      rig.peer.endpoint.abort(rig.clock.nanos());
      rig.pass(3_000);
      rig.pass(1_200_000, 50 * RelayRig.MILLI); // whatever was left gives up in the end
      assertEquals(0, rig.tcp.count());
      assertEquals(0, rig.chunks.used());
      assertTrue(rig.count("tcp/relays-opened") > 0);
    }
  }
}
