package org.vtl.core.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.connection.ConnectionKey;
import org.vtl.connection.TcpState;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Protocol;
import org.vtl.testkit.Frames;

/** A table filled, emptied and searched at random, and its clock. */
class ConnectionTableTest implements ConnectionTable.Listener {
  private static final long SECOND = 1_000_000_000L;

  private final List<Long> closed = new ArrayList<>();

  @Override
  public void opened(TrackedConnection connection) {}

  @Override
  public void catchUp(TrackedConnection connection) {}

  @Override
  public void closing(TrackedConnection connection) {
    closed.add(connection.id());
  }

  private ConnectionTable table(int capacity, long secret) {
    return new ConnectionTable(new TrackerTarget(), capacity, secret, 1, 1, this);
  }

  private static ConnectionKey key(int number) {
    return new ConnectionKey(
        Protocol.UDP, 0, 0xffff_0a00_0001L, number & 0xffff, 0, 0xffff_0b00_0000L, number >> 16, 0);
  }

  @Test
  void whatIsOpenIsFoundAndNothingElse() {
    Random random = new Random(42);
    for (int capacity : new int[] {1, 2, 3, 16, 100, 1_000}) {
      ConnectionTable table = table(capacity, random.nextLong());
      Map<Integer, TrackedConnection> open = new HashMap<>();
      for (int i = 0; i < 40_000; i++) {
        int number = random.nextInt(2 * capacity);
        TrackedConnection known = open.get(number);
        assertSame(known, table.find(key(number)));
        if (known != null) {
          table.close(known);
          open.remove(number);
        } else if (open.size() < capacity) {
          open.put(number, table.open(key(number), 0));
        }
        assertEquals(open.size(), table.size());
      }
      open.forEach((number, connection) -> assertSame(connection, table.find(key(number))));
      List<TrackedConnection> listed = new ArrayList<>();
      table.forEach(listed::add);
      assertEquals(open.size(), listed.size());
      table.closeAll();
      assertEquals(0, table.size());
      open.keySet().forEach(number -> assertNull(table.find(key(number))));
    }
  }

  @Test
  void aConnectionExpiresWhenItWasSilentAndAtMostASecondLate() {
    Random random = new Random(7);
    ConnectionTable table = table(64, 1);
    Map<Long, Long> heard = new HashMap<>();
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = pool.acquire();
      long now = 0;
      for (int i = 0; i < 20_000; i++) {
        now += random.nextLong(SECOND / 2);
        closed.clear();
        table.expire(now, 1_000);
        for (long id : closed) {
          long silent = now - heard.remove(id);
          assertTrue(silent >= Timeout.UDP_SINGLE.nanos(), silent + " ns");
        }
        for (Map.Entry<Long, Long> each : heard.entrySet()) {
          long silent = now - each.getValue();
          assertTrue(silent < Timeout.UDP_SINGLE.nanos() + 2 * SECOND, silent + " ns");
        }
        assertTrue(table.nextExpiry() > now);
        if (random.nextInt(3) > 0) {
          int port = 1_000 + (int) Math.abs(random.nextGaussian() * 15);
          Frames.udp().from("10.0.0.1:" + port).build(packet);
          heard.put(table.track(packet, Direction.OUTBOUND, now).id(), now);
        }
      }
    }
  }

  @Test
  void whatIsEvictedIsTheLongestSilent() {
    ConnectionTable table = table(4, 1);
    for (int i = 0; i < 4; i++) {
      table.open(key(i), i * 10 * SECOND);
    }
    table.keep(table.find(key(0)), 40 * SECOND);
    table.open(key(4), 50 * SECOND);
    table.open(key(5), 60 * SECOND);
    assertEquals(List.of(2L, 3L), closed);
    assertEquals(2, table.evictions());
  }

  @ParameterizedTest
  @ValueSource(strings = {"SYN", "ACK", "UDP", "echo"})
  void aFloodFromTheNetworkHasAnEighthOfTheTableAndTheVmsOwnTheRest(String what) {
    int capacity = 16_384;
    ConnectionTable table = table(capacity, 1);
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = pool.acquire();
      List<TrackedConnection> own = new ArrayList<>();
      for (Frames mine :
          List.of(
              Frames.tcp().syn().from("10.0.0.1:999").to("10.9.0.1:80"),
              Frames.udp().from("10.0.0.1:999").to("10.9.0.1:53"),
              Frames.echo(1, 1).from("10.0.0.1").to("10.9.0.1"))) {
        own.add(table.track(mine.build(packet), Direction.OUTBOUND, 0));
      }
      for (int i = 0; i < 5_000; i++) {
        String from = "198.18." + i / 250 + "." + (1 + i % 250);
        Frames frames =
            switch (what) {
              case "SYN" -> Frames.tcp().syn().from(from + ":1024").to("10.0.0.1:80");
              case "ACK" -> Frames.tcp().ack(1).from(from + ":1024").to("10.0.0.1:80");
              case "UDP" -> Frames.udp().from(from + ":1024").to("10.0.0.1:53");
              default -> Frames.echo(i, 1).from(from).to("10.0.0.1");
            };
        long newest = table.track(frames.build(packet), Direction.INBOUND, 1).id();
        int most = capacity / 8;
        assertEquals(own.size() + Math.min(i + 1, most), table.size());
        assertEquals(table.size(), table.places(), "no place is made beyond");
        if (i >= most) {
          assertEquals(newest - most, closed.getLast(), "the oldest of the flood makes room");
        }
      }
      own.forEach(connection -> assertTrue(connection.isLive()));
    }
  }

  @Test
  void aFullTableForgetsWhatTheNetworkBeganBeforeWhatTheVmBegan() {
    ConnectionTable table = table(3, 1);
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = pool.acquire();
      Frames asking = Frames.tcp().syn().from("10.0.0.1:999").to("10.9.0.1:80");
      TrackedConnection own = table.track(asking.build(packet), Direction.OUTBOUND, 0);
      for (int i = 1; i < 10; i++) {
        Frames asked = Frames.tcp().syn().from("198.18.0." + i + ":999").to("10.0.0.1:80");
        table.track(asked.build(packet), Direction.INBOUND, i * SECOND);
      }
      assertTrue(own.isLive());
      assertEquals(7, table.evictions());
    }
  }

  /** A receiver throws it away, so what it says never happens (nf_conntrack_checksum likewise). */
  @Test
  void whatHasAWrongChecksumMovesNoModel() {
    ConnectionTable table = table(16, 1);
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = pool.acquire();
      Frames.tcp().syn().seq(100).build(packet);
      corrupt(packet, packet.start() + packet.transportOffset() + 16);
      assertNull(table.track(packet, Direction.OUTBOUND, 0));
      assertTrue(table.isInvalid());
      Frames.tcp().syn().seq(100).build(packet);
      corrupt(packet, packet.start() + packet.networkOffset() + 10);
      assertNull(table.track(packet, Direction.OUTBOUND, 0));
      assertTrue(table.isInvalid());

      Frames.tcp().syn().seq(100).build(packet);
      TrackedConnection opened = table.track(packet, Direction.OUTBOUND, 0);
      Frames.tcp().rst().seq(101).build(packet);
      corrupt(packet, packet.start() + packet.transportOffset() + 16);
      assertSame(opened, table.track(packet, Direction.OUTBOUND, 0));
      assertTrue(table.isInvalid());
      assertEquals(TcpState.SYN_SENT, opened.vm().state());

      packet.setChecksumState(ChecksumState.UNKNOWN); // a capture's may never have been summed
      table.track(packet, Direction.OUTBOUND, 0);
      assertEquals(TcpState.CLOSED, opened.vm().state());
    }
  }

  private static void corrupt(Packet packet, int offset) {
    byte before = packet.memory().get(ValueLayout.JAVA_BYTE, offset);
    packet.memory().set(ValueLayout.JAVA_BYTE, offset, (byte) (before + 1));
    packet.setChecksumState(ChecksumState.UNVERIFIED);
  }

  @Test
  void aTableOfManyIsNotMadeBeforeItIsNeeded() {
    ConnectionTable table = table(4_000_000, 1);
    TrackedConnection first = table.open(key(1), 0);
    table.close(first);
    assertSame(first, table.open(key(2), 0), "the object is used again");
  }
}
