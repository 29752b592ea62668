package org.vtl.tcp.internal.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.vtl.testkit.AllocationProbe;

class ChunkPoolTest {
  @Test
  void handsOutEachChunkOnceAndRefusesThen() {
    try (ChunkPool pool = new ChunkPool(100L * ChunkPool.CHUNK + 1)) {
      assertEquals(100L * ChunkPool.CHUNK, pool.capacity());
      int[] taken = IntStream.range(0, 100).map(i -> pool.take()).toArray();
      assertEquals(100, IntStream.of(taken).distinct().count());
      assertEquals(pool.capacity(), pool.used());
      assertEquals(ChunkPool.NONE, pool.take());
      assertEquals(1, pool.refused());

      pool.give(taken[42]);
      assertEquals(taken[42], pool.take(), "what was given back last is warm");
      for (int chunk : taken) {
        pool.give(chunk);
      }
      assertEquals(0, pool.used());
    }
  }

  @Test
  void aPoolHasOneChunkAtLeast() {
    try (ChunkPool pool = new ChunkPool(0)) {
      assertEquals(0, pool.take());
      assertEquals(ChunkPool.NONE, pool.take());
    }
  }

  @Test
  void chunksDoNotOverlap() {
    try (ChunkPool pool = new ChunkPool(130L * ChunkPool.CHUNK)) {
      int[] taken = IntStream.range(0, 130).map(i -> pool.take()).toArray();
      for (int chunk : taken) {
        pool.memory(chunk).asSlice(ChunkPool.at(chunk), ChunkPool.CHUNK).fill((byte) chunk);
      }
      for (int chunk : taken) {
        long at = ChunkPool.at(chunk);
        assertEquals((byte) chunk, pool.memory(chunk).get(ValueLayout.JAVA_BYTE, at));
        long last = at + ChunkPool.CHUNK - 1;
        assertEquals((byte) chunk, pool.memory(chunk).get(ValueLayout.JAVA_BYTE, last));
        assertEquals((byte) chunk, pool.view(chunk).get(ChunkPool.CHUNK / 2));
        assertEquals(ChunkPool.CHUNK, pool.view(chunk).capacity());
      }
    }
  }

  /** Four threads take, mark, check and give: no chunk is ever two threads'. */
  @Test
  void threadsShareIt() throws Exception {
    try (ChunkPool pool = new ChunkPool(24L * ChunkPool.CHUNK);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      var results =
          threads.invokeAll(
              IntStream.range(0, 4).mapToObj(i -> (Callable<Void>) () -> churn(pool, i)).toList());
      for (var result : results) {
        result.get();
      }
      assertEquals(0, pool.used());
      assertEquals(24, IntStream.range(0, 24).map(i -> pool.take()).distinct().count());
    }
  }

  private static Void churn(ChunkPool pool, int thread) {
    SplittableRandom random = new SplittableRandom(thread);
    int[] held = new int[8];
    int count = 0;
    for (int i = 0; i < 100_000; i++) {
      if (count < held.length && random.nextBoolean()) {
        int chunk = pool.take();
        if (chunk != ChunkPool.NONE) {
          pool.memory(chunk).set(ValueLayout.JAVA_BYTE, ChunkPool.at(chunk), (byte) thread);
          held[count++] = chunk;
        }
      } else if (count > 0) {
        int chunk = held[--count];
        assertEquals(
            thread, pool.memory(chunk).get(ValueLayout.JAVA_BYTE, ChunkPool.at(chunk)), "chunk");
        pool.give(chunk);
      }
    }
    while (count > 0) {
      pool.give(held[--count]);
    }
    return null;
  }

  @Test
  void allocatesNothingOnceClaimed() {
    try (ChunkPool pool = new ChunkPool(1 << 20)) {
      AllocationProbe.assertNone(
          10_000,
          () -> {
            int chunk = pool.take();
            pool.view(chunk);
            pool.give(chunk);
          });
    }
  }
}
