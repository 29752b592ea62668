package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.port.Offloads;
import org.vtl.tcp.Dialer;
import org.vtl.tcp.Opening;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.internal.endpoint.Closing;
import org.vtl.testkit.MemoryPort;

/** Relays whose far end takes nothing, so many that their bytes would be all memory. */
class StalledRelaysTest {
  private static final SplitOptions SPLIT =
      new SplitOptions("test", SideOptions.DEFAULT, SideOptions.DEFAULT);
  private static final int MANY = 5_000; // 64,000 bytes each, five times the memory
  private static final int PARTS = 4;

  private static RelayRig rig(long seed) {
    RelayRig rig = new RelayRig(seed);
    rig.add(new RelayRig.Decider((packet, of) -> split(rig, packet, of)));
    rig.distance(20);
    rig.vm.settings.timeWaitNanos = RelayRig.MILLI; // for how long it takes to be seen
    rig.peer.settings.timeWaitNanos = RelayRig.MILLI;
    return rig;
  }

  private static Opening split(RelayRig rig, Packet packet, Connection of) {
    return packet.isTcp() && packet.tcp().isSyn() ? rig.tcp.split(packet, of, SPLIT) : null;
  }

  /** A second VM's link beside the rig's; what VTL sends there nobody hears. */
  private static StalledCrowd otherVm(RelayRig rig) {
    MemoryPort vm = rig.ports.port("vm2");
    MemoryPort network = rig.ports.port("net2");
    vm.setOffloads(Offloads.NONE);
    network.setOffloads(Offloads.NONE);
    rig.engine.addLink(
        "other",
        Map.of(
            "vm.port",
            "memory:vm2",
            "network.port",
            "memory:net2",
            "connections",
            8_192,
            "packets",
            1_024));
    rig.engine.step();
    rig.engine.step();
    return new StalledCrowd(
        vm,
        network,
        () -> {
          rig.engine.step();
          vm.clear();
          network.clear();
        });
  }

  /** Virtual milliseconds that the rig's hosts take for their bytes. */
  private static long transfer(RelayRig rig) {
    rig.vm.toWrite = 3_000_000;
    rig.peer.toWrite = 3_000_000;
    rig.vm.finishes = true;
    rig.peer.finishes = true;
    long start = rig.clock.nanos();
    assertTrue(rig.passUntilClosed(60_000), "one end has not closed");
    assertEquals(Closing.FINISHED, rig.vm.closed);
    assertEquals(Closing.FINISHED, rig.peer.closed);
    assertEquals(rig.vm.written(), rig.peer.read());
    assertEquals(rig.peer.written(), rig.vm.read());
    return (rig.clock.nanos() - start) / RelayRig.MILLI;
  }

  private static void establish(RelayRig rig) {
    rig.vm.finishes = false;
    rig.peer.finishes = false;
    rig.connect();
    rig.pass(200);
    assertTrue(rig.vm.isEstablished);
  }

  @Test
  void anotherVmsTransferGoesOnAsIfTheyWereNotThere() {
    long undisturbed;
    try (RelayRig rig = rig(31)) {
      establish(rig);
      undisturbed = transfer(rig);
    }
    try (RelayRig rig = rig(31);
        StalledCrowd crowd = otherVm(rig)) {
      crowd.connect(MANY);
      establish(rig);
      assertEquals(MANY + 1, rig.tcp.count());
      crowd.send(PARTS);
      assertTrue(rig.chunks.used() > rig.chunks.capacity() * 6 / 7, "memory is not short");
      assertEquals(undisturbed, transfer(rig), undisturbed / 100.0);
      assertEquals(0, rig.count("tcp/relays-stalled"), "nobody else was in need");
    }
  }

  @Test
  void onesOwnTransferGoesOnOnceTheOldestOfThemAreEnded() {
    try (RelayRig rig = rig(32);
        StalledCrowd crowd = new StalledCrowd(rig.vmPort, rig.networkPort, rig::turn)) {
      crowd.connect(MANY);
      establish(rig);
      crowd.send(PARTS);
      assertTrue(rig.chunks.used() > rig.chunks.capacity() * 6 / 7, "memory is not short");
      transfer(rig);
      long ended = rig.count("tcp/relays-stalled");
      assertTrue(ended > 0 && ended < MANY / 5, ended + " were ended");
      assertTrue(rig.count("tcp/memory-refused") > 0);
    }
  }

  @Test
  void whoeverStallsWhileThereIsPlentyIsLeftAlone() {
    try (RelayRig rig = rig(33);
        StalledCrowd crowd = new StalledCrowd(rig.vmPort, rig.networkPort, rig::turn)) {
      crowd.connect(50);
      crowd.send(PARTS);
      rig.pass(600_000, 50 * RelayRig.MILLI);
      assertEquals(50, rig.tcp.count());
      assertEquals(0, rig.count("tcp/memory-refused"));
    }
  }

  @Test
  void whoeverHasNothingButARelayFindsMemoryForIt() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open().bind(null, 1);
        RelayRig rig = new RelayRig(36)) {
      Dialer dialer = of -> server.socket().getLocalSocketAddress();
      RelayRig.Decider decider =
          rig.add(
              new RelayRig.Decider(
                  (packet, of) ->
                      of.vm().port() < 10_000
                          ? rig.tcp.connect(packet, of, "test", SideOptions.DEFAULT, dialer)
                          : split(rig, packet, of)));
      try (StalledCrowd crowd = new StalledCrowd(rig.vmPort, rig.networkPort, rig::turn)) {
        crowd.connect(800);
        crowd.send(PARTS);
        long used = rig.chunks.used();
        assertTrue(used > rig.chunks.capacity() * 3 / 4, "memory is not low");
        assertTrue(used < rig.chunks.capacity() * 7 / 8, "memory is full");
        crowd.ask(9_000);
        assertEquals(Opening.NO_MEMORY, decider.said);
        for (int port = 9_001; port < 9_013; port++) {
          rig.pass(1_000, 50 * RelayRig.MILLI);
          crowd.ask(port);
        }
        assertEquals(Opening.OPENED, decider.said);
        assertEquals(0, rig.count("tcp/memory-refused"));
        long ended = rig.count("tcp/relays-stalled");
        assertTrue(ended > 0 && ended <= 128, ended + " were ended");
      }
    }
  }

  @Test
  void oneVmDoesNotHaveAllRelaysThereMayBe() {
    try (RelayRig rig = rig(34);
        StalledCrowd crowd = otherVm(rig)) {
      rig.tcp.limit(80, 1_000_000_000);
      crowd.connect(100);
      assertEquals(70, rig.tcp.count());
      establish(rig);
      assertEquals(71, rig.tcp.count());
    }
  }

  @Test
  void memoryComesBackFromThoseWhoAreEnded() {
    try (RelayRig rig = rig(35);
        StalledCrowd crowd = new StalledCrowd(rig.vmPort, rig.networkPort, rig::turn)) {
      crowd.connect(2_000);
      for (int i = 0; i < 60; i++) {
        crowd.send(PARTS); // they repeat what found no memory, as real ones do
        rig.pass(1_000, 50 * RelayRig.MILLI);
      }
      assertTrue(rig.tcp.count() < 2_000, "none was ended");
      assertTrue(rig.chunks.used() <= rig.chunks.capacity() * 7 / 8);
      rig.engine.removeLink("lab");
      rig.turn();
      assertEquals(0, rig.tcp.count());
      assertEquals(0, rig.chunks.used());
    }
  }
}
