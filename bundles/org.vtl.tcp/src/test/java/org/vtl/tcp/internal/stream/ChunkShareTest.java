package org.vtl.tcp.internal.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChunkShareTest {
  private final ChunkPool pool = new ChunkPool(120L * ChunkPool.CHUNK);

  @AfterEach
  void close() {
    pool.close();
  }

  /** Takes all it gets; how much it has then. */
  private static long fill(ChunkShare share) {
    while (share.take() != ChunkPool.NONE) {
      assertEquals(0, share.used() % ChunkPool.CHUNK);
    }
    return share.used() / ChunkPool.CHUNK;
  }

  @Test
  void aloneItIsLowAtThreeQuartersAndFullAtSevenEighths() {
    ChunkShare share = pool.share();
    for (int i = 0; i < 105; i++) {
      assertEquals(i > 90, share.isLow(), "with " + i);
      assertFalse(share.isFull(), "with " + i);
      share.take();
    }
    assertTrue(share.isFull());
    assertEquals(ChunkPool.NONE, share.take());
    assertEquals(1, share.refused());
    assertEquals(1, share.refusedInAll());
  }

  @Test
  void whoeverComesLaterFindsSomething() {
    assertEquals(105, fill(pool.share()));
    ChunkShare second = pool.share();
    assertFalse(second.isLow());
    assertEquals(14, fill(second));
    ChunkShare third = pool.share();
    assertEquals(1, fill(third));
    assertTrue(pool.share().isLow(), "nothing is left");
    assertEquals(0, fill(pool.share()));
  }

  @Test
  void twoThatBothWantAllComeToHaveAsMuch() {
    ChunkShare one = pool.share();
    ChunkShare other = pool.share();
    int[] taken = new int[120];
    int count = 0;
    while (!one.isFull()) {
      taken[count++] = one.take();
    }
    for (int round = 0; round < 120; round++) {
      if (one.used() > other.used()) {
        one.give(taken[--count]);
      }
      if (!one.isFull()) {
        taken[count++] = one.take();
      }
      other.take();
    }
    assertEquals(one.used() / ChunkPool.CHUNK, other.used() / ChunkPool.CHUNK, 1);
    assertEquals(7 * 120 / 15, one.used() / ChunkPool.CHUNK, 1);
  }
}
