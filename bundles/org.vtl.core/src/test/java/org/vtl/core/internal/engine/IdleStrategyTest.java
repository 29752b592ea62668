package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vtl.packet.Direction;

class IdleStrategyTest {
  private static final long SOON = 30_000;
  private static final long LATE = IdleStrategy.PATIENCE_NANOS + 1;

  private final LaneStatistics seen = new LaneStatistics();
  private final IdleStrategy strategy = new IdleStrategy(seen);
  private long now = 1_000_000;

  private boolean spins() {
    return strategy.spins(IdleStrategy.Mode.AUTO, now);
  }

  /** {@code packets} arrive {@code wait} after the last ones; then there is nothing to do. */
  private boolean spinsAfter(long wait, Direction direction, int packets, int length) {
    now += wait;
    for (int i = 0; i < packets; i++) {
      seen.count(direction, length);
    }
    strategy.worked(now);
    return spins();
  }

  private void converse(int turns) {
    for (int i = 0; i < turns; i++) {
      spinsAfter(SOON, i % 2 == 0 ? Direction.OUTBOUND : Direction.INBOUND, 1, 100);
    }
  }

  @Test
  void sleepsWhileNothingIsKnown() {
    assertFalse(spins());
  }

  @Test
  void spinsInAConversationOfShortTurns() {
    converse(40);
    assertTrue(spins());
  }

  @Test
  void givesUpAWaitInVainAndSleeps() {
    converse(40);
    now += LATE;
    assertFalse(spins());
    now += 1;
    assertFalse(spins(), "it does not begin anew within one wait");
  }

  @Test
  void sleepsForShortTimesOnlyWhileThereWasTrafficLately() {
    assertFalse(spinsAfter(LATE, Direction.OUTBOUND, 1, 100));
    assertEquals(IdleStrategy.WATCHFUL_NANOS, strategy.longestSleepNanos(now));
    now += IdleStrategy.LATELY_NANOS;
    assertFalse(spins());
    assertEquals(IdleStrategy.CALM_NANOS, strategy.longestSleepNanos(now));
    assertFalse(spinsAfter(LATE, Direction.INBOUND, 1, 100));
    assertEquals(IdleStrategy.WATCHFUL_NANOS, strategy.longestSleepNanos(now));
  }

  @Test
  void forgetsAConversationThatBecameSlow() {
    converse(40);
    int waits = 0;
    Direction next = Direction.OUTBOUND;
    while (spins()) {
      now += LATE;
      assertFalse(spins());
      spinsAfter(1_000_000, next, 1, 100);
      next = next.reverse();
      waits++;
      assertTrue(waits <= 3, "a core is not worth more than three answers that came late");
    }
  }

  @Test
  void sleepsBetweenTheBurstsOfATransfer() {
    for (int i = 0; i < 100; i++) {
      assertFalse(spinsAfter(SOON, Direction.OUTBOUND, 1, 65_000));
      assertFalse(spinsAfter(SOON, Direction.INBOUND, 1, 66));
    }
  }

  @Test
  void sleepsInAStreamThatNobodyAnswers() {
    for (int i = 0; i < 100; i++) {
      assertFalse(spinsAfter(SOON, Direction.OUTBOUND, 1, 200));
    }
  }

  @Test
  void aTransferEndsTheSpinningOfAConversation() {
    converse(40);
    assertFalse(spinsAfter(SOON, Direction.OUTBOUND, 20, 65_000));
  }

  @Test
  void roundsWithoutPacketsAreNoNews() {
    converse(40);
    now += 1_000;
    strategy.worked(now); // a timer, say
    assertTrue(spins());
  }

  @Test
  void doesAlwaysOrNeverAsConfigured() {
    assertTrue(strategy.spins(IdleStrategy.Mode.ON, now));
    converse(40);
    assertFalse(strategy.spins(IdleStrategy.Mode.OFF, now));
  }
}
