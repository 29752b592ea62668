package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.tcp.internal.stream.ChunkPool;
import org.vtl.testkit.Frames;

/** Reassembly against a model, across the wrap of sequence numbers. */
class ReceiverTest {
  private static final long DELAY = 40_000_000;
  private static final int FIRST = -70_000;

  private final ChunkPool chunks = new ChunkPool(4 << 20);
  private final PacketPool packets = new PacketPool(1);
  private final Packet packet = packets.acquire();
  private final ByteStream stream = new ByteStream();
  private final Receiver receiver = new Receiver();

  @AfterEach
  void close() {
    stream.clear();
    assertEquals(0, chunks.used());
    packets.close();
    chunks.close();
  }

  private void begin(int capacity) {
    stream.begin(chunks.share(), capacity, capacity);
    receiver.begin(stream, 1460, 0);
    receiver.synchronize(FIRST);
    receiver.agree(true, false, 7);
    receiver.windowField();
    receiver.window.sent();
  }

  private void take(int offset, byte[] bytes, boolean fin) {
    Frames frame = Frames.tcp().seq(FIRST + offset & 0xffff_ffffL).ack(1).payload(bytes);
    receiver.take((fin ? frame.fin() : frame).build(packet), FIRST + offset, DELAY, 0);
  }

  private static byte[] same(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private byte[] read() {
    byte[] bytes = new byte[(int) (stream.end() - stream.start())];
    stream.read(stream.start(), MemorySegment.ofArray(bytes), 0, bytes.length);
    return bytes;
  }

  /** Random pieces in random order: each byte is the first that came for its place. */
  @Test
  void firstDataWins() {
    for (int seed = 0; seed < 60; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int length = 1 + random.nextInt(140_000);
      begin(200_000);
      byte[] model = new byte[length];
      boolean[] held = new boolean[length];
      int next = 0;
      boolean finSeen = false;
      while (next < length || !finSeen) {
        int from = random.nextInt(4) == 0 ? next : random.nextInt(length);
        int count = Math.min(length - from, 1 + random.nextInt(3_000));
        boolean fin = from + count == length;
        finSeen |= fin;
        byte[] bytes = same(count, random.nextInt());
        for (int i = from; i < from + count; i++) {
          if (!held[i]) {
            held[i] = true;
            model[i] = bytes[i - from];
          }
        }
        while (next < length && held[next]) {
          next++;
        }
        take(from, bytes, fin);
        assertEquals(next, stream.end(), "seed " + seed);
      }
      assertTrue(receiver.isFinished());
      assertTrue(receiver.isInOrder());
      assertEquals(FIRST + length + 1, receiver.next());
      assertArrayEquals(model, read(), "seed " + seed);
      assertEquals(0, receiver.dropped());
      stream.clear();
    }
  }

  @Test
  void nothingBehindTheWindowIsTaken() {
    begin(32_768);
    int window = receiver.window();
    take(window - 10, same(30, 1), true);
    assertEquals(20, receiver.dropped());
    take(0, same(window - 10, 2), false);
    assertEquals(window, stream.end());
    assertFalse(receiver.isFinished(), "its FIN was behind the window");
  }

  @Test
  void whatIsBehindAFinTakesNoMemory() {
    begin(65_536);
    take(1, same(60_000, 1), false);
    assertTrue(chunks.used() > 0);
    take(0, same(0, 0), true);
    assertTrue(receiver.isFinished());
    assertEquals(60_000, receiver.dropped());
    assertEquals(0, chunks.used());
  }

  @Test
  void oneByteSegmentsWithGapsAreBounded() {
    begin(65_536);
    for (int i = 1; i < 60_000; i += 2) {
      take(i, same(1, 1), false);
    }
    assertEquals(ReceivedRanges.MOST, receiver.rangeCount());
    take(0, same(2048, 2), false);
    assertEquals(2049 - 1, stream.end());
    assertTrue(receiver.isInOrder());
  }

  @Test
  void whatIsSaidToBeBehindAFinNeverWas() {
    begin(65_536);
    take(200, same(50, 9), false);
    take(100, new byte[0], true);
    take(100, same(50, 9), false);
    take(0, same(100, 1), false);
    assertTrue(receiver.isFinished());
    assertEquals(100, stream.end());
    assertTrue(receiver.isInOrder());
  }

  @Test
  void withoutMemoryWhatFitsIsKept() {
    try (ChunkPool little = new ChunkPool(ChunkPool.CHUNK)) {
      stream.begin(little.share(), 65_536, 65_536);
      receiver.begin(stream, 1460, 0);
      receiver.synchronize(FIRST);
      receiver.agree(true, false, 0);
      receiver.windowField();
      receiver.window.sent();
      take(0, same(30_000, 1), false);
      assertEquals(ChunkPool.CHUNK, stream.end());
      assertEquals(30_000 - ChunkPool.CHUNK, receiver.dropped());
      stream.clear();
    }
    stream.begin(chunks.share(), 1, 1);
  }

  @Test
  void whatIsOutOfOrderGivesItsMemoryToWhatIsNot() {
    try (ChunkPool little = new ChunkPool(2 * ChunkPool.CHUNK)) {
      stream.begin(little.share(), 200_000, 200_000);
      receiver.begin(stream, 1460, 0);
      receiver.synchronize(FIRST);
      receiver.agree(true, false, 7);
      receiver.windowField();
      receiver.window.sent();
      take(100_000, same(10_000, 3), false);
      take(30_000, same(10, 3), false);
      assertEquals(2, receiver.rangeCount());
      take(0, same(25_000, 1), false);
      assertEquals(25_000, stream.end());
      assertEquals(0, receiver.rangeCount());
      assertArrayEquals(same(25_000, 1), read());
      stream.clear();
      assertEquals(0, little.used());
    }
    stream.begin(chunks.share(), 1, 1);
  }

  @Test
  void aStreamAdvancedByItsReaderIsFollowed() {
    begin(65_536);
    take(500, same(100, 1), false);
    stream.advance(500);
    stream.release(500);
    receiver.catchUp(0);
    assertEquals(FIRST + 600, receiver.next());
    assertTrue(receiver.delayedAck.isDue(0));
    assertArrayEquals(same(100, 1), read());
  }
}
