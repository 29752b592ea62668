package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When data is acknowledged: RFC 5681 section 4.2. */
class DelayedAckTest {
  private static final long DELAY = 40_000_000;

  private final DelayedAck ack = new DelayedAck();

  private void past(int quick) {
    ack.begin(1460, 0);
    for (int i = 0; i < quick; i++) {
      ack.received(1460, 1460, DELAY, 1);
      assertTrue(ack.isDue(1), "quick at the beginning");
      ack.sent();
    }
  }

  @Test
  void everySecondFullSegment() {
    past(16);
    ack.received(1460, 1460, DELAY, 10);
    assertFalse(ack.isDue(10));
    assertEquals(10 + DELAY, ack.deadline());
    ack.received(1460, 1460, DELAY, 20);
    assertTrue(ack.isDue(20));
  }

  @Test
  void theDelayIsNotProlonged() {
    past(16);
    ack.received(10, 10, DELAY, 10);
    ack.received(10, 10, DELAY, 1_000);
    assertEquals(10 + DELAY, ack.deadline());
    assertTrue(ack.isDue(10 + DELAY));
  }

  @Test
  void aJoinedSegmentCountsAsMany() {
    past(15);
    ack.received(64_240, 1460, DELAY, 1);
    ack.sent();
    ack.received(64_240, 1460, DELAY, 2);
    assertTrue(ack.isDue(2));
    ack.sent();
    ack.received(500, 500, DELAY, 3);
    assertFalse(ack.isDue(3));
  }

  @Test
  void afterSilenceItIsQuickAgain() {
    past(16);
    ack.received(1460, 1460, DELAY, 2_000_000_000);
    assertTrue(ack.isDue(2_000_000_000));
  }

  @Test
  void whatCouldNotBeSentIsDueLater() {
    ack.begin(1460, 0);
    ack.atOnce(5);
    ack.postpone(1_000_005);
    assertFalse(ack.isDue(5));
    assertTrue(ack.isDue(1_000_005));
    ack.sent();
    assertEquals(Long.MAX_VALUE, ack.deadline());
  }
}
