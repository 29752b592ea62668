package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** PAWS and what it learns from (RFC 7323 sections 4.3 and 5). */
class RecentTimestampTest {
  private static final long DAY = 24L * 3600 * 1_000_000_000;

  private final RecentTimestamp recent = new RecentTimestamp();

  @Test
  void nothingIsOldBeforeTheFirst() {
    assertFalse(recent.isOld(-5, 0));
    assertEquals(0, recent.value());
  }

  @Test
  void whatIsBehindIsOldAcrossTheWrap() {
    recent.set(-3, 0);
    assertTrue(recent.isOld(-4, 1));
    assertFalse(recent.isOld(-3, 1));
    assertFalse(recent.isOld(5, 1));
    recent.learn(5, 100, 100, 1);
    assertTrue(recent.isOld(-1, 2));
  }

  @Test
  void aSegmentBehindTheLastAcknowledgmentIsNotLearnt() {
    recent.set(10, 0);
    recent.learn(12, 101, 100, 1); // a delayed acknowledgment echoes the earlier (section 4.3)
    assertEquals(10, recent.value());
    recent.learn(12, 100, 100, 1);
    assertEquals(12, recent.value());
    recent.learn(11, 99, 100, 1);
    assertEquals(12, recent.value());
  }

  @Test
  void afterTwentyFourDaysTheClockMayHaveWrapped() {
    recent.set(10, 0);
    assertTrue(recent.isOld(9, 24 * DAY - 1));
    assertFalse(recent.isOld(9, 24 * DAY));
    recent.learn(9, 0, 0, 24 * DAY);
    assertEquals(9, recent.value());
  }
}
