package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.LocalAcknowledgmentOptions;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.internal.endpoint.Closing;

/**
 * In the direction that is not acknowledged early, a VM that does not read shows its peer a closed
 * window, as without a relay: the peer asks for as long as that takes, and gives nothing up.
 */
class ClosedWindowTest {
  private static final int WINDOW_SCALE = 8;
  private static final int BYTES = 3_000_000;
  private static final int MINUTE = 60_000;
  private static final long COARSE = 100 * RelayRig.MILLI;

  private int vmEdge; // of the widest window that the VM has announced
  private int shownEdge; // and of the widest that its peer was shown
  private int beyond; // how far that ever was behind the VM's

  @BeforeEach
  void forget() {
    vmEdge = RelayRig.PEER_SEQUENCE;
    shownEdge = RelayRig.PEER_SEQUENCE;
    beyond = 0;
  }

  private static int edge(Packet frame) {
    TcpHeader tcp = frame.tcp();
    return tcp.acknowledgmentNumber() + (tcp.window() << (tcp.isSyn() ? 0 : WINDOW_SCALE));
  }

  private RelayRig lab() {
    RelayRig rig = new RelayRig(7);
    LocalAcknowledgmentOptions vmData =
        new LocalAcknowledgmentOptions("test", SideOptions.DEFAULT, null);
    rig.add(new RelayRig.Decider((packet, of) -> rig.tcp.acknowledge(of, vmData)));
    rig.distance(50);
    rig.fromVm.seen =
        frame -> {
          if (frame.tcp().isAck()) {
            vmEdge = Seq.max(vmEdge, edge(frame));
          }
        };
    rig.toPeer.seen =
        frame -> {
          if (frame.tcp().isAck()) {
            shownEdge = Seq.max(shownEdge, edge(frame));
            beyond = Math.max(beyond, shownEdge - vmEdge);
          }
        };
    rig.peer.toWrite = BYTES;
    rig.vm.setReads(false);
    rig.vm.finishes =
        false; // else the engine's patience with a connection that ends is what counts
    rig.connect();
    rig.pass(2_000);
    return rig;
  }

  private static void assertAllArrives(RelayRig rig) {
    rig.vm.setReads(true);
    rig.vm.finishes = true;
    assertTrue(rig.passUntilClosed(600_000), "one end has not closed");
    assertEquals(Closing.FINISHED, rig.vm.closed);
    assertEquals(Closing.FINISHED, rig.peer.closed);
    assertEquals(rig.peer.written(), rig.vm.read());
  }

  @Test
  void aPeerWaitsTwentyMinutesForAVmThatDoesNotRead() {
    try (RelayRig rig = lab()) {
      assertEquals(0, rig.peer.endpoint.sendWindow());
      assertEquals(
          rig.vm.incoming.end(), rig.peer.outgoing.start(), "all that was sent is acknowledged");
      rig.pass(20 * MINUTE, COARSE);
      assertNull(rig.peer.closed);
      assertNull(rig.vm.closed);
      assertTrue(rig.peer.endpoint.retransmittedBytes() < 100, "more than probes of a byte");
      assertAllArrives(rig);
    }
  }

  @Test
  void noMoreWindowIsShownThanTheVmHas() {
    try (RelayRig rig = lab()) {
      rig.fromPeer.lost = 10;
      rig.toVm.lost = 10;
      rig.fromVm.late = 20;
      assertAllArrives(rig);
      assertTrue(beyond <= 0, "by " + beyond + " bytes");
      int unit = 1 << WINDOW_SCALE;
      assertTrue(vmEdge - shownEdge <= unit, "less by " + (vmEdge - shownEdge));
    }
  }

  /** Its peer's next question is passed on to the VM, which would tell nobody else. */
  @Test
  void anOpeningThatGetsLostIsAskedForAgain() {
    try (RelayRig rig = lab()) {
      rig.pass(MINUTE, COARSE);
      rig.fromVm.cut = true;
      rig.vm.setReads(true);
      rig.pass(1_000);
      rig.fromVm.cut = false;
      assertAllArrives(rig);
    }
  }

  @Test
  void aVmThatIsGoneIsGivenUp() {
    try (RelayRig rig = lab()) {
      rig.pass(MINUTE, COARSE);
      rig.fromVm.cut = true;
      rig.pass(12 * MINUTE, COARSE);
      assertNull(rig.peer.closed);
      rig.pass(5 * MINUTE, COARSE);
      assertEquals(Closing.RESET, rig.peer.closed);
      assertEquals(1, rig.count("tcp/relays-timed-out"));
    }
  }

  /**
   * By it a receiver tunes its window: it must not take the way from the relay for all there is.
   */
  @Test
  void theVmSeesTheRoundTripOfThePathInWhatItReceives() {
    try (RelayRig rig = lab()) {
      rig.vm.setReads(true);
      rig.pass(3_000);
      long seen = rig.vm.endpoint.receiveRoundTripNanos() / RelayRig.MILLI;
      assertTrue(seen >= 95 && seen <= 115, seen + " ms of 100");
    }
  }
}
