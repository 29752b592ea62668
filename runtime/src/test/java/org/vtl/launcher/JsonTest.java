package org.vtl.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {
  @Test
  void readsEveryKindOfValue() {
    assertEquals(
        Map.of("a", Arrays.asList(1.0, -2.5e3, true, false, null), "b", Map.of(), "c", List.of()),
        Json.read("{\"a\": [1, -2.5e3, true, false, null], \"b\": {}, \"c\": []}"));
  }

  @Test
  void readsEscapes() {
    assertEquals("\"\\/\b\f\n\r\t\u20ac", Json.read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u20aC\""));
  }

  @Test
  void stepsOverComments() {
    assertEquals(List.of(1.0), Json.read("// one\n[/* two */ 1 // three\n] /* four"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "''                  | line 1: a value is missing",
        "{\"a\":1,}          | line 1: a string is missing",
        "{\"a\" 1}           | line 1: ':' is missing",
        "{\"a\":1,\"a\":2}   | line 1: \"a\" comes twice",
        "[1 2]               | line 1: ',' is missing",
        "[1] 2               | line 1: something follows the end",
        "[01]                | line 1: a value is missing",
        "[truth]             | line 1: a value is missing",
        "\"a                 | line 1: a string does not end",
        "\"\\x\"             | line 1: a backslash stands before something that it cannot escape",
        "\"\\u12\"           | line 1: \\u needs four hexadecimal digits",
      })
  void namesTheFault(String text, String message) {
    assertEquals(message, fault(text).getMessage());
  }

  @Test
  void namesTheLine() {
    assertEquals("line 3: a value is missing", fault("{\n\"a\": [\n1, ]}").getMessage());
  }

  @Test
  void refusesWhatWouldExhaustTheStack() {
    assertTrue(fault("[".repeat(100_000)).getMessage().endsWith("it is nested too deeply"));
  }

  @Test
  void readsOrRefusesAnything() {
    Random random = new Random(159);
    String alphabet = "{}[]\":,\\u01-.eE/* \ntruefalsn";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        Json.read(text.toString());
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().startsWith("line "), () -> text + " -> " + e.getMessage());
      }
    }
  }

  private static IllegalArgumentException fault(String text) {
    return assertThrows(IllegalArgumentException.class, () -> Json.read(text));
  }
}
