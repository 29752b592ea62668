package org.vtl.web.internal.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AttemptsTest {
  private long now = Long.MAX_VALUE - 7;
  private final Attempts attempts = new Attempts(() -> now);

  @Test
  void fiveTriesAMinuteFromOneSource() {
    for (int i = 0; i < 5; i++) {
      assertEquals(0, attempts.take("a"));
    }
    assertEquals(61, attempts.take("a"));
    assertEquals(0, attempts.take("b"));
    now += TimeUnit.SECONDS.toNanos(59);
    assertTrue(attempts.take("a") > 0);
    now += TimeUnit.SECONDS.toNanos(1);
    assertEquals(0, attempts.take("a"));
  }

  @Test
  void whoSucceedsIsNotCounted() {
    for (int i = 0; i < 100; i++) {
      assertEquals(0, attempts.take("a"));
      attempts.succeeded("a");
    }
  }

  @Test
  void manySourcesTogetherHaveALimitToo() {
    int let = 0;
    for (int i = 0; i < 1_000; i++) {
      let += attempts.take("source" + i) == 0 ? 1 : 0;
    }
    assertEquals(40, let);
  }
}
