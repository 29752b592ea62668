package org.vtl.itests.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.itests.tcp.Transfer.Manner;
import org.vtl.itests.tcp.Transfer.Part;

/** What counts as a fault, also on a path that loses, and what is the path's. */
class ComparisonTest {
  private static final Transfer WHOLE =
      new Transfer(1, new Part(100, Manner.PLAIN, 0), new Part(50, Manner.PLAIN, 0));
  private static final Transfer CLIENT_RESETS =
      new Transfer(2, new Part(100, Manner.RESET, 60), new Part(50, Manner.PLAIN, 0));
  private static final Transfer SERVER_QUITS =
      new Transfer(3, new Part(100, Manner.PLAIN, 0), new Part(50, Manner.QUIT, 30));

  /** Words: sent, how, received, how; the hash of so many bytes is their number. */
  private static Outcome outcome(String words) {
    String[] word = words.split(" ");
    if (words.equals("none")) {
      return Outcome.NONE;
    }
    boolean intact = word.length < 5;
    return new Outcome(
        Long.parseLong(word[0]),
        word[0],
        word[1],
        Long.parseLong(word[2]),
        word[2],
        word[3],
        intact);
  }

  /** What a path is that loses, and reorders, so many percent. */
  private static Weather weather(double loss, double reorder) {
    return new Weather(loss, 10, 0, reorder, 0, true, "reno");
  }

  private static int faults(Transfer transfer, String client, String server, double loss) {
    return faults(transfer, client, server, weather(loss, 0));
  }

  private static int faults(Transfer transfer, String client, String server, Weather weather) {
    Comparison comparison = new Comparison();
    comparison.add(transfer, outcome(client), outcome(server), weather);
    return comparison.faults().size();
  }

  @ParameterizedTest
  @CsvSource({
    // client; server; faults
    "100 ended 50 ended, 50 ended 100 ended, 0",
    "100 ended 50 ended, 50 ended 99 ended, 1",
    "100 ended 50 ended corrupt, 50 ended 100 ended, 1",
    "100 ended 50 ended, 50 ended 100 ended corrupt, 1",
    "100 ended 50 reset, 50 ended 100 ended, 1",
    "100 reset 50 ended, 50 ended 100 ended, 1",
    "100 ended 50 ended, 50 ended 100 still, 1",
    "100 ended 0 still, none, 2",
    "none, none, 2",
  })
  void ofWholeTransfersEverythingArrivesOnAnyPath(String client, String server, int faults) {
    assertEquals(faults, faults(WHOLE, client, server, 0));
    assertEquals(faults, faults(WHOLE, client, server, 10));
  }

  @ParameterizedTest
  @CsvSource({
    // client, who resets after 60 bytes; server; faults without loss, with loss
    "60 own 50 ended, 50 ended 60 reset, 0, 0",
    "60 own 10 own, 50 reset 20 reset, 0, 0",
    "60 own 0 own, 50 ended 60 ended, 1, 1", // a reset came as an end in order
    "60 own 0 own, 50 ended 40 ended, 2, 2", // and before all bytes
    "60 own 0 own, 50 ended 60 reset corrupt, 1, 1",
    "60 own 0 own, 50 ended 60 still, 1, 0", // a RST may be lost
    "60 own 0 own, none, 1, 0", // it may come before the handshake's end
    "60 own 7 own, none, 1, 1", // but not when something was read
    "40 reset 0 reset, 50 ended 40 reset, 1, 1", // a RST that neither has sent
    "0 reset 0 reset, none, 2, 1",
    "none, 50 reset 0 reset, 1, 1",
    "40 still 0 own, 50 ended 40 reset, 2, 2",
  })
  void whoResetsIsHeardUnlessThePathLosesIt(String client, String server, int clear, int lossy) {
    assertEquals(clear, faults(CLIENT_RESETS, client, server, 0));
    assertEquals(lossy, faults(CLIENT_RESETS, client, server, 5));
  }

  @ParameterizedTest
  @CsvSource({
    // client; server, who closes after 30 bytes; faults without loss, with loss
    "100 reset 10 reset, 20 own 30 own, 0, 0",
    "100 ended 50 ended, 50 ended 30 own, 0, 0",
    "100 ended 20 ended, 50 own 30 own, 1, 1", // an end in order before all bytes
    "100 reset 10 reset, 20 reset 20 reset, 1, 1", // a RST that neither has sent
    "none, 20 own 30 own, 1, 1", // who was accepted was connected
    "100 ended 10 still, 20 own 30 own, 1, 0",
  })
  void whoClosesEarlyIsHeard(String client, String server, int clear, int lossy) {
    assertEquals(clear, faults(SERVER_QUITS, client, server, 0));
    assertEquals(lossy, faults(SERVER_QUITS, client, server, 5));
  }

  @Test
  void aResetMayOvertakeTheHandshakesEndWhereThePathReordersButIsNotLostThere() {
    Weather reorders = weather(0, 5);
    assertEquals(0, faults(CLIENT_RESETS, "60 own 0 own", "none", reorders));
    assertEquals(1, faults(CLIENT_RESETS, "60 own 7 own", "none", reorders));
    assertEquals(1, faults(CLIENT_RESETS, "60 own 0 own", "50 ended 60 still", reorders));
  }

  @Test
  void resetsThatAreLostMoreOftenThanThePathLosesAreAFault() {
    Comparison comparison = new Comparison();
    for (int i = 0; i < 100; i++) {
      boolean lost = i % 10 == 0;
      comparison.add(
          CLIENT_RESETS,
          outcome("60 own 50 ended"),
          outcome(lost ? "50 ended 60 still" : "50 ended 60 reset"),
          weather(1, 9));
    }
    assertEquals(1, comparison.faults().size(), comparison::toString);
  }
}
