package org.vtl.service.capture.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The ring between workers and the writer: nothing torn, nothing twice, order per worker. */
class PacketRingTest {
  private static final int WORKERS = 4;
  private static final int RECORDS = 200_000;

  @Test
  void isFullAtItsCapacityAndEmptyAgain() {
    try (PacketRing ring = new PacketRing(1_024)) {
      for (int round = 0; round < 100; round++) {
        int taken = 0;
        while (put(ring, taken, 100)) {
          taken++;
        }
        assertTrue(taken >= 8, "round " + round + " took " + taken);
        for (int i = 0; i < taken; i++) {
          assertEquals(i, take(ring));
        }
        assertEquals(PacketRing.FULL, ring.next());
      }
    }
  }

  @Test
  void recordsOfAnyLengthSurviveTheRingsEnd() {
    Random random = new Random(7);
    try (PacketRing ring = new PacketRing(4_096)) {
      long next = 0;
      for (long i = 0; i < 50_000; i++) {
        while (!put(ring, i, 16 + random.nextInt(900))) {
          assertEquals(next++, take(ring));
        }
      }
      for (long place = ring.next(); place != PacketRing.FULL; place = ring.next()) {
        assertEquals(next++, take(ring));
      }
      assertEquals(50_000, next);
    }
  }

  @Test
  void manyWorkersNeverDisturbEachOther() throws InterruptedException {
    try (PacketRing ring = new PacketRing(1 << 16)) {
      AtomicLong lost = new AtomicLong();
      List<Thread> workers = new ArrayList<>();
      for (int worker = 0; worker < WORKERS; worker++) {
        long base = (long) worker << 32;
        Random random = new Random(worker);
        workers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < RECORDS; i++) {
                        if (!put(ring, base + i, 16 + random.nextInt(200))) {
                          lost.incrementAndGet();
                        }
                      }
                    }));
      }
      long[] last = {-1, -1, -1, -1};
      long read = 0;
      boolean alive = true;
      while (alive) {
        alive = workers.stream().anyMatch(Thread::isAlive);
        while (ring.next() != PacketRing.FULL) {
          long value = take(ring);
          int worker = (int) (value >>> 32);
          int number = (int) value;
          assertTrue(number > last[worker], "worker " + worker + " came out of order");
          last[worker] = number;
          read++;
        }
      }
      assertEquals((long) WORKERS * RECORDS, read + lost.get());
    }
  }

  /** Writes a record whose last bytes repeat its value, so that a torn one shows. */
  private static boolean put(PacketRing ring, long value, int bytes) {
    long at = ring.claim(bytes);
    if (at == PacketRing.FULL) {
      return false;
    }
    ring.memory().set(ValueLayout.JAVA_INT, at + 4, bytes);
    ring.memory().set(ValueLayout.JAVA_LONG, at + 8, value);
    for (long i = at + 16; i < at + bytes; i++) {
      ring.memory().set(ValueLayout.JAVA_BYTE, i, (byte) value);
    }
    ring.commit(at, bytes);
    return true;
  }

  private static long take(PacketRing ring) {
    long at = ring.next();
    int bytes = ring.memory().get(ValueLayout.JAVA_INT, at + 4);
    long value = ring.memory().get(ValueLayout.JAVA_LONG, at + 8);
    for (long i = at + 16; i < at + bytes; i++) {
      assertEquals((byte) value, ring.memory().get(ValueLayout.JAVA_BYTE, i));
    }
    ring.free(at);
    return value;
  }
}
