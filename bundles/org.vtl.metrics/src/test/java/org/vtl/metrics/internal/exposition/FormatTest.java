package org.vtl.metrics.internal.exposition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                                                    | TEXT",
        "*/*                                                                 | TEXT",
        "text/html,application/xhtml+xml,*/*;q=0.8                           | TEXT",
        "application/openmetrics-text                                        | OPEN_METRICS",
        // Prometheus 2 and 3 as they come
        "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
            + " | OPEN_METRICS",
        "application/openmetrics-text;version=2.0.0,text/plain;q=0.5          | TEXT",
        "application/openmetrics-text;q=0.1,text/plain;version=0.0.4;q=0.9    | TEXT",
        "application/openmetrics-text;q=0                                    | TEXT",
        "application/openmetrics-text;q=x                                    | TEXT",
        ";;,,=                                                               | TEXT",
      })
  void isWhatTheReaderPrefers(String accept, Format format) {
    assertEquals(format, Format.of(accept));
  }

  @Test
  void aFamilyHasOnlySoManySamples() {
    Exposition out = new Exposition(Format.TEXT);
    out.begin(Family.gauge("many", "Many."));
    for (int i = 0; i < Exposition.MOST + 7; i++) {
      out.add(i, "number", Integer.toString(i));
    }
    assertEquals(7, out.dropped());
    String text = out.end();
    assertTrue(text.contains("number=\"" + (Exposition.MOST - 1) + "\""));
    assertFalse(text.contains("number=\"" + Exposition.MOST + "\""));
    assertThrows(
        IllegalStateException.class, () -> out.begin(Family.gauge("many", "They come again.")));
  }

  @Test
  void whatALabelHoldsStaysInIt() {
    Exposition out = new Exposition(Format.TEXT);
    out.begin(Family.counter("odd", "A \\ and a \"word\"\nand more."));
    out.add(1, "name", "a\"} 7\nevil_total 1\\");
    assertEquals(
        "# HELP odd_total A \\\\ and a \"word\"\\nand more.\n# TYPE odd_total counter\n"
            + "odd_total{name=\"a\\\"} 7\\nevil_total 1\\\\\"} 1\n",
        out.end());
  }
}
