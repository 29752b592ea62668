package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * The sender, step by step: what it takes for lost, when it sends that again, and what proves a
 * mistake.
 */
class LossRepairTest {
  private static final long MS = SenderBench.MS;

  private final SenderBench bench = new SenderBench();

  @Test
  void aLostFinIsSentAgain() {
    bench.establish(10);
    bench.finish();
    bench.sent("0:0F");
    bench.expire();
    bench.sent("0:0!F");
    bench.acknowledge(1);
    assertTrue(bench.sender.finAcknowledged());
  }

  /** RFC 8985 section 6.2: three segments behind the hole are enough, at once. */
  @Test
  void threeSegmentsBehindAHoleShowItLost() {
    bench.establish(10);
    bench.write(5_000);
    bench.take();
    bench.runFor(20);
    bench.acknowledge(0, 1000, 2000);
    bench.acknowledge(0, 1000, 3000);
    bench.sent("");
    bench.acknowledge(0, 1000, 4000);
    bench.sent("0:1000!");
    assertEquals(1, bench.fixed.congested);
    bench.acknowledge(5000);
    assertEquals(1, bench.fixed.recovered);
  }

  /** RFC 8985 section 6.2: with fewer, the reordering window decides. */
  @Test
  void aHoleIsLostWhenTheReorderingWindowPasses() {
    bench.establish(10);
    bench.write(2_000);
    bench.take();
    bench.runFor(40);
    bench.acknowledge(0, 1000, 2000);
    bench.sent("");
    bench.runFor(11); // a quarter of the least round trip
    bench.sent("0:1000!");
    assertEquals(0, bench.fixed.lost);
    bench.acknowledge(2000);
    assertEquals(1000, bench.fixed.lost, "with the next sample, though a timer found it");
  }

  /** A lost retransmission is found by what was sent after it. */
  @Test
  void aLostRetransmissionIsFound() {
    bench.establish(10);
    bench.write(20_000);
    bench.take();
    bench.runFor(20);
    bench.acknowledge(0, 1000, 4000);
    bench.sent("0:1000!");
    bench.runFor(10);
    bench.acknowledge(0, 1000, 7000);
    bench.sent("10000:11000"); // PRR: half of what was delivered
    bench.runFor(20);
    bench.acknowledge(0, 10_000, 11_000, 1000, 7000);
    bench.sent("7000:8000! 8000:9000! 9000:10000! 0:1000! 11000:12000");
    assertEquals(0, bench.sender.timeouts());
    assertEquals(1, bench.fixed.congested);
  }

  /** RFC 6582: three duplicates, then one hole for each partial acknowledgment. */
  @Test
  void withoutSackPartialAcknowledgmentsShowTheHoles() {
    bench.sack = false;
    bench.establish(8);
    bench.write(8_000);
    bench.take();
    bench.runFor(20);
    bench.acknowledge(0);
    bench.acknowledge(0);
    bench.sent("");
    bench.acknowledge(0);
    bench.sent("0:1000!");
    bench.runFor(20);
    bench.acknowledge(3000);
    bench.sent("3000:4000!");
    bench.acknowledge(8000);
    assertEquals(1, bench.fixed.congested);
    assertEquals(1, bench.fixed.recovered);
    assertEquals(0, bench.sender.timeouts());
  }

  /** RFC 3042: the first duplicates let new data go. */
  @Test
  void duplicatesLetNewDataGo() {
    bench.sack = false;
    bench.establish(4);
    bench.write(20_000);
    bench.take();
    bench.acknowledge(0);
    bench.sent("4000:5000");
    bench.acknowledge(0);
    bench.sent("5000:6000");
  }

  /** RFC 3522: the acknowledgment answers the original, so that the timeout was a mistake. */
  @Test
  void aTimestampShowsATimeoutSpurious() {
    bench.timestamps = true;
    bench.sack = false;
    bench.establish(10);
    bench.write(3_000);
    bench.take();
    int original = bench.timestamp(bench.now);
    bench.runFor(bench.sender.timeoutNanos() / MS + 1);
    bench.sent("0:1000!");
    bench.echo = original;
    bench.acknowledge(1000);
    assertEquals(1, bench.fixed.undone);
    assertEquals(2_000, bench.sender.inFlight());
    bench.sent("");
  }

  /** RFC 5682 section 3.1: new data are tried, and originals arrive. */
  @Test
  void originalsShowATimeoutSpurious() {
    bench.establish(10);
    bench.write(10_000);
    bench.runFor(201);
    bench.take();
    bench.write(10_000);
    bench.expire();
    bench.sent("0:1000!");
    bench.acknowledge(1000);
    bench.sent("10000:11000 11000:12000");
    bench.acknowledge(2000);
    assertEquals(1, bench.fixed.undone);
    bench.sent("");
  }

  /** RFC 3708: all that was sent again was there already. */
  @Test
  void duplicatesReportedShowARecoverySpurious() {
    bench.establish(10);
    bench.write(5_000);
    bench.take();
    bench.runFor(20);
    bench.acknowledge(0, 1000, 4000);
    bench.sent("0:1000!");
    bench.acknowledge(4000);
    assertEquals(0, bench.fixed.undone);
    bench.acknowledge(4000, 0, 1000);
    assertEquals(1, bench.fixed.undone);
  }

  /** RFC 2018 section 8: what was acknowledged selectively only may be taken back. */
  @Test
  void renegingIsRepairedAfterATimeout() {
    bench.establish(10);
    bench.write(4_000);
    bench.take();
    bench.runFor(20);
    bench.acknowledge(0, 2000, 4000);
    bench.acknowledge(2000); // the first byte missing is one that was there
    bench.take();
    bench.runFor(1_000);
    bench.sentBegins("2000:3000!");
    bench.acknowledge(3000);
    bench.sentBegins("3000:4000!");
    bench.acknowledge(4000);
    assertEquals(0, bench.sender.outstanding());
  }

  /** RFC 1191: what was too great is sent again in smaller segments, and nothing is congested. */
  @Test
  void aSmallerPathCutsWhatWasSent() {
    bench.establish(10);
    bench.write(3_000);
    bench.take();
    bench.sender.segmentSize(600, bench.now);
    bench.sender.send(bench.now);
    bench.sent("0:600! 600:1000! 1000:1600! 1600:2000! 2000:2600! 2600:3000!P");
    assertEquals(0, bench.fixed.congested + bench.fixed.timedOut);
    bench.acknowledge(3000);
    assertEquals(0, bench.sender.outstanding());
  }
}
