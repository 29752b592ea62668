package org.vtl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CpuClockTest {
  @Test
  void idleWaitingAndStolenTicksAreNotBusy() {
    assertEquals(
        10 + 20 + 30 + 60 + 70,
        CpuClock.busy("cpu  10 20 30 4000 5000 60 70 800 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n"));
  }

  @Test
  void aProcessMayHaveAnyName() {
    assertEquals(
        7 + 5, CpuClock.used("42 (a) b (c) S 1 42 42 0 -1 4194304 100 0 0 0 7 5 900 900 20 0 1 0"));
  }
}
