package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is let go is a flood, and only where one has crowded the ring for a while. */
class SheddingTest {
  private static final String IPV4 = "020000000001020000000002 0800 45000028 0001%s 40%s 0000 ";
  private static final String ADDRESSES = "0a000001 0a000002 ";
  private static final String IPV6 =
      "020000000001020000000002 86dd 60000000 0014 %s 40"
          + " fd000000000000000000000000000001 fd000000000000000000000000000002 ";
  private static final String TCP = "04000050 00000001 00000000 50%s ffff 0000 0000";

  private final Shedding shedding = new Shedding();

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "SYN, 4, 4000, 06, 02, true",
    "'SYN, ECE, CWR', 4, 4000, 06, c2, true",
    "'SYN, ACK', 4, 4000, 06, 12, false",
    "ACK, 4, 4000, 06, 10, false",
    "'SYN, RST', 4, 4000, 06, 06, false",
    "UDP, 4, 4000, 11, 02, false",
    "ICMP, 4, 4000, 01, 02, false",
    "first fragment, 4, 2000, 11, 00, true",
    "later fragment, 4, 0001, 06, 00, true",
    "SYN over IPv6, 6, 0000, 06, 02, true",
    "ACK over IPv6, 6, 0000, 06, 10, false",
    "fragment over IPv6, 6, 0000, 2c, 00, true"
  })
  void tellsFloodsByTheirHeaders(
      String what, int version, String fragment, String protocol, String flags, boolean flood) {
    String ip =
        version == 4 ? IPV4.formatted(fragment, protocol) + ADDRESSES : IPV6.formatted(protocol);
    byte[] frame = HexFormat.of().parseHex((ip + TCP.formatted(flags)).replace(" ", ""));
    assertEquals(flood, shedding.isFlood(MemorySegment.ofArray(frame), 0, frame.length), what);
    for (int length = 0; length < frame.length; length++) {
      shedding.isFlood(MemorySegment.ofArray(Arrays.copyOf(frame, length)), 0, length);
    }
  }

  @Test
  void beginsWhereAFloodHasCrowdedTheRingForAWhile() {
    begin(true, 0, 900, 100);
    assertFalse(shedding.isOn(), "a burst");
    begin(false, Shedding.PATIENCE_NANOS / 2, 0, 0);
    begin(true, Shedding.PATIENCE_NANOS, 900, 100);
    assertFalse(shedding.isOn(), "it was not crowded all the time");
    begin(true, Shedding.PATIENCE_NANOS * 2, 0, 0);
    assertTrue(shedding.isOn());
  }

  @Test
  void isNothingForThoseWhoAreConnected() {
    begin(true, 0, 100, 900);
    begin(true, Shedding.PATIENCE_NANOS, 100, 900);
    begin(true, Shedding.PATIENCE_NANOS * 2, 100, 900);
    assertFalse(shedding.isOn(), "most of what waits is no flood");
  }

  @Test
  void endsWithTheFlood() {
    begin(true, 0, 900, 100);
    long now = Shedding.PATIENCE_NANOS;
    begin(true, now, Shedding.CALM, 0);
    assertTrue(shedding.isOn());
    begin(false, now += Shedding.WINDOW_NANOS - 1, 0, 0);
    assertTrue(shedding.isOn() && shedding.isWatching());
    begin(false, ++now, Shedding.CALM - 1, 0);
    assertTrue(shedding.isOn(), "the last window was full of it");
    begin(false, now + Shedding.WINDOW_NANOS, 0, 0);
    assertFalse(shedding.isOn());
    assertFalse(shedding.isWatching());
  }

  @Test
  void endsFromTimeToTimeToFindOutWhetherVtlCanDoItAll() {
    long now = 0;
    long[] seconds = {1, 2, 4, 8, 16, 32, 32};
    for (long lasts : seconds) {
      now = beginFlood(now);
      assertEquals(lasts * 1_000_000_000L, goOn(now));
      now += lasts * 1_000_000_000L;
    }
    now = beginFlood(now + Shedding.SOON_NANOS);
    assertEquals(Shedding.SHORTEST_NANOS, goOn(now), "that is another flood");
  }

  @Test
  void whatIsFarMoreThanVtlDidIsLetInOnlyAfterTheLongestTime() {
    long begun = beginFlood(0); // did 900 in 10 ms
    long now = begun;
    do {
      shedding.refused(20_000);
      begin(false, now += Shedding.WINDOW_NANOS, 0, 0);
    } while (shedding.isOn());
    assertEquals(Shedding.LONGEST_NANOS, now - begun);
  }

  @Test
  void goesOnSoonerThanItBegan() {
    assertEquals(Shedding.CROWD, shedding.crowd(0));
    long now = beginFlood(0);
    now += goOn(now);
    assertEquals(Shedding.CROWD / 4, shedding.crowd(now));
    begin(true, now, 900, 100);
    begin(true, now += Shedding.PATIENCE_NANOS / 4 - 1, 0, 0);
    assertFalse(shedding.isOn());
    begin(true, ++now, 0, 0);
    assertTrue(shedding.isOn());
    now += goOn(now) + Shedding.SOON_NANOS;
    assertEquals(Shedding.CROWD, shedding.crowd(now));
    begin(true, now, 900, 100);
    begin(true, now + Shedding.PATIENCE_NANOS - 1, 0, 0);
    assertFalse(shedding.isOn());
  }

  @Test
  void letsComeAPartOfWhatVtlDidInTheCrowd() {
    assertEquals(0, shedding.share());
    begin(true, 0, 50_000, 0);
    begin(true, Shedding.PATIENCE_NANOS, 0, 0);
    long did = 50_000 * FloodGate.WINDOW_NANOS / Shedding.PATIENCE_NANOS;
    assertEquals(did / Shedding.PART, shedding.share());
    begin(false, Shedding.PATIENCE_NANOS + Shedding.WINDOW_NANOS, 0, 0);
    assertFalse(shedding.isOn());
    assertEquals(0, shedding.share());
  }

  @Test
  void letsComeAFewOfThoseThatVtlHardlyDoes() {
    begin(true, 0, 10, 0);
    begin(true, Shedding.PATIENCE_NANOS, 0, 0);
    assertEquals(Shedding.LEAST_SHARE, shedding.share());
    long inWindow = Shedding.CALM * FloodGate.WINDOW_NANOS / Shedding.WINDOW_NANOS;
    assertTrue(Shedding.LEAST_SHARE <= inWindow, "what ends it may come");
  }

  @Test
  void goesOnWhileTheKernelRefusesAFlood() {
    long now = beginFlood(0);
    begin(false, now += Shedding.WINDOW_NANOS / 2, 0, 0);
    shedding.refused(Shedding.CALM);
    begin(false, now += Shedding.WINDOW_NANOS / 2, 0, 0);
    assertTrue(shedding.isOn());
    shedding.refused(Shedding.CALM - 1);
    begin(false, now + Shedding.WINDOW_NANOS, 0, 0);
    assertFalse(shedding.isOn());
  }

  /** A ring crowded from {@code now} on; returns when something is let go. */
  private long beginFlood(long now) {
    begin(true, now, 900, 100);
    assertFalse(shedding.isOn());
    begin(true, now + Shedding.PATIENCE_NANOS, 0, 0);
    assertTrue(shedding.isOn());
    return now + Shedding.PATIENCE_NANOS;
  }

  /** The flood goes on from {@code start}; returns after how long it is let in. */
  private long goOn(long start) {
    long now = start;
    begin(false, now, Shedding.CALM, 0);
    while (shedding.isOn()) {
      now += Shedding.WINDOW_NANOS;
      begin(false, now, Shedding.CALM, 0);
    }
    begin(false, now, 0, 0);
    return now - start;
  }

  /** A look at the ring, which finds so many of each kind. */
  private void begin(boolean crowded, long now, int floods, int others) {
    shedding.begin(crowded, now);
    byte[] syn = HexFormat.of().parseHex(frame("02"));
    byte[] ack = HexFormat.of().parseHex(frame("10"));
    for (int i = 0; i < floods; i++) {
      assertTrue(shedding.isFlood(MemorySegment.ofArray(syn), 0, syn.length));
    }
    for (int i = 0; i < others; i++) {
      assertFalse(shedding.isFlood(MemorySegment.ofArray(ack), 0, ack.length));
    }
  }

  private static String frame(String flags) {
    return (IPV4.formatted("4000", "06") + ADDRESSES + TCP.formatted(flags)).replace(" ", "");
  }
}
