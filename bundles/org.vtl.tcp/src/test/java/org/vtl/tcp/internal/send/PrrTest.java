package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** RFC 9937 section 6 and the examples of its appendix, in segments of 1. */
class PrrTest {
  private final Prr prr = new Prr();

  /** Twenty segments, the first lost, the window halved: one is sent for each two delivered. */
  @Test
  void aLossIsPaidForOverTheWholeRoundTrip() {
    prr.begin(20, 18);
    long inFlight = 19;
    int sent = 0;
    StringBuilder when = new StringBuilder();
    for (int i = 0; i < 19; i++) {
      inFlight--;
      prr.acknowledged(1, inFlight, 10, false, 1);
      int now = (int) Math.max(0, prr.window() - inFlight);
      prr.sent(now);
      inFlight += now;
      sent += now;
      when.append(now);
    }
    assertEquals("1010101010101010011", when.toString()); // at the end by what is in flight
    assertEquals(10, sent);
    assertEquals(10, inFlight);
  }

  /** So many are lost that less than the threshold is in flight: what is delivered is sent. */
  @Test
  void heavyLossDoesNotStopIt() {
    prr.begin(20, 5);
    prr.acknowledged(1, 4, 10, false, 1);
    assertEquals(5, prr.window());
    prr.sent(1);
    prr.acknowledged(1, 4, 10, false, 1);
    assertEquals(5, prr.window());
  }

  /** An acknowledgment that shows progress and no loss lets one more go, up to the threshold. */
  @Test
  void aSafeAcknowledgmentLetsItGrow() {
    prr.begin(20, 5);
    prr.acknowledged(1, 4, 10, true, 1);
    assertEquals(6, prr.window());
    prr.sent(2);
    prr.acknowledged(10, 9, 10, true, 1);
    assertEquals(10, prr.window());
  }

  @Test
  void theFirstRetransmissionGoesAtOnce() {
    prr.begin(1_000_000, 900_000);
    prr.acknowledged(1, 899_999, 500_000, false, 1_448);
    assertTrue(prr.window() >= 899_999 + 1_448);
  }
}
