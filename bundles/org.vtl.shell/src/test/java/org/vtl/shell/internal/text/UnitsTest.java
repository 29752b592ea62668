package org.vtl.shell.internal.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 kB",
    "1234567, 1.2 MB",
    "999949, 999.9 kB",
    "999950, 1.0 MB",
    "9223372036854775807, 9.2 EB"
  })
  void bytes(long bytes, String text) {
    assertEquals(text, Units.bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.25, 0.3", "12, 12", "1500, 1.5 k", "2000000, 2.0 M"})
  void counts(double count, String text) {
    assertEquals(text, Units.count(count));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0 s",
    "9.9, 9.9 s",
    "9.96, 10 s",
    "59.4, 59 s",
    "59.6, 1 m 0 s",
    "125, 2 m 5 s",
    "12000, 3 h 20 m",
    "187200, 2 d 4 h"
  })
  void seconds(double seconds, String text) {
    assertEquals(text, Units.seconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 ns",
    "999, 999 ns",
    "1000, 1.0 µs",
    "84250, 84.3 µs",
    "999950, 1.0 ms",
    "34500000, 34.5 ms",
    "70000000000, 70.0 s"
  })
  void nanos(long nanos, String text) {
    assertEquals(text, Units.nanos(nanos));
  }

  @Test
  void listsAndPlurals() {
    assertEquals("a, b", Units.list(List.of("a", "b")));
    assertEquals("-", Units.list(List.of()));
    assertEquals("1 link", Units.plural(1, "link"));
    assertEquals("0 links", Units.plural(0, "link"));
  }
}
