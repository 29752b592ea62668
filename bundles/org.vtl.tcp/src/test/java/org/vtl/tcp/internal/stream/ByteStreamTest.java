package org.vtl.tcp.internal.stream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.testkit.AllocationProbe;

class ByteStreamTest {
  private static final int CHUNK = ChunkPool.CHUNK;

  private final ChunkPool pool = new ChunkPool(64L * CHUNK);
  private final ChunkShare share = pool.share();
  private final ByteStream stream = new ByteStream();

  @AfterEach
  void nothingLeaks() {
    stream.clear();
    assertEquals(0, pool.used());
    pool.close();
  }

  @Test
  void readsWhatWasWritten() {
    stream.begin(share, 1 << 20, 1 << 16);
    assertEquals(50_000, write(0, 50_000));
    assertEquals(0, stream.end(), "the writer says what is in order");
    stream.advance(50_000);
    assertRead(0, 50_000);
    assertRead(CHUNK - 1, 2);
    assertRead(49_999, 1);
  }

  @Test
  void takesNoByteAtItsEdge() {
    stream.begin(share, 1 << 20, 1 << 16);
    assertEquals(1 << 16, stream.edge());
    assertEquals(1 << 16, write(0, 70_000));
    assertEquals(0, write(1 << 16, 1));
    assertEquals(0, write(1 << 20, 1));
    stream.advance(1 << 16);
    stream.release(10);
    assertEquals(10, write(1 << 16, 100));
    stream.advance((1 << 16) + 10);
    assertRead(10, 1 << 16);
  }

  @Test
  void keepsWhatComesOutOfOrder() {
    stream.begin(share, 1 << 20, 1 << 16);
    assertEquals(1000, write(40_000, 1000));
    assertEquals(CHUNK, pool.used(), "no memory for the gap");
    assertEquals(40_000, write(0, 40_000));
    stream.advance(41_000);
    assertRead(0, 41_000);
  }

  @Test
  void forgetsWhatIsAhead() {
    stream.begin(share, 1 << 20, 1 << 17);
    write(0, 100);
    stream.advance(100);
    write(200, 50);
    write(3 * CHUNK, 2 * CHUNK);
    assertEquals(3 * CHUNK, pool.used());
    stream.forgetAhead();
    assertEquals(CHUNK, pool.used());
    assertRead(0, 100);
    stream.release(100);
    assertEquals(0, pool.used());
  }

  @Test
  void bytesInOrderAreNotReplaced() {
    stream.begin(share, 1 << 20, 1 << 16);
    write(0, 100);
    stream.advance(100);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment other = arena.allocate(300);
      assertEquals(100, stream.write(0, other, 0, 100));
      assertEquals(200, stream.write(0, other, 0, 200));
      stream.advance(200);
      assertRead(0, 100);
      assertArrayEquals(new byte[100], read(100, 100));
      stream.release(150);
      assertEquals(60, stream.write(90, other, 0, 60), "released bytes need not be kept");
      assertEquals(0, stream.start() - 150);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK})
  void releaseGivesChunksBackAtTheirBorder(int upTo) {
    stream.begin(share, 1 << 20, 1 << 18);
    write(0, 3 * CHUNK);
    stream.advance(3 * CHUNK);
    stream.release(upTo);
    assertEquals(upTo, stream.start());
    assertEquals((3 - upTo / CHUNK) * (long) CHUNK, pool.used());
    assertRead(upTo, 3 * CHUNK - upTo);
    stream.release(0);
    assertEquals(upTo, stream.start(), "it only grows");
    stream.release(1 << 30);
    assertEquals(3 * CHUNK, stream.start(), "no further than what is in order");
    assertEquals(0, pool.used());
  }

  @Test
  void anEmptyStreamHoldsNoMemory() {
    stream.begin(share, 1 << 20, 1 << 16);
    for (long at = 0; at < 100_000; at += 100) {
      write(at, 100);
      stream.advance(at + 100);
      assertEquals(at / CHUNK == (at + 99) / CHUNK ? CHUNK : 2 * CHUNK, pool.used());
      stream.release(at + 100);
      assertEquals(0, pool.used());
    }
  }

  @Test
  void whatIsOutOfOrderStaysWhenAllInOrderIsReleased() {
    stream.begin(share, 1 << 20, 1 << 16);
    write(0, 100);
    write(200, 100);
    stream.advance(100);
    stream.release(100);
    assertEquals(CHUNK, pool.used());
    write(100, 100);
    stream.advance(300);
    assertRead(100, 200);
    stream.release(300);
    assertEquals(0, pool.used());
  }

  @Test
  void growsWhileSparse() {
    stream.begin(share, 1 << 19, 3 * CHUNK);
    write(0, CHUNK + 5);
    stream.advance(CHUNK + 5);
    stream.release(CHUNK + 1);
    assertEquals(CHUNK - 6, write(3 * CHUNK + 7, CHUNK)); // the ring's last slot, and its first
    stream.ask(1 << 18);
    assertEquals(1 << 18, stream.capacity());
    write(12 * CHUNK, 77);
    write(CHUNK + 5, 2 * CHUNK + 2);
    write(4 * CHUNK + 1, 8 * CHUNK - 1);
    stream.advance(12 * CHUNK + 77);
    assertRead(CHUNK + 1, 11 * CHUNK + 76);
    stream.ask(1 << 30);
    assertEquals(1 << 19, stream.capacity(), "its limit");
    stream.ask(5);
    assertEquals(1 << 19, stream.capacity(), "it never shrinks");
    assertRead(CHUNK + 1, 11 * CHUNK + 76);
  }

  @Test
  void aFullPoolEndsAWriteAndWhatIsLeftIsForGaps() {
    stream.begin(share, 1 << 24, 1 << 24);
    assertEquals(49 * CHUNK - 10, write(10 + CHUNK, 60 * CHUNK), "out of order: until it is low");
    assertTrue(share.isLow());
    assertEquals(0, write(55 * CHUNK, 1));
    assertEquals(CHUNK + 10, write(0, CHUNK + 10), "in order: what there is");
    stream.advance(50 * CHUNK);
    assertRead(0, 50 * CHUNK);
    assertEquals(6 * CHUNK, write(50 * CHUNK, 20 * CHUNK));
    assertTrue(share.isFull());
    assertEquals(56 * CHUNK, pool.used(), "an eighth is for others");
    assertEquals(1, pool.refused());
    stream.advance(56 * CHUNK);
    stream.release(2 * CHUNK);
    assertEquals(2 * CHUNK, write(56 * CHUNK, 20 * CHUNK));
    stream.advance(58 * CHUNK);
    assertRead(2 * CHUNK, 56 * CHUNK);
  }

  @Test
  void doesNotGrowWhileMemoryIsShort() {
    stream.begin(share, 1 << 24, 1 << 16);
    ByteStream other = new ByteStream();
    other.begin(share, 1 << 24, 1 << 24);
    write(other, 0, 60 * CHUNK);
    stream.ask(1 << 20);
    assertEquals(1 << 16, stream.capacity());
    other.clear();
    stream.ask(1 << 20);
    assertEquals(1 << 20, stream.capacity());
  }

  @Test
  void shrinksByWhatIsReleasedWhileMemoryIsShort() {
    stream.begin(share, 1 << 24, 1 << 16);
    stream.ask(20 * CHUNK);
    write(0, 10 * CHUNK);
    stream.advance(10 * CHUNK);
    ByteStream other = new ByteStream();
    other.begin(share, 1 << 24, 1 << 24);
    write(other, 0, 45 * CHUNK);
    assertTrue(share.isLow());
    long edge = stream.edge();
    stream.release(CHUNK - 1);
    assertEquals(19 * CHUNK + 1, stream.capacity());
    stream.ask(20 * CHUNK);
    assertEquals(edge, stream.edge(), "what was granted stays granted");
    stream.release(CHUNK);
    write(other, 45 * CHUNK, 5 * CHUNK);
    write(10 * CHUNK, 10 * CHUNK);
    stream.advance(20 * CHUNK);
    for (int i = 1; i <= 4; i++) {
      write(other, (i + 44) * CHUNK, CHUNK); // what is released others take
      stream.release((1 + i) * CHUNK);
    }
    assertEquals(15 * CHUNK, stream.capacity());
    assertEquals(edge, stream.edge());
    other.clear();
    stream.release(17 * CHUNK);
    assertEquals(15 * CHUNK, stream.capacity(), "there is plenty again");
    stream.ask(20 * CHUNK);
    assertEquals(20 * CHUNK, stream.capacity());
  }

  @Test
  void keepsWhatItBeganWithHoweverShortMemoryIs() {
    stream.begin(share, 1 << 24, 4 * CHUNK);
    stream.ask(8 * CHUNK);
    write(0, 8 * CHUNK);
    stream.advance(8 * CHUNK);
    ByteStream other = new ByteStream();
    other.begin(share, 1 << 24, 1 << 24);
    write(other, 0, 60 * CHUNK);
    for (int i = 1; i <= 8; i++) {
      stream.release((i * CHUNK));
      write(other, (47 + i) * CHUNK, CHUNK);
    }
    assertEquals(4 * CHUNK, stream.capacity());
    other.clear();
  }

  @Test
  void endsOnceFinished() {
    stream.begin(share, 1 << 20, 1 << 16);
    write(0, 10);
    stream.advance(10);
    stream.finish();
    assertTrue(stream.isFinished());
    stream.release(10);
    assertEquals(0, pool.used());
    stream.clear();
    stream.begin(share, 1 << 20, 1 << 16);
    assertFalse(stream.isFinished());
    assertEquals(0, stream.end());
  }

  @Test
  void readsNothingButWhatIsHeld() {
    stream.begin(share, 1 << 20, 1 << 16);
    write(0, 200);
    stream.advance(100);
    stream.release(50);
    assertThrows(IndexOutOfBoundsException.class, () -> read(49, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> read(99, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> read(Long.MAX_VALUE, 2));
    assertArrayEquals(new byte[0], read(100, 0));
  }

  @Test
  void channelsReadAndWriteItsChunks() {
    stream.begin(share, 1 << 20, 40_000);
    assertNull(stream.readable(0));
    ByteBuffer room = stream.writable();
    assertEquals(CHUNK, room.remaining());
    stream.advance(0);
    assertEquals(0, pool.used(), "nothing was read");

    long at = 0;
    while ((room = stream.writable()) != null) {
      assertEquals(Math.min(CHUNK - at % CHUNK, 40_000 - at), room.remaining());
      int count = Math.min(room.remaining(), 5000);
      for (int i = 0; i < count; i++) {
        room.put(value(at + i));
      }
      at += count;
      stream.advance(at);
    }
    assertEquals(40_000, stream.end());
    assertRead(0, 40_000);

    stream.release(100);
    assertEquals(100, stream.writable().remaining());
    stream.advance(40_000);
    assertNull(stream.readable(99));
    for (at = 100; at < 40_000; ) {
      ByteBuffer bytes = stream.readable(at);
      assertEquals(Math.min(CHUNK - at % CHUNK, 40_000 - at), bytes.remaining());
      while (bytes.hasRemaining()) {
        assertEquals(value(at), bytes.get());
        at++;
      }
    }
    assertNull(stream.readable(40_000));
  }

  @Test
  void channelsScatterIntoItAndGatherFromIt() {
    stream.begin(share, 1 << 20, 100_000);
    ByteBuffer[] pieces = new ByteBuffer[4];
    assertEquals(0, stream.readable(0, pieces));
    assertEquals(3, stream.writable(pieces, 3));
    assertEquals(3 * CHUNK, pool.used());
    stream.filled(0);
    assertEquals(0, pool.used(), "nothing was read");

    long at = 0;
    for (int step = 1; at < 100_000; step++) {
      int count = stream.writable(pieces, 4);
      int wanted = Math.min(7_001 * step, 4 * CHUNK);
      for (int i = 0; i < count && wanted > 0; i++) {
        for (; pieces[i].hasRemaining() && wanted > 0; wanted--) {
          pieces[i].put(value(at++));
        }
      }
      stream.filled(at - stream.end());
      assertTrue(pool.used() <= at + CHUNK, "what was not filled is given back");
    }
    assertEquals(0, stream.writable(pieces, 4), "it is full");
    assertEquals(100_000, at);
    assertEquals(100_000, stream.span());
    assertRead(0, 100_000);

    stream.release(100);
    for (at = 100; at < 100_000; stream.release(at)) {
      int count = stream.readable(at, pieces);
      assertEquals(Math.min(4, (100_000 - 1) / CHUNK - at / CHUNK + 1), count);
      for (int i = 0; i < count; i++) {
        while (pieces[i].hasRemaining()) {
          assertEquals(value(at++), pieces[i].get());
        }
      }
    }
    assertEquals(0, stream.readable(at, pieces));
    assertEquals(0, pool.used());
  }

  @Test
  void whoScattersGetsNoMoreThanTheShareHas() {
    stream.begin(share, 1 << 20, 1 << 20);
    ByteBuffer[] pieces = new ByteBuffer[64];
    int count = stream.writable(pieces, 64);
    assertTrue(count > 0 && count < 64, count + " chunks");
    stream.filled(10);
    assertEquals(CHUNK, pool.used());
    assertEquals(10, stream.end());
  }

  /** Against an array that holds all bytes and a bit for each that was kept. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void doesWhatAnArrayWould(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int total = 3_000_000;
    byte[] model = new byte[total];
    boolean[] kept = new boolean[total];
    ByteStream other = new ByteStream(); // takes memory away, and gives it back
    other.begin(share, 1 << 20, 1 << 20);
    stream.begin(share, 20 * CHUNK + random.nextInt(CHUNK), 1 + random.nextInt(1 << 16));
    for (int step = 0; step < 20_000 && stream.end() < total - (1 << 20); step++) {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> {
          long offset = Math.max(0, stream.end() + random.nextInt(-3000, 40_000));
          int count = random.nextInt(30_000);
          if (random.nextBoolean()) {
            offset = stream.end();
          }
          byte[] bytes = new byte[count];
          random.nextBytes(bytes);
          int stored = write(stream, offset, bytes);
          assertTrue(stored >= 0 && stored <= count);
          for (int i = (int) Math.max(0, stream.end() - offset); i < stored; i++) {
            model[(int) offset + i] = bytes[i];
            kept[(int) offset + i] = true;
          }
          boolean free = offset <= stream.end() ? !share.isFull() : !share.isLow();
          if (free) {
            assertEquals(Math.clamp(stream.edge() - offset, 0, count), stored);
          }
        }
        case 3 -> {
          long end = stream.end();
          while (end < stream.edge() && kept[(int) end]) {
            end++;
          }
          stream.advance(end);
          assertEquals(end, stream.end());
        }
        case 4 -> {
          long held = stream.end() - stream.start();
          stream.release(stream.start() + (held == 0 ? 0 : random.nextLong(held + 1)));
        }
        case 5 -> stream.ask(random.nextInt(22 * CHUNK));
        case 6 -> {
          if (random.nextBoolean()) {
            write(other, other.end(), new byte[random.nextInt(20 * CHUNK)]);
            other.advance(other.end());
          } else {
            other.clear();
            other.begin(share, 1 << 20, 1 << 20);
          }
        }
        default -> {
          long held = stream.end() - stream.start();
          int count = (int) random.nextLong(Math.min(held, 40_000) + 1);
          long at = stream.start() + random.nextLong(held - count + 1);
          assertArrayEquals(
              Arrays.copyOfRange(model, (int) at, (int) at + count), read(at, count), "at " + at);
        }
      }
    }
    assertTrue(stream.end() > 1 << 20, "it came to " + stream.end());
    other.clear();
  }

  @Test
  void allocatesNothing() {
    stream.begin(share, 1 << 20, 1 << 18);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(1 << 16);
      AllocationProbe.assertNone(
          10_000,
          () -> {
            long at = stream.end();
            stream.write(at + 1448, bytes, 0, 60_000);
            stream.write(at, bytes, 0, 1448);
            stream.advance(at + 61_448);
            stream.read(at + 5, bytes, 0, 61_000);
            stream.readable(at + 100);
            stream.writable();
            stream.advance(at + 61_448);
            stream.release(at + 60_000);
          });
    }
  }

  private int write(long offset, int count) {
    return write(stream, offset, count);
  }

  private static int write(ByteStream stream, long offset, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = value(offset + i);
    }
    return write(stream, offset, bytes);
  }

  private static int write(ByteStream stream, long offset, byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
      return stream.write(offset, from, 0, bytes.length);
    }
  }

  private byte[] read(long offset, int count) {
    byte[] bytes = new byte[count];
    stream.read(offset, MemorySegment.ofArray(bytes), 0, count);
    return bytes;
  }

  private void assertRead(long offset, int count) {
    byte[] bytes = read(offset, count);
    for (int i = 0; i < count; i++) {
      assertEquals(value(offset + i), bytes[i], "at " + (offset + i));
    }
  }

  private static byte value(long offset) {
    return (byte) (offset * 31 + (offset >> 8) * 7);
  }
}
