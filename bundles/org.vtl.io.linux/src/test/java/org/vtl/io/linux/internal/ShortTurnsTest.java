package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class ShortTurnsTest {
  @Test
  void areThoseOfTheThreadThatAsks() {
    try (Arena arena = Arena.ofConfined()) {
      ShortTurns turns = new ShortTurns(arena);
      long usual = turns.nanos();
      turns.begin();
      assumeTrue(turns.nanos() != usual, "this kernel has no slices of one's own");
      try {
        assertEquals(ShortTurns.TURN_NANOS, turns.nanos());
        assertTrue(usual > ShortTurns.TURN_NANOS, usual + " ns");
      } finally {
        turns.end();
      }
      assertEquals(usual, turns.nanos());
    }
  }
}
