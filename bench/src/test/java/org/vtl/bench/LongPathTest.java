package org.vtl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongPathTest {
  private static final LongPath SATELLITE = new LongPath(100, 600, 1);
  private static final List<PathColumn> COLUMNS = PathColumn.all(Path.of("/dist"));

  @Test
  void theQueueHoldsARoundTripWithinBounds() {
    assertEquals(7_500_000, SATELLITE.queueBytes());
    assertEquals(131_072, new LongPath(100, 10, 0).queueBytes());
    assertEquals(9_000_000, new LongPath(1000, 100, 0).queueBytes());
  }

  @Test
  void whatIsEmulatedIsTheSameBothWays() {
    List<String> settings = Arrays.asList(new LongPath(100, 5, 0.1).settings());
    assertTrue(settings.contains("outbound.delay.ms=2.5"), settings::toString);
    assertTrue(settings.contains("inbound.delay.ms=2.5"), settings::toString);
    assertTrue(settings.contains("inbound.loss.percent=0.1"), settings::toString);
    assertEquals("1 Gbit/s, 100 ms, 0.1 %", new LongPath(1000, 100, 0.1).title());
  }

  @Test
  void theTableHasAllPathsAndAtAGigabitOneRoundTrip() {
    PathOptions options = PathOptions.parse(List.of());
    assertEquals(20, options.paths().size());
    assertEquals(4, options.paths().stream().filter(path -> path.mbit() == 1000).count());
    assertTrue(options.atOnce(SATELLITE));
    assertFalse(options.atOnce(new LongPath(1000, 100, 0)));
    assertEquals(15_000, options.millis(SATELLITE));
    assertEquals(4, PathOptions.parse(List.of("--quick")).paths().size());
    assertEquals(
        List.of(new LongPath(1000, 10, 2)),
        PathOptions.parse(List.of("--mbit", "1000", "--rtt", "10", "--loss", "2")).paths());
  }

  @Test
  void wrongOptionsAreRefused() {
    for (String line : List.of("--fast", "--rtt", "--rtt x", "--loss 0,101", "--rounds 0")) {
      List<String> words = List.of(line.split(" "));
      assertThrows(BenchException.class, () -> PathOptions.parse(words), line);
    }
    PathOptions options = PathOptions.parse(List.of("--columns", "cubic,none"));
    assertThrows(BenchException.class, () -> options.choose(COLUMNS));
  }

  @Test
  void roundsOfSeveralRunsMakeOneTable(@TempDir Path folder) throws Exception {
    PathResults first = new PathResults();
    first.add(SATELLITE, "cubic", 2);
    first.add(SATELLITE, "split", 40);
    first.add(SATELLITE, "bbr", Double.NaN);
    first.write(folder.resolve("rounds"));
    PathResults both = new PathResults();
    both.read(folder.resolve("rounds"));
    both.add(SATELLITE, "cubic", 4);
    both.add(SATELLITE, "split", 30);

    assertEquals(35.0 / 3, both.ratio(SATELLITE, "split", "cubic"), 1e-9);
    PathTable table = new PathTable(both, COLUMNS);
    assertEquals(
        """
        | path | cubic | split | split / cubic | connect ms | all cores |
        |---|--:|--:|--:|--:|--:|
        | 100 Mbit/s, 600 ms, 1 % | 3.00 | 35.0 | 11.7 | - | - |
        """,
        table.markdown());
    assertTrue(table.json("{}", false).contains("\"split\": [40.000, 30.000]"));
  }
}
