package org.vtl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void numbersOfTheLoadTool() {
    String line = "transactions=120 nanos=1000 p50=71.20 p99=140.5 p999=300";
    assertEquals(120, Words.number(line, "transactions"));
    assertEquals(140.5, Words.number(line, "p99"));
    assertEquals(300, Words.number(line, "p999"));
    assertThrows(BenchException.class, () -> Words.number(line, "packets"));
  }

  @Test
  void bitsPerSecondOfOneSum() {
    String json =
        """
        "sum_sent": {
          "start": 0, "bits_per_second": 5.5e+09
        }, "sum_received": {
          "start": 0, "bits_per_second":  16210000000.5 }
        """;
    assertEquals(16210000000.5, Words.bitsPerSecond(json, "sum_received"));
    assertEquals(5.5e9, Words.bitsPerSecond(json, "sum_sent"));
  }
}
