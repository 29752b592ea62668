package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.runtime.Explanation;
import org.vtl.service.ConnectionListener;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** How long a service that left stays away. */
class LeaveTest {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aChangeOfItsRegistrationBringsAServiceBack() {
    Leaver leaver = rig.add("leaver", 200, new Leaver());
    Leaver other = rig.add("other", 300, new Leaver());
    send(2);
    rig.engine.changeService(leaver, Map.of("vtl.name", "leaver", "vtl.priority", 200));
    rig.turn();
    assertEquals(List.of("leaver"), rig.connections("udp").getFirst().chain());
    assertEquals(List.of("other"), rig.connections("udp").getFirst().left());
    send(2);
    assertEquals(2, leaver.calls);
    assertEquals(1, other.calls, "it has not changed");
  }

  @Test
  void aSuccessorDecidesForItself() {
    Leaver first = rig.add("leaver", 200, new Leaver());
    send(2);
    Leaver second = rig.add("leaver", 200, new Leaver());
    rig.engine.removeService(first);
    send(2);
    assertEquals(1, first.calls);
    assertEquals(1, second.calls);
  }

  @Test
  void removedAndAddedItIsAnother() {
    Leaver leaver = rig.add("leaver", 200, new Leaver());
    send(2);
    rig.engine.removeService(leaver);
    send(1);
    rig.add("leaver", 200, leaver);
    send(2);
    assertEquals(2, leaver.calls);
  }

  @Test
  void rejoinsOneConnectionOrAllWhenItSaysSo() {
    Leaver leaver = rig.add("leaver", 200, new Leaver());
    Leaver other = rig.add("other", 300, new Leaver());
    send(2);
    rig.fromVm(Frames.udp().from("10.0.0.1:7").payload("x"));
    assertEquals(2, leaver.calls);
    leaver.context.rejoinAll();
    send(2);
    rig.fromVm(Frames.udp().from("10.0.0.1:7").payload("x"));
    assertEquals(4, leaver.calls);
    assertEquals(2, other.calls);

    Connection[] known = new Connection[1];
    rig.link.execute(() -> known[0] = leaver.last);
    rig.turn();
    rig.link.execute(() -> known[0].rejoin(leaver));
    rig.turn();
    send(2);
    rig.fromVm(Frames.udp().from("10.0.0.1:7").payload("x"));
    assertEquals(5, leaver.calls);
    assertEquals(2, other.calls);
  }

  @Test
  void whatHappensToTheLinkBringsNobodyBack() {
    Leaver leaver = rig.add("leaver", 200, new Leaver());
    send(1);
    rig.engine.addLink("lab", Rig.configuration("required", "leaver"));
    rig.turn();
    Rig.Taking other = rig.add("other", 100, new Rig.Taking());
    send(1);
    rig.engine.removeService(other);
    send(1);
    assertEquals(1, leaver.calls);
  }

  @Test
  void aLinkIsLeftAsAWhole() {
    LinkLeaver leaver = rig.add("leaver", 200, new LinkLeaver());
    rig.fromVm(Frames.arpRequest());
    assertEquals(1, leaver.calls);
    rig.fromVm(Frames.arpRequest());
    rig.handshake();
    // Four gigabytes away: does not fit, and is shown to whom it concerns.
    rig.fromVm(Frames.tcp().seq(900_001_000L).ack(9000).payload("xy").timestamps(52, 70));
    assertEquals(1, leaver.calls);
    assertEquals(0, leaver.opened);
    assertEquals(List.of(), rig.connections("tcp").getFirst().chain());
    Explanation.Stage stage = rig.engine.runtime().explain("", "arp").stages().getFirst();
    assertEquals("left the link: it has nothing to do there", stage.why());
    assertTrue(!stage.sees());

    rig.engine.changeService(leaver, Map.of("vtl.name", "leaver", "vtl.priority", 300));
    rig.turn();
    assertEquals(List.of("leaver"), rig.connections("tcp").getFirst().chain());
    leaver.leaves = false;
    rig.fromVm(Frames.arpRequest());
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("xy").timestamps(52, 70));
    assertEquals(3, leaver.calls);

    leaver.leaves = true;
    rig.fromVm(Frames.arpRequest());
    rig.fromVm(Frames.arpRequest());
    assertEquals(4, leaver.calls);
    leaver.context.rejoinAll();
    rig.fromVm(Frames.arpRequest());
    assertEquals(5, leaver.calls);
  }

  @Test
  void aRequiredServiceMayLeaveTheLinkAndTheLinkStaysOpen() {
    rig.engine.addLink("lab", Rig.configuration("required", "leaver"));
    LinkLeaver leaver = rig.add("leaver", 200, new LinkLeaver());
    send(1);
    assertNotNull(rig.toNetwork());
    send(1);
    assertNotNull(rig.toNetwork());
    assertEquals(1, leaver.calls);
    rig.engine.removeService(leaver);
    assertEquals("CLOSED", rig.engine.runtime().links().getFirst().state());
  }

  @Test
  void whatAServiceHoldsStaysHeldWhenItLeavesTheLink() {
    LinkLeaver leaver = rig.add("leaver", 200, new LinkLeaver());
    leaver.takes = true;
    send(1);
    leaver.takes = false;
    send(2);
    assertEquals(2, rig.payloadsToNetwork().size());
    assertEquals(1, rig.service("leaver").held());
    rig.link.execute(() -> leaver.context.injector().inject(leaver.taken, leaver.last));
    rig.turn();
    assertEquals(1, rig.payloadsToNetwork().size());
    assertEquals(2, leaver.calls);
  }

  @Test
  void errorsAboutItAndFragmentsAreShownToWhoLeft() {
    Leaver leaver = rig.add("leaver", 200, new Leaver());
    send(2);
    assertEquals(1, leaver.calls);
    byte[] quoted = new byte[28];
    System.arraycopy(
        new byte[] {0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2},
        0,
        quoted,
        0,
        20);
    quoted[20] = 5555 >>> 8;
    quoted[21] = (byte) 5555;
    quoted[23] = 80;
    rig.fromNetwork(Frames.icmp(3, 3).from("10.0.0.2").to("10.0.0.1").payload(quoted));
    assertEquals(2, leaver.calls);
    assertEquals(1, rig.connections("").size());
    rig.fromVm(Rig.udp("12345678").id(1).fragment(0, true));
    rig.fromVm(Rig.udp("abcdefgh").id(1).fragment(16, false));
    assertEquals(4, leaver.calls);
    send(1);
    assertEquals(4, leaver.calls);
  }

  @Test
  void aPacketFromAnotherMacAddressIsShownToWhoLeft() {
    Leaver leaver = rig.add("leaver", 200, new Leaver());
    send(3);
    assertEquals(1, leaver.calls);
    leaver.verdict = Verdict.DROP;
    for (int i = 2; i <= 4; i++) {
      rig.fromVm(Rig.udp("x").macs("02:00:00:00:00:09", "02:00:00:00:00:02"));
      assertEquals(i, leaver.calls, "also again: the first was not believed");
    }
    assertEquals(0x0200_0000_0001L, leaver.last.vm().mac());
    send(1);
    assertEquals(4, leaver.calls, "its own");
    leaver.verdict = Verdict.CONTINUE;
    for (int i = 0; i < 3; i++) {
      rig.fromVm(Rig.udp("x").macs("02:00:00:00:00:09", "02:00:00:00:00:02"));
      assertEquals(5, leaver.calls, "believed the first time");
    }
    assertEquals(0x0200_0000_0009L, leaver.last.vm().mac());
  }

  private void send(int packets) {
    for (int i = 0; i < packets; i++) {
      rig.fromVm(Rig.udp("x"));
    }
  }

  /** Leaves each connection with its first packet. */
  private static final class Leaver implements PacketService {
    ServiceContext context;
    Connection last;
    int calls;
    Verdict verdict = Verdict.CONTINUE;

    @Override
    public void attach(ServiceContext context) {
      this.context = context;
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      calls++;
      last = connection;
      connection.leave(this);
      return verdict;
    }
  }

  /** Leaves the link unless it is told not to. */
  private static final class LinkLeaver implements PacketService, ConnectionListener {
    ServiceContext context;
    boolean leaves = true;
    boolean takes;
    Packet taken;
    Connection last;
    int calls;
    int opened;

    @Override
    public void attach(ServiceContext context) {
      this.context = context;
    }

    @Override
    public void connectionOpened(Connection connection) {
      opened++;
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      calls++;
      last = connection;
      if (takes) {
        taken = packet;
        return Verdict.TAKE;
      }
      if (leaves) {
        context.leave(connection.link());
      }
      return Verdict.CONTINUE;
    }
  }
}
