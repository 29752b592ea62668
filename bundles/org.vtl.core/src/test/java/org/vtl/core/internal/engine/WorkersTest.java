package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.connection.ConnectionKey;
import org.vtl.connection.Link;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Protocol;
import org.vtl.port.Fanout;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.LinkInfo;
import org.vtl.testkit.Frames;

/** Several workers of one link: each packet is its owner's, wherever it arrives. */
class WorkersTest {
  private static final int PAIRS = 60;

  private static Frames udpSix(int pair, boolean back) {
    String vm = "[2001:db8:" + (pair + 1) + "::1]:4000";
    String network = "[2001:db8:ffff::" + pair % 5 + "]:53";
    Frames frames = Frames.tcp().syn().vlan(1_000 + pair);
    return back ? frames.from(network).to(vm) : frames.from(vm).to(network);
  }

  /** A router's "time exceeded" about the VM's packet. */
  private static Frames error(Frames about, int vlan, Packet scratch) {
    about.build(scratch);
    byte[] quote = new byte[28];
    int from = scratch.start() + scratch.networkOffset();
    for (int i = 0; i < quote.length; i++) {
      quote[i] = (byte) org.vtl.packet.Bytes.u8(scratch.memory(), (long) from + i);
    }
    return Frames.icmp(IcmpHeader.TIME_EXCEEDED, 0)
        .from("172.16.0.1")
        .to("10.1.0.1")
        .vlan(vlan)
        .payload(quote);
  }

  private static final ToIntFunction<Packet> ANYHOW =
      packet -> packet.length() * 31 + packet.vlanKey();

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, false", "16, false", "2, true", "3, true", "16, true"})
  void bothDirectionsFragmentsAndErrorsMeetOnOneWorker(int workers, boolean anyhow) {
    try (Rig rig = new Rig("workers", workers, "connections", 1_024)) {
      if (anyhow) {
        rig.vm.divide(ANYHOW);
        rig.net.divide(packet -> ANYHOW.applyAsInt(packet) + 1);
      }
      Witness witness = rig.add("witness", 200, new Witness());
      for (int pair = 0; pair < PAIRS; pair++) {
        rig.fromVm(Witness.udp(pair, false).payload(20));
        rig.fromNetwork(Witness.udp(pair, true).payload(30));
        rig.fromVm(Witness.udp(pair, false).fragment(0, true).payload(24));
        rig.fromVm(Witness.udp(pair, false).fragment(32, false).payload(11));
        rig.fromNetwork(error(Witness.udp(pair, false), pair + 1, rig.out));
        rig.fromVm(udpSix(pair, false));
        rig.fromNetwork(udpSix(pair, true));
        rig.fromVm(Frames.arpRequest().from("10.1.0.1").to("10.1.0." + pair));
      }
      assertEquals(8 * PAIRS, rig.vm.sentCount() + rig.net.sentCount(), "nothing is lost");
      witness.workers.forEach((what, seenBy) -> assertEquals(1, seenBy.size(), what));
      assertEquals(new TreeSet<>(List.of(0)), witness.workers.get("arp"));
      List<ConnectionInfo> connections =
          rig.engine
              .runtime()
              .connections(new org.vtl.runtime.ConnectionQuery("", "id", 0, 1_000))
              .connections();
      assertEquals(2 * PAIRS, connections.size(), "an error or a fragment opens none");
      for (ConnectionInfo one : connections) {
        assertTrue(one.vm().packets() > 0 && one.network().packets() > 0, "both are one's");
      }
      assertEquals(0, rig.count("core/fragment-unmatched"));
      assertEquals(anyhow, rig.count("core/packets-handed-over") > 0);
      LinkInfo link = rig.engine.runtime().links().getFirst();
      assertEquals(workers, link.workers().size());
      long sum = 0;
      for (LinkInfo.WorkerInfo worker : link.workers()) {
        sum += worker.outboundPackets() + worker.inboundPackets();
        assertTrue(worker.connections() > 0, "each has its part");
      }
      assertEquals(8 * PAIRS, sum);
      assertEquals(8 * PAIRS, link.outboundPackets() + link.inboundPackets());
    }
  }

  @Test
  void aConnectionIsOpenedAndFoundWhereItsPacketsCome() {
    try (Rig rig = new Rig("workers", 2)) {
      Rig.Taking service = rig.add("opener", 200, new Rig.Taking());
      rig.fromVm(Rig.udp("x"));
      ConnectionKey key =
          new ConnectionKey(
              Protocol.UDP,
              0,
              Packet.mapped(0x0a000001),
              5555,
              0,
              Packet.mapped(0x0a000002),
              80,
              0);
      Link owner = rig.owner();
      Link stranger = null;
      List<Link> all = new ArrayList<>();
      for (Link link : service.context.links()) {
        all.add(link);
        if (link != owner) {
          stranger = link;
        }
      }
      assertEquals(2, all.size());
      assertEquals(2, owner.workers());
      assertEquals("lab", owner.name());
      assertSame(owner, stranger.owner(key));
      assertTrue(service.context.connections().find(owner, key).isTracked());
      assertEquals(null, service.context.connections().find(stranger, key));
      Link wrong = stranger;
      String why =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> service.context.connections().open(wrong, key))
              .getMessage();
      assertTrue(why.contains("belong to worker " + owner.worker()), why);
      Packet packet = Rig.udp("x").build(rig.frame);
      assertThrows(
          IllegalArgumentException.class, () -> service.context.connections().open(wrong, packet));
    }
  }

  @Test
  void aServiceThatNeedsOneWorkerSeesNothingOfALinkWithTwo() {
    try (Rig rig = new Rig("workers", 2)) {
      List<String> seen = new ArrayList<>();
      Rig.Probe probe = new Rig.Probe("nat", seen);
      Map<String, Object> properties =
          Map.of("vtl.name", "nat", "vtl.priority", 300, "vtl.one.worker", true);
      rig.engine.addService(probe, properties);
      rig.fromVm(Rig.udp("x"));
      assertEquals(List.of(), seen);
      assertTrue(rig.service("nat").reason().contains("set workers to 1"));
      assertFalse(rig.engine.runtime().faults().isEmpty());
      assertTrue(
          rig.engine.runtime().explain("lab", "arp").stages().getFirst().why().contains("has 2"));
      rig.engine.addLink("lab", Rig.configuration("workers", 2, "required", "nat"));
      rig.turn();
      assertEquals("CLOSED", rig.engine.runtime().links().getFirst().state());
      rig.engine.addLink("lab", Rig.configuration("workers", 1, "required", "nat"));
      rig.turn();
      rig.fromVm(Rig.udp("x"));
      assertEquals(List.of("nat>"), seen);
      assertEquals(List.of(), rig.engine.runtime().faults());
    }
  }

  @Test
  void aPortThatFailsIsOpenedAgainByAllWorkers() {
    try (Rig rig = new Rig("workers", 3)) {
      rig.net.fail("pulled");
      rig.turn();
      assertEquals("WAITING", rig.engine.runtime().links().getFirst().state());
      rig.net.recover();
      rig.turn();
      rig.turn();
      LinkInfo link = rig.engine.runtime().links().getFirst();
      assertEquals("UP", link.state());
      assertEquals(2, link.networkPort().openings());
      assertEquals(2, rig.engine.runtime().ports().size());
      for (int pair = 0; pair < PAIRS; pair++) {
        rig.fromVm(Witness.udp(pair, false));
        rig.fromNetwork(Witness.udp(pair, true));
      }
      assertEquals(2 * PAIRS, rig.vm.sentCount() + rig.net.sentCount());
      assertEquals(0, rig.count("core/packets-handed-over"));
    }
  }

  @Test
  void aConnectionIsExplainedByWhomItBelongsTo() {
    try (Rig rig = new Rig("workers", 3)) {
      rig.add("probe", 200, new Rig.Probe("probe", new ArrayList<>()));
      for (int pair = 0; pair < 12; pair++) {
        rig.fromVm(Witness.udp(pair, false));
      }
      for (ConnectionInfo one : rig.connections("")) {
        String flow =
            "udp "
                + one.vm().address()
                + ":4000 > "
                + one.network().address()
                + ":53 vlan "
                + one.vlan();
        assertEquals(one.id(), rig.engine.runtime().explain("lab", flow).connection());
        assertEquals(
            one.id(), rig.engine.runtime().explain("lab", "" + one.id()).connection(), flow);
        assertEquals(one, rig.engine.runtime().connection(one.id()).orElseThrow());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "17", "two"})
  void onlyOneToSixteenWorkers(String workers) {
    try (Rig rig = new Rig()) {
      String why =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> rig.engine.addLink("lab", Rig.configuration("workers", workers)))
              .getMessage();
      assertTrue(why.contains("1 to 16"), why);
    }
  }

  @Test
  void anEngineHasSixtyFourWorkersInAll() {
    try (Rig rig = new Rig("workers", 16, "packets", 128, "connections", 16)) {
      for (int i = 2; i <= 5; i++) {
        Map<String, Object> configuration =
            Rig.configuration(
                "vm.port", "memory:vm" + i,
                "network.port", "memory:net" + i,
                "workers", 16,
                "packets", 128,
                "connections", 16);
        if (i < 5) {
          rig.engine.addLink("lab" + i, configuration);
        } else {
          assertThrows(
              IllegalArgumentException.class, () -> rig.engine.addLink("lab5", configuration));
        }
      }
      rig.engine.removeLink("lab3"); // the refused one comes up in its place
      assertEquals(
          List.of("lab", "lab2", "lab4", "lab5"),
          rig.engine.runtime().links().stream().map(LinkInfo::name).toList());
    }
  }

  @Test
  void theHashIsSymmetricAndEven() {
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = pool.acquire();
      for (int workers = 1; workers <= Fanout.MAX_WORKERS; workers++) {
        int[] counts = new int[workers];
        for (int host = 0; host < 1_600; host++) {
          Frames there =
              Frames.udp().from("10.0." + host / 250 + "." + host % 250).to("192.168.1.1");
          Frames back =
              Frames.udp().from("192.168.1.1").to("10.0." + host / 250 + "." + host % 250);
          int worker = Fanout.worker(there.build(packet), workers);
          assertEquals(worker, Fanout.worker(back.build(packet), workers));
          counts[worker]++;
        }
        for (int count : counts) {
          assertTrue(Math.abs(count * workers - 1_600) < 800, count + " of " + workers);
        }
      }
      // What drivers' programs must compute too.
      Frames.udp().from("10.0.0.1").to("10.0.0.2").build(packet);
      assertEquals(
          Fanout.worker(0, Packet.mapped(0x0a000002), 0, Packet.mapped(0x0a000001), 16),
          Fanout.worker(packet, 16));
    }
  }
}
