package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Links with more connections than the heap holds. */
class HeapBudgetTest {
  private static final long MEGABYTE = 1 << 20;

  private static LinkSettings settings(int connections) {
    return LinkSettings.read("Link lab", Rig.configuration("connections", connections));
  }

  @Test
  void whatFitsIsNotRefused() {
    LinkSettings million = settings(1_000_000);
    assertDoesNotThrow(() -> HeapBudget.check(million, List.of(), 431 * MEGABYTE, "Link lab"));
    assertDoesNotThrow(
        () -> HeapBudget.check(million, List.of(million, million), 1_163 * MEGABYTE, "Link lab"));
    assertDoesNotThrow(
        () -> HeapBudget.check(settings(131_072), List.of(), 128 * MEGABYTE, "Link lab"));
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheRemedy() {
    LinkSettings million = settings(1_000_000);
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> HeapBudget.check(million, List.of(million), 512 * MEGABYTE, "Link lab"));
    assertEquals(
        "Link lab: key \"connections\" is 1000000; with the other links that takes up to 733 MB of"
            + " the Java heap, which has room for 448; set fewer, or start VTL with"
            + " VTL_JAVA_OPTS=\"-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xmn8m -Xmx861m\".",
        refusal.getMessage());
  }
}
