package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.packet.Address;
import org.vtl.packet.Packet;
import org.vtl.service.Injector;
import org.vtl.tcp.Relay;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.internal.endpoint.Closing;
import org.vtl.testkit.Frames;

/** Relays that leave, end or are lied to when it suits them least. */
class BadMomentsTest {
  private static final SplitOptions SPLIT =
      new SplitOptions("test", SideOptions.DEFAULT, SideOptions.DEFAULT);

  @Test
  void anEndThatWasAcknowledgedAndFoundNoWindowIsDelivered() {
    try (RelayRig rig = new RelayRig(21)) {
      rig.add(new RelayRig.Decider((packet, of) -> rig.tcp.split(packet, of, SPLIT)));
      rig.vm.setReads(false);
      rig.peer.toWrite = rig.vm.incoming.capacity();
      rig.peer.finishes = false;
      rig.connect();
      rig.pass(5_000);
      rig.peer.finishes = true;
      for (int i = 0; i < 5_000 && !rig.peer.endpoint.finAcknowledged(); i++) {
        rig.pass(1);
      }
      assertTrue(rig.peer.endpoint.finAcknowledged(), "the peer's FIN was not acknowledged");
      assertEquals(0, rig.vm.incoming.edge() - rig.vm.incoming.end(), "the VM has a window left");
      rig.tcp.leaveAll("test");
      rig.pass(1_000);
      rig.vm.setReads(true);
      assertTrue(rig.passUntilClosed(100_000), "one end has not closed");
      assertEquals(Closing.FINISHED, rig.vm.closed);
      assertEquals(Closing.FINISHED, rig.peer.closed);
      assertEquals(rig.peer.written(), rig.vm.read());
      assertEquals(0, rig.chunks.used());
    }
  }

  @Test
  void aResetThatFindsNoPacketIsSentOnceOneIsFree() {
    Connection[] connection = new Connection[1];
    try (RelayRig rig = new RelayRig(22)) {
      rig.add(
          new RelayRig.Decider(
              (packet, of) -> {
                connection[0] = of;
                return rig.tcp.split(packet, of, SPLIT);
              }));
      List<Packet> hoard = new ArrayList<>();
      rig.vm.finishes = false;
      rig.peer.finishes = false;
      rig.connect();
      rig.pass(100);
      Link link = connection[0].link();
      Injector injector = rig.tcp.context().injector();
      link.execute(
          () -> {
            for (Packet one = injector.newFrame(link); one != null; ) {
              hoard.add(one);
              one = injector.newFrame(link);
            }
          });
      link.execute(() -> rig.tcp.of(connection[0]).abort());
      rig.pass(300);
      assertNull(rig.vm.closed);
      assertNull(rig.peer.closed);
      link.execute(() -> hoard.forEach(injector::release));
      rig.pass(100);
      assertEquals(Closing.RESET, rig.vm.closed);
      assertEquals(Closing.RESET, rig.peer.closed);
      assertEquals(0, rig.tcp.count());
    }
  }

  @Test
  void whoGuessesThePortsDoesNotChangeHowAnEndLooks() {
    try (RelayRig rig = new RelayRig(23)) {
      rig.add(new RelayRig.Decider((packet, of) -> rig.tcp.split(packet, of, SPLIT)));
      rig.distance(20);
      rig.vm.toWrite = 200_000;
      rig.connect();
      rig.pass(100);
      List<String> looks = new ArrayList<>();
      rig.toPeer.seen =
          frame -> looks.add(frame.ipv4().timeToLive() + " " + frame.ethernet().source());
      long far = (RelayRig.VM_SEQUENCE + 0x4000_0000L) & 0xffff_ffffL;
      rig.vmPort.deliver(
          Frames.tcp()
              .macs("02:00:00:00:00:66", "02:00:00:00:00:77")
              .ttl(1)
              .seq(far)
              .ack(1)
              .payload("x")
              .build(rig.out));
      assertTrue(rig.passUntilClosed(100_000), "one end has not closed");
      assertEquals(1, new HashSet<>(looks).size(), () -> String.join(", ", looks));
    }
  }

  @Test
  void aSynThatIsRepeatedWhileARelayJoinsChangesNothing() {
    Connection[] connection = new Connection[1];
    try (RelayRig rig = new RelayRig(25)) {
      rig.add(
          new RelayRig.Decider(
              (packet, of) -> {
                connection[0] = of;
                return packet.payloadLength() == 700 ? rig.tcp.insert(of, SPLIT) : null;
              }));
      Frames syn = Frames.tcp().from("10.0.0.3:7000").syn().seq(999).window(4_000);
      pass(rig, true, syn);
      pass(rig, false, fromPeer().syn().seq(4_999).ack(1_000).window(3_000));
      pass(rig, true, fromVm().seq(1_000).ack(5_000));
      pass(rig, true, fromVm().seq(1_000).ack(5_000).payload(600));
      pass(rig, true, fromVm().seq(1_600).ack(5_000).payload(700)); // on its way when it joins
      assertEquals(List.of(), pass(rig, true, fromVm().seq(2_300).ack(5_000).payload(100)));
      assertEquals(Relay.State.JOINING, rig.tcp.of(connection[0]).state());
      assertEquals(List.of("999 0 0"), pass(rig, true, syn));
      pass(rig, false, fromPeer().syn().seq(4_999).ack(1_000).window(3_000));
      assertEquals(Relay.State.JOINING, rig.tcp.of(connection[0]).state());
      List<String> sent = pass(rig, false, fromPeer().seq(5_000).ack(2_300).window(3_000));
      assertEquals(Relay.State.OPEN, rig.tcp.of(connection[0]).state());
      assertEquals(List.of("2300 5000 100"), sent);
    }
  }

  @Test
  void aRelayLeavesThoughAnEndBehindWhatItTakesWasSeen() {
    try (RelayRig rig = new RelayRig(26)) {
      rig.add(
          new RelayRig.Decider(
              (packet, of) -> packet.payloadLength() == 700 ? rig.tcp.insert(of, SPLIT) : null));
      pass(rig, true, Frames.tcp().from("10.0.0.3:7000").syn().seq(999).windowScale(2));
      pass(rig, false, fromPeer().syn().seq(4_999).ack(1_000).windowScale(2));
      pass(rig, true, fromVm().seq(1_000).ack(5_000));
      pass(rig, true, fromVm().seq(1_000).ack(5_000).payload(700));
      pass(rig, true, fromVm().seq(1_700).ack(5_000).payload(100));
      // The peer has granted more than the relay's stream takes at first.
      pass(rig, false, fromPeer().seq(5_000).ack(1_700));
      for (int sequence = 1_800; sequence < 81_800; sequence += 16_000) {
        pass(rig, true, fromVm().seq(sequence).ack(5_000).payload(16_000));
      }
      List<String> sent = pass(rig, true, fromVm().seq(81_800).ack(5_000).fin());
      rig.tcp.leaveAll("test");
      int acknowledged = 1_700;
      for (int i = 0; i < 200 && rig.tcp.count() > 0; i++) {
        for (String one : sent) {
          String[] words = one.split(" ");
          int end = Integer.parseInt(words[0]) + Integer.parseInt(words[2]);
          acknowledged = Math.max(acknowledged, end);
        }
        rig.clock.advance(50 * RelayRig.MILLI);
        sent = pass(rig, false, fromPeer().seq(5_000).ack(acknowledged));
      }
      assertEquals(1_700 + (64 << 10), acknowledged, "what the stream takes");
      assertEquals(0, rig.tcp.count(), "it has not left");
    }
  }

  private static Frames fromVm() {
    return Frames.tcp().from("10.0.0.3:7000").window(4_000);
  }

  private static Frames fromPeer() {
    return Frames.tcp()
        .from("10.0.0.2:80")
        .to("10.0.0.3:7000")
        .macs("02:00:00:00:00:02", "02:00:00:00:00:01");
  }

  /** Has a frame arrive; what then goes to the peer: sequence, acknowledgment, bytes. */
  private static List<String> pass(RelayRig rig, boolean fromVm, Frames frame) {
    List<String> sent = new ArrayList<>();
    (fromVm ? rig.vmPort : rig.networkPort).deliver(frame.build(rig.out));
    rig.engine.step();
    rig.engine.step();
    while (rig.networkPort.sent(rig.out)) {
      sent.add(
          rig.out.tcp().sequenceNumber()
              + " "
              + rig.out.tcp().acknowledgmentNumber()
              + " "
              + rig.out.payloadLength());
    }
    rig.vmPort.clear();
    return sent;
  }

  @Test
  void anEndThatIsSilentSinceARelayJoinedIsNotTakenForAnother() {
    try (RelayRig rig = new RelayRig(24)) {
      rig.add(
          new RelayRig.Decider(
              (packet, of) ->
                  rig.clock.nanos() < 2_000 * RelayRig.MILLI ? null : rig.tcp.insert(of, SPLIT)));
      rig.distance(20);
      rig.vm.finishes = false;
      rig.peer.finishes = false;
      rig.connect();
      rig.pass(2_000);
      rig.vm.toWrite = 3_000;
      rig.vm.finishes = true;
      rig.peer.finishes = true;
      List<String> looks = new ArrayList<>();
      rig.toVm.seen =
          frame ->
              looks.add(
                  Address.formatMac(frame.ethernet().source())
                      + (frame.isIpv4() ? " " + Integer.toHexString(frame.ipv4().source()) : "")
                      + (frame.isTcp() ? " " + frame.tcp().sourcePort() : ""));
      assertTrue(rig.passUntilClosed(100_000), "one end has not closed");
      assertEquals(Set.of("02:00:00:00:00:02 a000002 80"), new HashSet<>(looks));
      assertEquals(1, rig.count("tcp/relays-opened"));
    }
  }
}
