package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.LocalAcknowledgmentOptions;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.internal.endpoint.Closing;

class LocalAcknowledgmentTest {
  private static final LocalAcknowledgmentOptions VM =
      new LocalAcknowledgmentOptions("test", SideOptions.DEFAULT, null);
  private static final LocalAcknowledgmentOptions BOTH =
      new LocalAcknowledgmentOptions("test", SideOptions.DEFAULT, SideOptions.DEFAULT);

  private static RelayRig acknowledging(long seed, LocalAcknowledgmentOptions options) {
    RelayRig rig = new RelayRig(seed);
    rig.add(new RelayRig.Decider((packet, of) -> rig.tcp.acknowledge(of, options)));
    return rig;
  }

  @ParameterizedTest
  @CsvSource({
    // both, one way ms, lost per 1,000, bytes each way, who opens
    "true,  1,  0, 0, 0, vm",
    "false, 1,  0, 1, 1, peer",
    "false, 50, 0, 2000000, 500000, vm",
    "true,  50, 0, 2000000, 500000, peer",
    "false, 50, 20, 500000, 500000, vm",
    "true,  50, 20, 500000, 500000, vm",
  })
  void bytesAndEndsReachTheOtherSide(
      boolean both, int millis, int lost, int bytes, int back, String opener) {
    try (RelayRig rig = acknowledging(millis + lost, both ? BOTH : VM)) {
      rig.distance(millis);
      rig.toPeer.lost = lost;
      rig.fromPeer.lost = lost;
      rig.vm.toWrite = bytes;
      rig.peer.toWrite = back;
      rig.connectFrom(opener);
      assertTrue(rig.passUntilClosed(300_000), "one end has not closed");
      assertEquals(Closing.FINISHED, rig.vm.closed);
      assertEquals(Closing.FINISHED, rig.peer.closed);
      assertEquals(rig.vm.written(), rig.peer.read());
      assertEquals(rig.peer.written(), rig.vm.read());
      rig.pass(3_000);
      assertEquals(1, rig.count("tcp/relays-finished"));
      assertEquals(0, rig.tcp.count());
      assertEquals(0, rig.chunks.used());
    }
  }

  /** Highest number that a segment of one end, or in its name, acknowledged. */
  private static AtomicLong acknowledged(Path of) {
    AtomicLong highest = new AtomicLong(Long.MIN_VALUE);
    of.seen =
        frame -> {
          TcpHeader tcp = frame.tcp();
          int number = tcp.acknowledgmentNumber();
          if (tcp.isAck()
              && (highest.get() == Long.MIN_VALUE || Seq.after(number, (int) highest.get()))) {
            highest.set(number);
          }
        };
    return highest;
  }

  @Test
  void aFinIsNotAcknowledgedBeforeTheOtherEndHas() {
    try (RelayRig rig = acknowledging(1, BOTH)) {
      rig.distance(300);
      AtomicLong toVm = acknowledged(rig.toVm);
      rig.vm.toWrite = 5_000;
      rig.peer.finishes = false;
      rig.connect();
      rig.pass(900); // the handshake took 600
      int data = RelayRig.VM_SEQUENCE + 1 + 5_000;
      assertEquals(data, toVm.get(), "all data, not the FIN");
      rig.pass(400);
      assertEquals(data + 1, toVm.get());
    }
  }

  @Test
  void dataOfTheOtherEndIsNotAcknowledgedBeforeTheVmHasIt() {
    try (RelayRig rig = acknowledging(1, VM)) {
      rig.distance(20);
      rig.peer.toWrite = 5_000;
      rig.peer.finishes = false;
      rig.vm.finishes = false;
      rig.connect();
      rig.pass(45);
      AtomicLong toPeer = acknowledged(rig.toPeer);
      rig.toVm.delay = 200 * RelayRig.MILLI;
      rig.pass(230);
      assertTrue(
          toPeer.get() == Long.MIN_VALUE || (int) toPeer.get() == RelayRig.PEER_SEQUENCE + 1,
          "acknowledged " + toPeer.get());
      rig.pass(200);
      assertEquals(RelayRig.PEER_SEQUENCE + 1 + 5_000, (int) toPeer.get());
    }
  }

  /**
   * A sender takes that for data thrown away, and forgets what it was told (RFC 2018 section 8).
   */
  @Test
  void noAcknowledgmentEndsWithinWhatWasToldSelectively() {
    try (RelayRig rig = acknowledging(5, VM)) {
      rig.distance(20);
      rig.toVm.delay = 3 * RelayRig.MILLI;
      rig.fromPeer.lost = 20;
      rig.peer.toWrite = 1_000_000;
      BitSet told = new BitSet();
      List<Integer> within = new ArrayList<>();
      rig.toPeer.seen =
          frame -> {
            TcpHeader tcp = frame.tcp();
            for (int i = 0; i < tcp.sackBlocks(); i++) {
              told.set(
                  tcp.sackLeft(i) - RelayRig.PEER_SEQUENCE,
                  tcp.sackRight(i) - RelayRig.PEER_SEQUENCE);
            }
            int acknowledged = tcp.acknowledgmentNumber() - RelayRig.PEER_SEQUENCE;
            if (tcp.isAck() && acknowledged > 0 && told.get(acknowledged)) {
              within.add(acknowledged);
            }
          };
      rig.connect();
      assertTrue(rig.passUntilClosed(300_000), "one end has not closed");
      assertTrue(told.cardinality() > 100_000, "hardly anything came behind a gap");
      assertEquals(List.of(), within);
    }
  }

  @Test
  void bothDirectionsHoldAsMuchAsTheOptionsSay() {
    LocalAcknowledgmentOptions small =
        new LocalAcknowledgmentOptions("test", SideOptions.DEFAULT.withBuffer(128 << 10), null);
    Connection[] connection = new Connection[1];
    try (RelayRig rig = new RelayRig(2)) {
      rig.add(
          new RelayRig.Decider(
              (packet, of) -> {
                connection[0] = of;
                return rig.tcp.acknowledge(of, small);
              }));
      rig.distance(100);
      rig.vm.toWrite = 10_000_000;
      rig.peer.toWrite = 10_000_000;
      rig.connect();
      rig.pass(3_000);
      LiveRelay relay = (LiveRelay) rig.tcp.of(connection[0]);
      assertEquals(128 << 10, relay.toNetwork.capacity());
      assertEquals(128 << 10, relay.toVm.capacity());
    }
  }

  @Test
  void whatIsAcknowledgedAndNotDeliveredIsTold() {
    Connection[] connection = new Connection[1];
    try (RelayRig rig = new RelayRig(1)) {
      rig.add(
          new RelayRig.Decider(
              (packet, of) -> {
                connection[0] = of;
                return rig.tcp.acknowledge(of, VM);
              }));
      rig.distance(300);
      rig.vm.toWrite = 5_000;
      rig.vm.finishes = false;
      rig.connect();
      rig.pass(700);
      assertEquals(5_000, rig.tcp.of(connection[0]).undelivered(Direction.OUTBOUND));
      rig.pass(700);
      assertEquals(0, rig.tcp.of(connection[0]).undelivered(Direction.OUTBOUND));
    }
  }

  @ParameterizedTest
  @CsvSource({"5, true", "50, false"})
  void itLeavesAConnectionThatLivesOn(int millis, boolean both) {
    try (RelayRig rig = acknowledging(8 + millis, both ? BOTH : VM)) {
      rig.distance(millis);
      rig.toPeer.lost = 5;
      rig.vm.toWrite = 3_000_000;
      rig.peer.toWrite = 2_000_000;
      rig.connect();
      rig.pass(10L * millis);
      rig.tcp.leaveAll("test");
      assertTrue(rig.passUntilClosed(300_000), "one end has not closed");
      assertEquals(Closing.FINISHED, rig.vm.closed);
      assertEquals(Closing.FINISHED, rig.peer.closed);
      assertEquals(rig.vm.written(), rig.peer.read());
      assertEquals(rig.peer.written(), rig.vm.read());
      assertEquals(1, rig.count("tcp/relays-spliced"));
    }
  }
}
