package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Keep-alives, and the limit of challenge acknowledgments. */
class KeepAliveTest {
  @Test
  void isOffUnlessAskedFor() {
    KeepAlive keepAlive = new KeepAlive();
    keepAlive.heard(5);
    assertEquals(Long.MAX_VALUE, keepAlive.deadline(new EndpointSettings(), false));
  }

  @Test
  void probesFollowEachOtherUntilSomethingIsHeard() {
    EndpointSettings settings = new EndpointSettings();
    settings.keepAliveNanos = 1000;
    settings.keepAliveIntervalNanos = 10;
    KeepAlive keepAlive = new KeepAlive();
    keepAlive.heard(5);
    assertEquals(1005, keepAlive.deadline(settings, false));
    keepAlive.asked(1006);
    assertEquals(1016, keepAlive.deadline(settings, false));
    assertEquals(1, keepAlive.probes());
    keepAlive.heard(1010);
    assertEquals(0, keepAlive.probes());
    assertEquals(2010, keepAlive.deadline(settings, false));
  }

  @Test
  void whoHasNotFinishedMayBeAskedThoughOthersAreNot() {
    EndpointSettings settings = new EndpointSettings();
    settings.halfClosedNanos = 1000;
    KeepAlive keepAlive = new KeepAlive();
    keepAlive.heard(5);
    assertEquals(5 + settings.halfClosedNanos, keepAlive.deadline(settings, true));
    settings.halfClosedIntervalNanos = 7;
    keepAlive.asked(1_010);
    assertEquals(1_017, keepAlive.deadline(settings, true));
    settings.halfClosedNanos = 0;
    assertEquals(Long.MAX_VALUE, keepAlive.deadline(settings, true));
  }

  @Test
  void tenChallengesInFiveSeconds() { // RFC 5961 section 7
    ChallengeAcks challenges = new ChallengeAcks();
    for (int i = 0; i < ChallengeAcks.MOST; i++) {
      assertTrue(challenges.permit(100 + i));
    }
    assertFalse(challenges.permit(200));
    assertFalse(challenges.permit(99 + ChallengeAcks.PERIOD_NANOS));
    assertTrue(challenges.permit(100 + ChallengeAcks.PERIOD_NANOS));
  }
}
