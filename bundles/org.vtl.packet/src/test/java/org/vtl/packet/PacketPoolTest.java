package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PacketPoolTest {
  @Test
  void neverGrows() {
    try (PacketPool pool = new PacketPool(3)) {
      Packet first = pool.acquire();
      assertNotNull(pool.acquire());
      assertNotNull(pool.acquire());
      assertNull(pool.acquire());
      assertEquals(0, pool.available());
      pool.release(first);
      assertEquals(1, pool.available());
      assertSame(first, pool.acquire(), "the last one released is the warmest");
    }
  }

  @Test
  void refusesWhatItDidNotLend() {
    try (PacketPool pool = new PacketPool(1);
        PacketPool other = new PacketPool(1)) {
      Packet packet = pool.acquire();
      assertThrows(IllegalArgumentException.class, () -> other.release(packet));
      pool.release(packet);
      assertThrows(IllegalStateException.class, () -> pool.release(packet));
      assertEquals(1, pool.available());
    }
    assertThrows(IllegalArgumentException.class, () -> new PacketPool(0));
    assertThrows(IllegalArgumentException.class, () -> new PacketPool(30_001));
  }

  @Test
  void slotsDoNotReachTheirNeighbours() {
    try (PacketPool pool = new PacketPool(2)) {
      Packet packet = pool.acquire();
      assertEquals(Packet.SLOT_SIZE, packet.memory().byteSize());
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> Bytes.setU16(packet.memory(), Packet.SLOT_SIZE - 1, 0));
    }
  }

  @Test
  void aClosedPoolsPacketsThrow() {
    PacketPool pool = new PacketPool(1);
    Packet packet = pool.acquire();
    pool.close();
    assertThrows(IllegalStateException.class, () -> Bytes.u8(packet.memory(), 0));
  }

  @Test
  void copiesAreWhole() {
    try (PacketPool pool = new PacketPool(2)) {
      Packet packet = TestFrames.load(pool.acquire(), TestFrames.frame("tcp4-syn"));
      packet.setDirection(Direction.INBOUND);
      packet.setSegmentSize(5);
      packet.setArrivalNanos(6);
      packet.tcp().setWindow(1); // owed, not yet in the checksum
      Packet copy = pool.acquire();
      copy.copyOf(packet);
      copy.seal(false);
      packet.seal(false);
      assertEquals(-1, packet.memory().asSlice(256, 74).mismatch(copy.memory().asSlice(256, 74)));
      assertEquals(Direction.INBOUND, copy.direction());
      assertEquals(5, copy.segmentSize());
      assertEquals(6, copy.arrivalNanos());
    }
  }

  @Test
  void batchesKeepTheirOrder() {
    try (PacketPool pool = new PacketPool(4)) {
      PacketBatch batch = new PacketBatch(3);
      batch.add(pool.packet(0));
      batch.add(pool.packet(1));
      batch.add(pool.packet(2));
      assertEquals(true, batch.isFull());
      assertThrows(IndexOutOfBoundsException.class, () -> batch.add(pool.packet(3)));
      batch.removeFirst(2);
      assertSame(pool.packet(2), batch.get(0));
      assertSame(pool.packet(2), batch.removeLast());
      assertEquals(0, batch.size());
      assertThrows(IndexOutOfBoundsException.class, () -> batch.removeFirst(1));
    }
  }
}
