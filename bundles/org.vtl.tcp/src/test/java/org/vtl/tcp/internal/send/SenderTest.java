package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.congestion.Cubic;

/** The sender, step by step: what it sends after which acknowledgment, and when. */
class SenderTest {
  private static final long MS = SenderBench.MS;

  private final SenderBench bench = new SenderBench();

  /** RFC 6928, and no more than the other end's window. */
  @Test
  void sendsWhatBothWindowsAllow() {
    bench.establish(4);
    bench.write(10_000);
    bench.sent("0:1000 1000:2000 2000:3000 3000:4000");
    bench.acknowledge(2000);
    bench.sent("4000:5000 5000:6000");
    bench.window = 3000;
    bench.acknowledge(4000);
    bench.sent("6000:7000");
  }

  @Test
  void makesSegmentsForAnOffloadToDivide() {
    bench.largest = 64_000;
    bench.establish(10);
    bench.write(9_500);
    bench.sent("0:9500P");
    assertEquals(9_500, bench.sender.inFlight());
  }

  /** RFC 9293 section 3.8.6.2.1: whole segments while there is more, whatever the windows. */
  @Test
  void sendsNoSmallSegmentWhileMoreIsQueued() {
    bench.largest = 64_000;
    bench.window = 2_700;
    bench.establish(10);
    bench.write(9_500);
    bench.sent("0:2000");
    bench.acknowledge(2000);
    bench.sent("2000:4000");
  }

  /** RFC 9293 section 3.8.6.2.1: half of the greatest window ever is worth a small segment. */
  @Test
  void fillsAWindowThatIsSmallerThanASegment() {
    bench.window = 600;
    bench.establish(10);
    bench.write(2_000);
    bench.sent("0:600");
    bench.acknowledge(600);
    bench.sent("600:1200");
  }

  /** RFC 9293 section 3.7.4. */
  @Test
  void nagleHoldsASmallSegmentBack() {
    bench.settings = bench.settings.withNagle(true);
    bench.establish(10);
    bench.write(100);
    bench.sent("0:100P");
    bench.write(100);
    bench.write(100);
    bench.sent("");
    bench.acknowledge(100);
    bench.sent("100:300P");
    bench.write(1_200);
    bench.sent("300:1300");
    bench.finish();
    bench.sent("1300:1500PF");
  }

  @Test
  void withoutNagleNothingWaits() {
    bench.establish(10);
    bench.write(100);
    bench.write(100);
    bench.sent("0:100P 100:200P");
  }

  @Test
  void theFinIsOneNumberBehindTheStream() {
    bench.establish(10);
    bench.write(100);
    bench.sent("0:100P");
    bench.finish();
    bench.sent("100:100F");
    assertTrue(bench.sender.finSent());
    assertEquals(bench.number(101), bench.sender.next());
    bench.acknowledge(100);
    assertFalse(bench.sender.finAcknowledged());
    bench.acknowledge(101);
    assertTrue(bench.sender.finAcknowledged());
    assertEquals(Long.MAX_VALUE, bench.sender.nextDeadline());
  }

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

  /** RFC 3168 section 6.1.2: once a window, and told with the next new data. */
  @Test
  void anEchoCutsTheWindowOnce() {
    bench.ecn = true;
    bench.establish(4);
    bench.write(20_000);
    bench.take();
    bench.echoing = true;
    bench.acknowledge(1000);
    bench.acknowledge(2000);
    bench.acknowledge(3000);
    assertEquals(1, bench.fixed.byEcn);
    String first = bench.take();
    assertEquals(1, first.chars().filter(c -> c == 'C').count(), first);
    bench.acknowledge(4000);
    assertEquals(2, bench.fixed.byEcn);
  }

  /** RFC 5681 section 4.1. */
  @Test
  void aRestartAfterIdlenessIsTold() {
    bench.establish(10);
    bench.write(1_000);
    bench.runFor(10);
    bench.acknowledge(1000);
    bench.runFor(5_000);
    assertEquals(0, bench.fixed.restarted);
    bench.write(1_000);
    assertEquals(1, bench.fixed.restarted);
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

  @Test
  void noPacketIsNoLoss() {
    bench.establish(10);
    bench.packets = 2;
    bench.write(4_000);
    bench.sent("0:1000 1000:2000");
    bench.packets = 100;
    bench.runFor(1);
    bench.sent("2000:3000 3000:4000P");
  }

  @Test
  void anAcknowledgmentOfTooMuchIsNothing() {
    bench.establish(10);
    bench.write(1_000);
    bench.acknowledge(5_000);
    assertEquals(1_000, bench.sender.outstanding());
    assertEquals(bench.number(0), bench.sender.unacknowledged());
  }

  @Test
  void partsOfARangeAreAcknowledged() {
    bench.largest = 64_000;
    bench.establish(20);
    bench.write(20_000);
    bench.sent("0:20000P");
    bench.runFor(20);
    bench.acknowledge(2_500);
    bench.acknowledge(2_500, 5_000, 9_000);
    bench.sent("2500:4500!"); // PRR
    bench.acknowledge(9_000);
    assertEquals(11_000, bench.sender.inFlight());
  }

  /** With no record free nothing new is sent, and blocks that would cut a range do not count. */
  @Test
  void recordsAreBounded() {
    bench.settings =
        new SendSettings(false, false, 10, 200 * MS, 60_000 * MS, 900_000 * MS, 100, MS);
    bench.establish(1_000);
    bench.write(500_000);
    long sent = 100 - 25 + 1;
    assertEquals(sent * 1_000, bench.sender.outstanding());
    for (long i = 1; i < sent; i += 2) {
      bench.acknowledge(0, i * 1_000, i * 1_000 + 1_000);
    }
    bench.acknowledge(sent * 1_000);
    assertEquals(sent * 1_000, bench.sender.outstanding());
  }

  @Test
  void aClearedSenderIsAsNew() {
    for (int i = 0; i < 3; i++) {
      bench.establish(10);
      bench.write(3_000);
      bench.sent("0:1000 1000:2000 2000:3000P");
      bench.sender.clear();
      assertEquals(Long.MAX_VALUE, bench.sender.nextDeadline());
      bench.sender.send(bench.now);
      bench.sender.expire(bench.now);
      bench.acknowledgeNumber(3000);
      bench.sent("");
    }
  }

  /** Anything may be acknowledged by a hostile end: nothing throws, grows or stalls the sender. */
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

  @Test
  void flagsAreOnesOfTheHeader() {
    bench.establish(10);
    bench.write(10);
    bench.finish();
    assertEquals(TcpHeader.FIN, bench.lastFlags);
  }
}
