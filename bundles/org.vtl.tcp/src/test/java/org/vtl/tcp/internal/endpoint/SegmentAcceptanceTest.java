package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9293 section 3.10.7.4: each case, and its edges, at the wrap of sequence numbers too. */
class SegmentAcceptanceTest {
  @ParameterizedTest
  @CsvSource({
    // offset from RCV.NXT, length, window, acceptable
    "0, 0, 0, true",
    "-1, 0, 0, false",
    "1, 0, 0, false",
    "0, 1, 0, false",
    "0, 0, 100, true",
    "99, 0, 100, true",
    "100, 0, 100, false",
    "-1, 0, 100, false",
    "-1, 1, 100, false",
    "-1, 2, 100, true",
    "-50, 50, 100, false",
    "-50, 51, 100, true",
    "99, 1, 100, true",
    "99, 1000, 100, true",
    "100, 1, 100, false",
    "-50, 1000, 100, true",
  })
  void table(int offset, int length, int window, boolean acceptable) {
    for (int next : new int[] {0, 1000, -20, Integer.MAX_VALUE, Integer.MIN_VALUE + 7}) {
      assertEquals(acceptable, SegmentAcceptance.isAcceptable(next + offset, length, next, window));
    }
  }
}
