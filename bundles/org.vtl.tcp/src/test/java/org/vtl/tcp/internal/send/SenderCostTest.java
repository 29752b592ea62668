package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.vtl.testkit.AllocationProbe;

/** What a great window costs: steps are counted, not time. */
class SenderCostTest {
  private static final int SEGMENTS = 10_000;
  private static final int SEGMENT = SenderBench.SEGMENT;

  private final SenderBench bench = new SenderBench();

  private void fill() {
    bench.window = 1L << 30;
    bench.establish(SEGMENTS);
    bench.write((long) SEGMENTS * SEGMENT);
    assertEquals((long) SEGMENTS * SEGMENT, bench.sender.inFlight());
    bench.packets = Integer.MAX_VALUE;
  }

  private void assertCheap(long acknowledgments) {
    long perStep = bench.sender.cost() / acknowledgments;
    assertTrue(perStep < 30, bench.sender.cost() + " steps for " + acknowledgments);
  }

  /** The first segment is lost, and each other one is acknowledged selectively. */
  @Test
  void aHoleAtTheFront() {
    fill();
    for (int i = 1; i < SEGMENTS; i++) {
      bench.acknowledge(0, SEGMENT, (long) (i + 1) * SEGMENT);
    }
    assertCheap(SEGMENTS);
  }

  /** Each second segment is there, from the last on: as many holes as there can be. */
  @Test
  void eachSecondSegmentFromTheLast() {
    fill();
    for (long i = SEGMENTS - 1; i > 2; i -= 2) {
      bench.acknowledge(0, i * SEGMENT, (i + 1) * SEGMENT);
    }
    assertCheap(SEGMENTS / 2);
  }

  /** Segments anywhere, three at a time, and blocks that cut segments. */
  @Test
  void blocksAnywhere() {
    fill();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < SEGMENTS; i++) {
      long[] blocks = new long[6];
      for (int b = 0; b < 6; b += 2) {
        blocks[b] = random.nextLong((long) SEGMENTS * SEGMENT - 5_000) + 1;
        blocks[b + 1] = blocks[b] + random.nextInt(1, 5_000);
      }
      bench.acknowledge(0, blocks);
    }
    assertCheap(SEGMENTS);
  }

  /** All is acknowledged selectively, taken back by a timeout, and so again. */
  @Test
  void renegingAgainAndAgain() {
    fill();
    for (int i = 0; i < 20; i++) {
      bench.acknowledge(0, 1, (long) SEGMENTS * SEGMENT);
      bench.acknowledge(SEGMENT, SEGMENT, (long) SEGMENTS * SEGMENT);
      bench.runFor(2_000);
      bench.take();
    }
    assertTrue(bench.sender.cost() < 40L * SEGMENTS * 20, bench.sender.cost() + " steps");
  }

  /** Great transmissions cut up by selective acknowledgments. */
  @Test
  void crumbs() {
    bench.largest = 64_000;
    fill();
    for (long i = 1; i < SEGMENTS; i += 2) {
      bench.acknowledge(0, i * SEGMENT, (i + 1) * SEGMENT);
    }
    assertCheap(SEGMENTS / 2);
  }

  /** Single bytes that nobody acknowledges: those that are worth no record go together later. */
  @Test
  void singleBytesTakeNoRecordEach() {
    bench.window = 1L << 30;
    bench.establish(10);
    for (int i = 0; i < 5_000; i++) {
      bench.write(1);
    }
    long alone = bench.sender.inFlight();
    assertTrue(alone < 300, alone + " records");
    bench.acknowledge(alone);
    assertEquals(5_000 - alone, bench.sender.inFlight());
  }

  /** A window of segments, sent, lost, sent again and acknowledged, allocates nothing. */
  @Test
  void nothingIsAllocated() {
    bench.establish(40);
    bench.silent = true;
    AllocationProbe.assertNone(
        20_000,
        () -> {
          long start = bench.stream.start();
          bench.write(20_000 - (bench.stream.end() - start));
          bench.now += SenderBench.MS;
          bench.acknowledge(start, start + 1_000, start + 5_000, start + 7_000, start + 9_000);
          bench.now += SenderBench.MS;
          bench.acknowledge(start + 10_000);
          bench.sender.expire(bench.now);
        });
    assertTrue(bench.sender.retransmittedBytes() > 0);
  }
}
