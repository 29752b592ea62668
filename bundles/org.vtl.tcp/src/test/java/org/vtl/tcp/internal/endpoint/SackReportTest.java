package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which blocks an acknowledgment carries: RFC 2018 section 4, RFC 2883 section 4. */
class SackReportTest {
  private final ReceivedRanges ranges = new ReceivedRanges();
  private final SackReport report = new SackReport(ranges);
  private final int[] left = new int[4];
  private final int[] right = new int[4];

  @BeforeEach
  void clear() {
    ranges.clear();
    report.clear();
  }

  private void arrived(long from, long to) {
    ranges.add(from, to);
    report.arrived(from);
  }

  private void assertBlocks(int most, int... expected) {
    int count = report.fill(left, right, 1000, most);
    int[] blocks = new int[2 * count];
    for (int i = 0; i < count; i++) {
      blocks[2 * i] = left[i] - 1000;
      blocks[2 * i + 1] = right[i] - 1000;
    }
    assertArrayEquals(expected, blocks, () -> Arrays.toString(blocks));
  }

  @Test
  void mostRecentFirst() {
    arrived(10, 20);
    arrived(30, 40);
    arrived(50, 60);
    arrived(35, 45);
    assertBlocks(4, 30, 45, 50, 60, 10, 20);
    assertBlocks(2, 30, 45, 50, 60);
  }

  @Test
  void aRangeThatJoinsOthersIsReportedOnce() {
    arrived(10, 20);
    arrived(30, 40);
    arrived(20, 30);
    assertBlocks(4, 10, 40);
  }

  @Test
  void whatIsInOrderIsReportedNoMoreAndOthersTakeItsPlace() {
    for (int i = 6; i > 0; i--) {
      arrived(10L * i, 10L * i + 5);
    }
    ranges.inOrder(45);
    assertBlocks(4, 50, 55, 60, 65);
  }

  @Test
  void aDuplicateComesFirstAndOnce() {
    arrived(10, 20);
    report.duplicate(2, 5);
    assertEquals(2, report.size());
    assertBlocks(4, 2, 5, 10, 20);
    report.sent();
    assertBlocks(4, 10, 20);
  }

  @Test
  void aDuplicateInARangeIsFollowedByThatRange() { // RFC 2883 section 4.2.1
    arrived(10, 30);
    arrived(50, 60);
    report.duplicate(15, 20);
    assertBlocks(4, 15, 20, 10, 30, 50, 60);
    report.duplicate(10, 30);
    assertBlocks(4, 10, 30, 10, 30, 50, 60);
  }

  @Test
  void itIsDueUntilSent() {
    assertFalse(report.isDue());
    arrived(10, 20);
    assertTrue(report.isDue());
    report.sent();
    assertFalse(report.isDue());
  }
}
