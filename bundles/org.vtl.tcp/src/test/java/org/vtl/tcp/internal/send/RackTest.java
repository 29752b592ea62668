package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** RFC 8985 section 6.2. */
class RackTest {
  private final Rack rack = new Rack();

  @BeforeEach
  void begin() {
    rack.begin(0);
  }

  @Test
  void nothingIsOvertakenBeforeSomethingIsDelivered() {
    assertFalse(rack.isOvertaken(Long.MIN_VALUE + 1, 1));
    assertFalse(rack.isOvertaken(-5, 0));
  }

  /** Step 2: by time, and by place for what was sent at the same time. */
  @Test
  void whatWasSentBeforeIsOvertaken() {
    rack.delivered(100, 2_000, 150);
    assertEquals(50, rack.roundTripNanos());
    assertTrue(rack.isOvertaken(99, 9_000));
    assertTrue(rack.isOvertaken(100, 1_000));
    assertFalse(rack.isOvertaken(100, 3_000));
    assertFalse(rack.isOvertaken(101, 1_000));
    rack.delivered(90, 9_000, 190);
    assertEquals(50, rack.roundTripNanos());
  }

  /** Step 4: none with three segments behind the hole, or in recovery, while all came in order. */
  @Test
  void theWindowIsNoneWithoutReordering() {
    assertEquals(25, rack.window(false, 2, 100, 110));
    assertEquals(0, rack.window(false, 3, 100, 110));
    assertEquals(0, rack.window(true, 0, 100, 110));
    rack.late();
    assertEquals(25, rack.window(false, 3, 100, 110));
    assertEquals(25, rack.window(true, 3, 100, 110));
  }

  /** Step 4: a quarter more for each round trip with a D-SACK, up to the smoothed round trip. */
  @Test
  void theWindowGrowsOnceARoundTrip() {
    rack.late();
    rack.duplicate(0, 10);
    assertEquals(50, rack.window(false, 0, 100, 110));
    rack.duplicate(9, 20);
    assertEquals(50, rack.window(false, 0, 100, 110));
    rack.duplicate(10, 20);
    assertEquals(75, rack.window(false, 0, 100, 110));
    rack.duplicate(20, 30);
    rack.duplicate(30, 40);
    assertEquals(110, rack.window(false, 0, 100, 110));
  }

  @Test
  void theWindowShrinksAfterSixteenRecoveries() {
    rack.duplicate(0, 10);
    for (int i = 0; i < Rack.PERSISTENCE; i++) {
      assertEquals(50, rack.window(false, 0, 100, 110));
      rack.recovered();
    }
    assertEquals(25, rack.window(false, 0, 100, 110));
  }
}
