package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.vtl.tcp.internal.congestion.Cubic;

/** Anything may be acknowledged by a hostile end: nothing throws, grows or stalls the sender. */
class HostileAcknowledgmentTest {
  private final SenderBench bench = new SenderBench();

  @Test
  void hostileAcknowledgmentsAreHarmless() {
    SplittableRandom random = new SplittableRandom(5);
    for (int run = 0; run < 300; run++) {
      bench.control = new Cubic();
      bench.sack = random.nextInt(4) != 0;
      bench.timestamps = random.nextBoolean();
      bench.ecn = random.nextBoolean();
      bench.largest = random.nextBoolean() ? 1_000 : 64_000;
      bench.window = random.nextInt(100_000);
      bench.firstSequence = random.nextInt();
      bench.establish(10);
      for (int step = 0; step < 300; step++) {
        switch (random.nextInt(12)) {
          case 0, 1 -> bench.write(random.nextInt(30_000));
          case 2 -> bench.runFor(random.nextInt(1000));
          case 3 -> bench.sender.segmentSize(88 + random.nextInt(1400), bench.now);
          case 4 -> bench.packets = random.nextInt(50);
          default -> {
            Acknowledgment a = bench.acknowledgment;
            a.clear();
            long outstanding = bench.sender.outstanding();
            a.number = bench.sender.unacknowledged() + (int) spread(random, outstanding);
            a.window = random.nextInt(3) == 0 ? 0 : random.nextInt(1 << 20);
            a.updatesWindow = random.nextBoolean();
            a.length = random.nextInt(2);
            a.congestionEcho = random.nextInt(10) == 0;
            a.hasTimestamp = bench.timestamps;
            a.timestampEcho = random.nextBoolean() ? random.nextInt() : bench.timestamp(bench.now);
            a.blocks = random.nextInt(5);
            for (int i = 0; i < a.blocks; i++) {
              a.left[i] = bench.sender.unacknowledged() + (int) spread(random, outstanding);
              a.right[i] = a.left[i] + (int) spread(random, outstanding);
            }
            bench.sender.acknowledged(a, bench.now);
            bench.sender.send(bench.now);
          }
        }
        bench.take();
        assertTrue(bench.sender.inFlight() >= 0);
        assertTrue(bench.sender.inFlight() <= bench.sender.outstanding());
      }
      bench.packets = Integer.MAX_VALUE;
      bench.window = 1 << 20;
      for (int i = 0; i < 400 && bench.stream.end() > bench.stream.start(); i++) {
        bench.acknowledgeNumber(bench.sender.next());
        bench.runFor(200);
        bench.take();
      }
      assertEquals(bench.stream.end(), bench.stream.start(), "run " + run);
      assertEquals(0, bench.sender.inFlight());
    }
  }

  private static long spread(SplittableRandom random, long outstanding) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt();
      case 1 -> -random.nextLong(3_000);
      case 2 -> random.nextLong(3_000);
      case 3 -> outstanding;
      default -> random.nextLong(outstanding + 1);
    };
  }
}
