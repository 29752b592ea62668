package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vtl.packet.TcpHeader;

/** The sender, step by step: what it sends after which acknowledgment. */
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

  @Test
  void flagsAreOnesOfTheHeader() {
    bench.establish(10);
    bench.write(10);
    bench.finish();
    assertEquals(TcpHeader.FIN, bench.lastFlags);
  }
}
