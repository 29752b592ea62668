package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * The sender, step by step: what it does when time is up, be it for data, a tail or a closed
 * window.
 */
class SendTimeTest {
  private static final long MS = SenderBench.MS;

  private final SenderBench bench = new SenderBench();

  /** RFC 8985 section 7: two round trips after the last, and what delayed acknowledgments take. */
  @Test
  void aTailIsProbed() {
    bench.establish(10);
    bench.write(2_000);
    bench.take();
    bench.runFor(20);
    bench.acknowledge(1000);
    long timeout = bench.sender.timeoutNanos();
    long due = Math.min(timeout, 2 * bench.sender.roundTripNanos() + 200 * MS);
    assertEquals(due, bench.sender.nextDeadline() - bench.now);
    bench.expire();
    bench.sent("1000:2000!P");
    assertEquals(0, bench.sender.timeouts());
    bench.runFor(20);
    bench.acknowledge(2000);
    bench.sent("");
    assertEquals(0, bench.fixed.congested); // whether it repaired a loss is not known yet
    bench.write(1_000);
    bench.runFor(20);
    bench.acknowledge(3000);
    assertEquals(1, bench.fixed.congested);
  }

  /** RFC 8985 section 7.4: a D-SACK says that the probe was not needed. */
  @Test
  void aProbeThatWasNotNeededCutsNothing() {
    bench.establish(10);
    bench.write(2_000);
    bench.take();
    bench.runFor(20);
    bench.acknowledge(1000);
    bench.expire();
    bench.sent("1000:2000!P");
    bench.acknowledge(2000);
    bench.acknowledge(2000, 1000, 2000);
    bench.write(1_000);
    bench.runFor(20);
    bench.acknowledge(3000);
    assertEquals(0, bench.fixed.congested);
  }

  @Test
  void aProbeTakesNewDataWhereThereAreSome() {
    bench.establish(2);
    bench.write(4_000);
    bench.sent("0:1000 1000:2000");
    bench.runFor(201); // the handshake's round trip twice
    bench.sent("2000:3000");
    assertEquals(0, bench.sender.retransmittedBytes());
  }

  /** RFC 6298 sections 5.4 to 5.6. */
  @Test
  void theTimeoutBacksOff() {
    bench.sack = false;
    bench.establish(10);
    bench.write(1_000);
    bench.take();
    long timeout = bench.sender.timeoutNanos();
    bench.runFor(timeout / MS + 1);
    bench.sent("0:1000!P");
    assertEquals(2 * timeout, bench.sender.timeoutNanos());
    bench.runFor(2 * timeout / MS + 1);
    bench.sent("0:1000!P");
    assertEquals(2, bench.sender.timeouts());
    bench.acknowledge(1000);
    assertEquals(timeout, bench.sender.timeoutNanos());
  }

  /** As Linux: behind a queue that grows, what was sent again is waited for. */
  @Test
  void noTimeoutWhileWhatWasSentBeforeStillArrives() {
    bench.establish(10);
    bench.write(10_000);
    bench.runFor(100);
    bench.acknowledge(0, 1000, 4000);
    bench.take();
    for (int segments = 5; segments <= 10; segments++) { // the queue delays each by 100 ms more
      bench.runFor(100);
      bench.acknowledge(0, 1000, 1000 * segments);
    }
    assertEquals(0, bench.sender.timeouts());
    bench.take();
    bench.runFor(bench.sender.timeoutNanos() / MS - 1);
    bench.sent("");
    bench.runFor(2);
    bench.sent("0:1000!");
    assertEquals(1, bench.sender.timeouts());
  }

  /** R2 (RFC 9293 section 3.8.3). */
  @Test
  void itGivesUpAfterR2() {
    bench.settings = bench.settings.withGiveUpNanos(100_000 * MS);
    bench.establish(10);
    bench.write(1_000);
    bench.runFor(90_000);
    assertFalse(bench.sender.timedOut());
    bench.runFor(150_000);
    assertTrue(bench.sender.timedOut());
    assertEquals(Long.MAX_VALUE, bench.sender.nextDeadline());
  }

  /** RFC 9293 section 3.8.6.1. */
  @Test
  void aClosedWindowIsProbedEverMoreRarely() {
    bench.window = 1_000;
    bench.establish(10);
    bench.write(5_000);
    bench.sent("0:1000");
    bench.window = 0;
    bench.acknowledge(1000);
    long timeout = bench.sender.timeoutNanos();
    for (int i = 0; i < 8; i++) {
      assertEquals(timeout << i, bench.sender.nextDeadline() - bench.now);
      bench.expire();
      bench.sent(i == 0 ? "1000:1001" : "1000:1001!");
      bench.acknowledge(1000);
    }
    assertEquals(0, bench.sender.timeouts());
    bench.window = 10_000;
    bench.acknowledge(1000);
    bench.sent("1000:2000! 2000:3000 3000:4000 4000:5000P");
  }

  @Test
  void aProbeThatIsTakenIsSentOnce() {
    bench.window = 1_000;
    bench.establish(10);
    bench.write(3_000);
    bench.window = 0;
    bench.acknowledge(1000);
    bench.take();
    bench.runFor(1_000);
    bench.take();
    bench.window = 5_000;
    bench.acknowledge(1001);
    bench.sent("1001:2001 2001:3000P");
  }

  /** It never gives up while probes are answered, and does when they are not. */
  @Test
  void probesGoOnWhileTheyAreAnswered() {
    bench.settings = bench.settings.withGiveUpNanos(120_000 * MS);
    bench.window = 0;
    bench.establish(10);
    bench.write(3_000);
    for (int i = 0; i < 20; i++) {
      bench.runFor(60_000);
      assertFalse(bench.take().isEmpty());
      bench.acknowledge(0);
    }
    assertFalse(bench.sender.timedOut());
    bench.runFor(300_000);
    assertTrue(bench.sender.timedOut());
  }

  /** SHLD-17: a window that shrinks behind what was sent. */
  @Test
  void aWindowMayShrink() {
    bench.settings = bench.settings.withGiveUpNanos(120_000 * MS);
    bench.establish(10);
    bench.write(20_000);
    bench.take();
    bench.window = 0;
    bench.acknowledge(2000);
    bench.sent("");
    assertEquals(bench.number(2000), bench.sender.sequence());
    for (int i = 0; i < 20; i++) {
      bench.runFor(60_000);
      bench.acknowledge(2000);
    }
    assertFalse(bench.sender.timedOut());
    assertFalse(bench.take().isEmpty());
    bench.window = 50_000;
    bench.acknowledge(10_000);
    bench.sentBegins("10000:11000");
  }
}
