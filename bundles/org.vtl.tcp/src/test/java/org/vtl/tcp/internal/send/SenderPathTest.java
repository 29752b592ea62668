package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole sender over paths that lose, double and reorder. */
class SenderPathTest {
  private static final int SIZE = 1_000_000;

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.01, 0.03, 0.1, 0.3})
  void completesWhateverIsLost(double loss) {
    for (int seed = 0; seed < 8; seed++) {
      try (SimulatedPath path = new SimulatedPath(seed)) {
        path.sack = (seed & 1) == 0;
        path.timestamps = (seed & 2) == 0;
        path.delayedAcknowledgments = (seed & 4) == 0;
        path.loss(loss).acknowledgmentLoss(loss).doubling(0.02).reordering(0.1, 20);
        path.transfer(SIZE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 1447, 1448, 1449, 65_536, 100_000})
  void sendsStreamsOfAnyLength(int length) {
    try (SimulatedPath path = new SimulatedPath(length).loss(0.1)) {
      path.transfer(length);
      assertEquals(length, path.sender.sentBytes());
    }
  }

  @ParameterizedTest
  @CsvSource({"1448, 1448", "1448, 65536", "536, 4096", "8960, 65536", "1, 1"})
  void sendsSegmentsOfAnySize(int segmentSize, int largest) {
    try (SimulatedPath path = new SimulatedPath(segmentSize).loss(0.02)) {
      path.segmentSize = segmentSize;
      path.largest = largest;
      path.transfer(Math.min(SIZE, 2_000 * segmentSize));
    }
  }

  @Test
  void sendsNothingTwiceWhereNothingIsLost() {
    try (SimulatedPath path = new SimulatedPath(1)) {
      path.transfer(5 * SIZE);
      assertEquals(0, path.sender.retransmittedBytes());
      assertEquals(0, path.sender.timeouts());
    }
  }

  /** RFC 8985: each loss is repaired within a round trip, lost retransmissions and tails, too. */
  @Test
  void repairsLossesWithoutTimeouts() {
    long timeouts = 0;
    long needless = 0;
    for (int seed = 0; seed < 20; seed++) {
      try (SimulatedPath path = new SimulatedPath(seed).loss(0.02)) {
        path.transfer(3 * SIZE);
        timeouts += path.sender.timeouts();
        needless += path.needless;
      }
    }
    assertTrue(timeouts <= 2, timeouts + " timeouts");
    assertEquals(0, needless);
  }

  /** RFC 8985 section 6.2 step 4: it learns how far the path reorders. */
  @Test
  void retransmitsLittleOfWhatIsOnlyReordered() {
    long needless = 0;
    long packets = 0;
    for (int seed = 0; seed < 10; seed++) {
      try (SimulatedPath path = new SimulatedPath(seed).reordering(0.3, 20)) {
        path.transfer(5 * SIZE);
        needless += path.needless;
        packets += path.packets;
        assertEquals(0, path.sender.timeouts());
      }
    }
    assertTrue(needless * 100 < packets, needless + " of " + packets + " for nothing");
  }

  @Test
  void sendsBeyondWhatNumbersCount() {
    try (SimulatedPath path = new SimulatedPath(1).roundTrip(10).loss(0.0001)) {
      path.firstSequence = Integer.MAX_VALUE - 5000;
      path.transfer(5L << 30);
      assertTrue(path.sender.sentBytes() == 5L << 30);
    }
  }

  @Test
  void isTheSameForTheSameSeed() {
    long[] packets = new long[2];
    for (int i = 0; i < 2; i++) {
      try (SimulatedPath path = new SimulatedPath(9).loss(0.05).reordering(0.1, 9)) {
        path.transfer(SIZE);
        packets[i] = path.packets * 1_000_000 + path.now / SimulatedPath.MILLISECOND % 1_000_000;
      }
    }
    assertEquals(packets[0], packets[1]);
  }

  /** A path's buffer overflows: slow start is ended by loss, and the rest arrives. */
  @Test
  void fillsABottleneck() {
    try (SimulatedPath path = new SimulatedPath(3).roundTrip(40).rate(20_000_000, 100_000)) {
      long began = path.now;
      path.transfer(10 * SIZE);
      double seconds = (path.now - began) / 1e9;
      assertTrue(seconds < 5, "10 MB at 20 Mbit/s took " + seconds + " s");
      assertTrue(path.sender.timeouts() == 0);
    }
  }
}
