package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.Relay;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.internal.endpoint.Closing;
import org.vtl.testkit.Frames;

/** Connections that the table gives up, or that cannot be read, while a relay is in them. */
class ForgottenTest {
  private static final SplitOptions SPLIT =
      new SplitOptions("test", SideOptions.DEFAULT, SideOptions.DEFAULT);
  private static final int SLOWER = 10;

  private Connection connection;

  /** A connection that has been used for half a minute, and is idle now. */
  private RelayRig used(RelayRig rig) {
    rig.add(
        new RelayRig.Decider(
            (packet, of) -> {
              connection = of;
              return packet.tcp().isSyn() ? rig.tcp.split(packet, of, SPLIT) : null;
            }));
    rig.distance(20);
    rig.vm.finishes = false;
    rig.peer.finishes = false;
    rig.connect();
    for (int i = 0; i < 30; i++) {
      rig.vm.toWrite = 10_000;
      rig.peer.toWrite = 10_000;
      rig.pass(1_000);
    }
    return rig;
  }

  private void forget(RelayRig rig) {
    rig.pass(120_000, 20 * RelayRig.MILLI);
    connection.link().execute(() -> rig.tcp.context().connections().close(connection));
    rig.pass(100);
    assertEquals(0, rig.tcp.count());
    assertEquals(1, rig.count("tcp/relays-forgotten"));
  }

  /** What the peer stamps counts tenths of what ours does, and the echoes it gets, too. */
  private static void slow(Packet frame, boolean fromPeer) {
    TcpHeader tcp = frame.tcp();
    int value = tcp.timestampValue();
    int echo = tcp.timestampEcho();
    tcp.setTimestamps(
        fromPeer ? value / SLOWER : value, fromPeer || echo == 0 ? echo : echo * SLOWER);
    frame.seal(false);
  }

  @Test
  void whereBothClocksCountAlikeTheEndsNoticeNothing() {
    try (RelayRig rig = used(new RelayRig(51))) {
      forget(rig);
      assertNull(rig.vm.closed);
      assertNull(rig.peer.closed);
      rig.vm.toWrite = 50_000;
      rig.peer.toWrite = 50_000;
      rig.vm.finishes = true;
      rig.peer.finishes = true;
      assertTrue(rig.passUntilClosed(100_000), "one end has not closed");
      assertEquals(rig.vm.written(), rig.peer.read());
      assertEquals(rig.peer.written(), rig.vm.read());
    }
  }

  @Test
  void whoWouldBeRefusedForItsSlowClockIsResetInstead() {
    RelayRig slow = new RelayRig(52);
    slow.peer.settings.timestampOffset = 0;
    slow.fromPeer.seen = frame -> slow(frame, true);
    slow.toPeer.seen = frame -> slow(frame, false);
    try (RelayRig rig = used(slow)) {
      rig.pass(200_000);
      rig.vm.toWrite = 10_000;
      rig.peer.toWrite = 10_000;
      rig.pass(1_000);
      forget(rig);
      assertEquals(Closing.RESET, rig.vm.closed);
      assertEquals(Closing.RESET, rig.peer.closed);
    }
  }

  @Test
  void aRelayLeavesWhereSegmentsComeInFragments() {
    try (RelayRig rig = used(new RelayRig(53))) {
      rig.fromVm.lost = 100; // gaps there are, too
      rig.vm.toWrite = 300_000;
      rig.peer.toWrite = 300_000;
      rig.pass(100);
      Frames guess = Frames.tcp().seq(2_000_000_000).ack(1).payload(800).fragment(0, true);
      rig.vmPort.deliver(guess.build(rig.out));
      rig.turn();
      assertEquals(Relay.State.OPEN, rig.tcp.of(connection).state());
      long next = rig.vm.endpoint.sendNext() & 0xffff_ffffL;
      long read = rig.vm.endpoint.receiveNext() & 0xffff_ffffL;
      Frames fragment = Frames.tcp().seq(next).ack(read).payload(800).fragment(0, true);
      rig.vmPort.deliver(fragment.build(rig.out));
      rig.turn();
      rig.vm.finishes = true;
      rig.peer.finishes = true;
      assertTrue(rig.passUntilClosed(300_000), "one end has not closed");
      assertEquals(1, rig.count("tcp/relays-spliced"));
      assertEquals(Closing.FINISHED, rig.vm.closed);
      assertEquals(rig.vm.written(), rig.peer.read());
      assertEquals(rig.peer.written(), rig.vm.read());
    }
  }
}
