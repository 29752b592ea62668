package org.vtl.tcp.internal.congestion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class CongestionControlsTest {
  @Test
  void knowsThemByName() {
    for (String name : CongestionControls.NAMES) {
      assertEquals(name, CongestionControls.named(name).name());
      assertNotSame(CongestionControls.named(name), CongestionControls.named(name));
    }
    assertEquals("cubic", CongestionControls.named(" CUBIC").name());
    assertEquals("cubic", CongestionControls.NAMES.getFirst());
  }

  @Test
  void saysWhichThereAre() {
    Exception unknown =
        assertThrows(IllegalArgumentException.class, () -> CongestionControls.named("vegas"));
    assertEquals(
        "There is no congestion control 'vegas': use one of "
            + String.join(", ", CongestionControls.NAMES)
            + ".",
        unknown.getMessage());
  }
}
