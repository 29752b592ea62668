package org.vtl.web.internal.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.vtl.management.Role;

class SessionsTest {
  private long now = -5;
  private final Sessions sessions =
      new Sessions(() -> now, Duration.ofMinutes(30), Duration.ofHours(12));

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void aSessionIsFoundByItsCookieAndNothingElse() {
    Sessions.Opened opened = sessions.open("eve", Role.VIEWER, false);

    assertEquals("eve", sessions.find(opened.cookie()).orElseThrow().user());
    assertFalse(sessions.find(opened.session().key()).isPresent());
    assertFalse(sessions.find("planted").isPresent());
    assertNotEquals(opened.cookie(), opened.session().csrf());
  }

  @Test
  void itEndsWhenNobodyUsesIt() {
    String cookie = sessions.open("eve", Role.VIEWER, false).cookie();
    pass(Duration.ofMinutes(29));
    assertTrue(sessions.find(cookie).isPresent());
    pass(Duration.ofMinutes(29));
    assertTrue(sessions.find(cookie).isPresent());
    pass(Duration.ofMinutes(31));
    assertFalse(sessions.find(cookie).isPresent());
  }

  @Test
  void itEndsAfterItsTimeHoweverMuchItIsUsed() {
    String cookie = sessions.open("eve", Role.VIEWER, false).cookie();
    for (int i = 0; i < 36; i++) {
      pass(Duration.ofMinutes(20));
      assertTrue(sessions.find(cookie).isPresent());
    }
    pass(Duration.ofMinutes(1));
    assertFalse(sessions.find(cookie).isPresent());
  }

  @Test
  void watchingIsNotUsing() {
    Sessions.Opened opened = sessions.open("eve", Role.VIEWER, false);
    pass(Duration.ofMinutes(20));
    assertTrue(sessions.isOpen(opened.session()));
    pass(Duration.ofMinutes(20));
    assertFalse(sessions.isOpen(opened.session()));
  }

  @Test
  void manyLoginsOfOneUserEndThatUsersOwn() {
    String other = sessions.open("adam", Role.ADMIN, false).cookie();
    String first = sessions.open("eve", Role.VIEWER, false).cookie();
    for (int i = 0; i < 1_000; i++) {
      pass(Duration.ofMillis(1));
      sessions.open("eve", Role.VIEWER, false);
    }

    assertFalse(sessions.find(first).isPresent());
    assertTrue(sessions.find(other).isPresent());
  }

  @Test
  void allOfAUserEndButOne() {
    Sessions.Opened kept = sessions.open("eve", Role.VIEWER, false);
    String ended = sessions.open("eve", Role.VIEWER, false).cookie();
    sessions.closeAll("eve", kept.session());

    assertTrue(sessions.find(kept.cookie()).isPresent());
    assertFalse(sessions.find(ended).isPresent());
  }
}
