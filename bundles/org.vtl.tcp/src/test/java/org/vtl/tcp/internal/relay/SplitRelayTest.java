package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Address;
import org.vtl.packet.Packet;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.tcp.Opening;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.internal.endpoint.Closing;
import org.vtl.testkit.Frames;

class SplitRelayTest {
  private static final ConnectionQuery ALL = new ConnectionQuery("", "id", 0, 100);
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

  /** The relay lives by the handshake's last segment, which the peer may never get. */
  @Test
  void aPeerThatMissedTheEndOfTheHandshakeHearsItAgain() {
    try (RelayRig rig = splitting(5)) {
      rig.distance(20);
      rig.vm.finishes = false;
      rig.peer.toWrite = 1_000;
      rig.connect();
      rig.pass(30);
      rig.toPeer.lost = 1_000;
      rig.pass(200);
      assertTrue(rig.vm.isEstablished);
      assertFalse(rig.peer.isEstablished);
      rig.toPeer.lost = 0;
      rig.pass(4_000);
      assertTrue(rig.peer.isEstablished);
      assertEquals(1_000, rig.vm.incoming.end());
    }
  }

  // ---- how it looks ----------------------------------------------------------------------------

  @Test
  void framesMadeInAnEndsNameLookAsItsOwn() {
    try (RelayRig rig = splitting(3)) {
      rig.vm.toWrite = 5_000;
      rig.peer.toWrite = 5_000;
      List<String> network = new ArrayList<>();
      List<String> vm = new ArrayList<>();
      rig.toPeer.seen = frame -> network.add(look(frame));
      rig.toVm.seen = frame -> vm.add(look(frame));
      rig.connect();
      assertTrue(rig.passUntilClosed(100_000));
      assertEquals(1, new HashSet<>(network).size(), () -> String.join("\n", network));
      assertEquals("02:00:00:00:00:01 02:00:00:00:00:02 ttl 61 dscp 8 df true", network.get(0));
      assertEquals(1, new HashSet<>(vm).size(), () -> String.join("\n", vm));
      assertEquals("02:00:00:00:00:02 02:00:00:00:00:01 ttl 55 dscp 0 df true", vm.get(0));
    }
  }

  private static String look(Packet frame) {
    return "%s %s ttl %d dscp %d df %b"
        .formatted(
            Address.formatMac(frame.ethernet().source()),
            Address.formatMac(frame.ethernet().destination()),
            frame.ipv4().timeToLive(),
            frame.ipv4().dscp(),
            frame.ipv4().dontFragment());
  }

  @Test
  void identificationsGoOnFromTheEndsOwn() {
    try (RelayRig rig = splitting(3)) {
      rig.vm.toWrite = 50_000;
      List<Integer> seen = new ArrayList<>();
      rig.toPeer.seen = frame -> seen.add(frame.ipv4().identification());
      rig.connect();
      assertTrue(rig.passUntilClosed(100_000));
      assertEquals(seen.size(), new HashSet<>(seen).size(), "an identification came twice");
      assertEquals(
          seen.size() - 1, seen.getLast() - seen.getFirst(), () -> "they leave gaps: " + seen);
    }
  }

  // ---- ends that do not finish -----------------------------------------------------------------

  @Test
  void aClosedPortStaysClosed() {
    try (RelayRig rig = splitting(4)) {
      rig.peer.refuses = true;
      rig.connect();
      rig.pass(100);
      assertEquals(Closing.REFUSED, rig.vm.closed);
      assertEquals(1, rig.count("tcp/relays-not-opened"));
      assertEquals(0, rig.tcp.count());
    }
  }

  @Test
  void aFloodOfSynsTakesMemoryForSomeOnly() {
    try (RelayRig rig = new RelayRig(2)) {
      RelayRig.Decider decider =
          rig.add(new RelayRig.Decider((packet, of) -> rig.tcp.split(packet, of, SPLIT)));
      Frames syn = Frames.tcp().syn().seq(5);
      for (int port = 1_024; port < 1_024 + 4_097; port++) {
        rig.vmPort.deliver(syn.from("10.0.0.1:" + port).build(rig.out));
        rig.turn();
      }
      assertEquals(Opening.TOO_MANY, decider.said);
      assertEquals(4_096, rig.tcp.count());
      assertEquals(4_097, rig.toPeer.sent, "the last passes all the same");
      Frames refusal = Frames.tcp().macs("02:00:00:00:00:02", "02:00:00:00:00:01").rst().ack(6);
      rig.networkPort.deliver(refusal.from("10.0.0.2:80").to("10.0.0.1:1024").build(rig.out));
      rig.turn();
      rig.vmPort.deliver(syn.from("10.0.0.1:900").build(rig.out));
      rig.turn();
      assertEquals(Opening.OPENED, decider.said);
    }
  }

  @Test
  void silenceStaysSilence() {
    try (RelayRig rig = splitting(4)) {
      rig.toPeer.cut = true;
      int[] heard = new int[1];
      rig.toVm.seen = frame -> heard[0]++;
      rig.connect();
      rig.pass(3_500);
      assertEquals(0, heard[0]);
      assertEquals(3, rig.toPeer.sent, "the VM's SYN and its two repetitions");
      rig.toPeer.cut = false;
      rig.pass(8_000);
      assertTrue(rig.vm.isEstablished);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oneEndsResetReachesTheOther(boolean vmResets) {
    try (RelayRig rig = splitting(5)) {
      rig.vm.toWrite = 100_000_000;
      rig.peer.toWrite = 100_000_000;
      rig.distance(50);
      rig.connect();
      rig.pass(300);
      Host gone = vmResets ? rig.vm : rig.peer;
      Host left = vmResets ? rig.peer : rig.vm;
      gone.endpoint.abort(rig.clock.nanos());
      long acknowledged = gone.outgoing.start();
      rig.pass(10_000);
      assertTrue(acknowledged > 0);
      assertTrue(left.incoming.end() >= acknowledged, "acknowledged bytes were lost");
      assertEquals(Closing.RESET, left.closed);
      assertEquals(1, rig.count("tcp/relays-reset"));
      assertEquals(0, rig.chunks.used());
      assertEquals(
          0,
          rig.engine.runtime().connections(ALL).connections().stream()
              .filter(one -> one.vm().state().equals("ESTABLISHED"))
              .count());
    }
  }

  /** Nothing of its own is on the way that the end which is gone could answer by a RST. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whoOnlyReadsHearsOfTheReset(boolean vmResets) {
    try (RelayRig rig = splitting(5)) {
      Host gone = vmResets ? rig.vm : rig.peer;
      Host left = vmResets ? rig.peer : rig.vm;
      gone.toWrite = 100_000;
      gone.finishes = false;
      left.finishes = false;
      rig.distance(50);
      rig.connect();
      rig.pass(2_000);
      gone.endpoint.abort(rig.clock.nanos());
      rig.pass(10_000);
      assertEquals(100_000, left.incoming.end());
      assertEquals(Closing.RESET, left.closed);
      assertEquals(1, rig.count("tcp/relays-reset"));
    }
  }

  @Test
  void anEndThatVanishesIsToldOfToTheOther() {
    try (RelayRig rig = splitting(6)) {
      rig.vm.toWrite = 100_000_000;
      rig.distance(5);
      rig.connect();
      rig.pass(200);
      rig.toPeer.cut = true;
      rig.fromPeer.cut = true;
      rig.pass(1_000_000, 20 * RelayRig.MILLI);
      assertEquals(Closing.RESET, rig.vm.closed);
      assertEquals(1, rig.count("tcp/relays-timed-out"));
    }
  }

  @Test
  void whoDoesNotReadHoldsTheOtherUp() {
    try (RelayRig rig = splitting(7)) {
      rig.vm.toWrite = 60_000_000;
      rig.peer.setReads(false);
      rig.connect();
      rig.pass(20_000);
      long held = rig.chunks.used();
      assertTrue(rig.vm.toWrite > 30_000_000, "the VM was not held up");
      assertTrue(held <= SideOptions.DEFAULT.buffer() + (1 << 20), "held " + held);
      rig.peer.setReads(true);
      assertTrue(rig.passUntilClosed(100_000));
      assertEquals(rig.vm.written(), rig.peer.read());
      assertEquals(0, rig.chunks.used());
    }
  }

  // ---- leaving ---------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"5, 0", "50, 10", "50, 0"})
  void aRelayLeavesAConnectionThatLivesOn(int millis, int lost) {
    try (RelayRig rig = splitting(8 + millis)) {
      rig.distance(millis);
      rig.toPeer.lost = lost;
      rig.fromPeer.lost = lost;
      rig.vm.toWrite = 3_000_000;
      rig.peer.toWrite = 2_000_000;
      rig.connect();
      rig.pass(20 * millis);
      rig.tcp.leaveAll("test");
      assertTrue(rig.passUntilClosed(300_000), "one end has not closed");
      assertEquals(Closing.FINISHED, rig.vm.closed);
      assertEquals(Closing.FINISHED, rig.peer.closed);
      assertEquals(rig.vm.written(), rig.peer.read());
      assertEquals(rig.peer.written(), rig.vm.read());
      assertEquals(1, rig.count("tcp/relays-spliced"));
      assertEquals(0, rig.chunks.used());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whenTheBundleStopsNoEndIsLeftInSilence(boolean reads) throws Exception {
    try (RelayRig rig = splitting(10)) {
      rig.vm.toWrite = 20_000_000;
      rig.peer.setReads(reads);
      rig.connect();
      rig.pass(30);
      Thread stopping = Thread.ofPlatform().start(() -> stop(rig, reads ? 20_000 : 50));
      while (stopping.isAlive()) {
        rig.pass(1);
        stopping.join(1);
      }
      rig.peer.setReads(true);
      assertEquals(0, rig.tcp.count());
      assertTrue(rig.passUntilClosed(100_000));
      assertEquals(reads ? Closing.FINISHED : Closing.RESET, rig.vm.closed);
      assertEquals(reads ? Closing.FINISHED : Closing.RESET, rig.peer.closed);
      assertEquals(reads, rig.vm.written().equals(rig.peer.read()));
      assertEquals(0, rig.chunks.used());
    }
  }

  private static void stop(RelayRig rig, int millis) {
    try {
      rig.tcp.close(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @CsvSource({"5, 0", "50, 10", "50, 0"})
  void aRelayJoinsALiveConnection(int millis, int lost) {
    try (RelayRig rig = new RelayRig(9 + millis)) {
      RelayRig.Decider decider =
          rig.add(
              new RelayRig.Decider(
                  (packet, of) ->
                      of.isEstablished()
                              && rig.clock.nanos() > (1_000 + 10L * millis) * RelayRig.MILLI
                          ? rig.tcp.insert(of, SPLIT)
                          : null));
      rig.distance(millis);
      rig.toPeer.lost = lost;
      rig.fromPeer.lost = lost;
      rig.vm.toWrite = 3_000_000;
      rig.peer.toWrite = 2_000_000;
      rig.connect();
      assertTrue(rig.passUntilClosed(300_000), "one end has not closed");
      assertEquals(Opening.OPENED, decider.said);
      assertEquals(Closing.FINISHED, rig.vm.closed);
      assertEquals(Closing.FINISHED, rig.peer.closed);
      assertEquals(rig.vm.written(), rig.peer.read());
      assertEquals(rig.peer.written(), rig.vm.read());
      rig.pass(2_000);
      assertEquals(1, rig.count("tcp/relays-finished"));
      assertEquals(0, rig.chunks.used());
    }
  }
}
