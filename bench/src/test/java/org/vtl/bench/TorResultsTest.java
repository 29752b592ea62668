package org.vtl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorResultsTest {
  @TempDir private Path folder;

  private static TorResults threeRounds() {
    TorResults results = new TorResults();
    for (int round = 1; round <= 3; round++) {
      results.add("vtl", TorResults.UP, 2200 * round);
      results.add("redsocks", TorResults.UP, 2000 * round);
    }
    return results;
  }

  @Test
  void comparesRoundByRound() {
    String table = threeRounds().table(5000);
    // The machine becomes faster from round to round; that says nothing about who is ahead.
    assertTrue(table.contains("vtl beside redsocks: up x1.10 ±0 %, ahead in 3 of 3"), table);
    assertTrue(table.contains("4400"), table);
  }

  @Test
  void goesOnWhereAnotherRunEnded() throws IOException {
    Path file = folder.resolve("rounds");
    threeRounds().write(file);
    TorResults results = new TorResults();
    results.read(file);
    results.add("vtl", TorResults.UP, 8800);
    assertEquals(4, results.series("vtl", TorResults.UP).size());
    assertEquals(5500, results.series("vtl", TorResults.UP).median());
    assertEquals(3, results.series("redsocks", TorResults.UP).size());
  }

  @Test
  void jsonHasMediansAndRounds() {
    TorResults results = new TorResults();
    results.add("vtl", TorResults.DOWN, 1000);
    results.add("direct", TorResults.IDLE, Double.NaN);
    assertEquals(
        "{\"machine\":{},\"connections\":9,\"carriers\":{"
            + "\"vtl\":{\"downMbit\":1000.000,\"rounds\":{\"downMbit\":[1000.000]}},"
            + "\"direct\":{\"idleMiB\":null,\"rounds\":{\"idleMiB\":[null]}}}}\n",
        results.json("{}", 9));
  }
}
