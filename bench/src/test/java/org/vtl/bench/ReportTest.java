package org.vtl.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static Results results() {
    Results results = new Results();
    for (String name : List.of("bridge", "vtl", "a <b> & c")) {
      Measurement measurement = new Measurement();
      measurement.put(Metric.GBIT, name.length());
      measurement.put(Metric.MACHINE_CORES, 1.5);
      measurement.complete();
      results.add(Workload.TCP1, name, 1, measurement);
    }
    return results;
  }

  @Test
  void thePictureIsWellFormed() {
    byte[] svg = Picture.of(results(), "R&D").getBytes(StandardCharsets.UTF_8);
    assertDoesNotThrow(
        () ->
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg)));
  }

  @Test
  void jsonQuotesWhatItMust() {
    assertEquals("\"a\\\"b\\\\c\\nd\\u0007\"", JsonReport.quote("a\"b\\c\nd\u0007"));
  }

  @Test
  void jsonHasEveryRoundAndWhatFollowsFromIt() {
    String json = JsonReport.of(Map.of("cores", "2"), results(), List.of(), "", List.of());
    assertTrue(json.contains("\"gbit\": {\"median\": 6.0000, \"rounds\": [6.0000]}"), json);
    assertTrue(json.contains("\"ratio\": {\"median\": 0.5000, \"rounds\": [0.5000]}"), json);
    assertTrue(json.contains("\"millis_per_gbit\": {\"median\": 250.0000"), json);
  }

  @Test
  void theTableNamesRatioAndFigure() {
    String table = TextTable.of(results());
    assertTrue(table.lines().anyMatch(line -> line.matches("vtl +0\\.50 +- +3\\.00 +1\\.50 +500")));
  }
}
