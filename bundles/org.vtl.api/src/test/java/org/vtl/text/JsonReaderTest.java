package org.vtl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonReaderTest {
  @Test
  void readsEveryKindOfValue() throws JsonFault {
    assertEquals(
        Map.of(
            "a", Arrays.asList(1L, -2.5e3, true, false, null),
            "b", Map.of("c", List.of()),
            "d", "\"\\/\b\f\n\r\t\u20ac"),
        JsonReader.parse(
            "// one\n{\"a\": [1, -2.5e3, true, false, null], /* two */ \"b\": {\"c\": []},"
                + " \"d\": \"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u20aC\"}"));
  }

  @Test
  void keepsWhereAMemberStands() throws JsonFault {
    String text = "{ \"a\" : 12, \"b\": [3] }";
    JsonObject.Member first = JsonReader.read(text).members().getFirst();

    assertEquals("\"a\"", text.substring(first.keyStart(), first.keyStart() + 3));
    assertEquals("12", text.substring(first.valueStart(), first.valueEnd()));
    assertEquals(',', text.charAt(first.comma()));
  }

  @Test
  void saysWhereTheFaultIs() {
    JsonFault fault = assertThrows(JsonFault.class, () -> JsonReader.parse("{\n \"a\": x}"));

    assertEquals(
        "a value is expected, and x is none; text needs double quotes", fault.getMessage());
    assertEquals(2, fault.line());
    assertEquals(7, fault.column());
  }

  @Test
  void refusesWhatIsAmbiguousOrWouldExhaustTheStack() {
    for (String text :
        List.of(
            "{\"a\":1,\"a\":2}", "[01]", "[1 2]", "[1] 2", "\"a", "[NaN]", "", "[".repeat(9_999))) {
      assertThrows(JsonFault.class, () -> JsonReader.parse(text), text);
    }
  }

  @Test
  void readsOrRefusesAnything() throws Exception {
    Random random = new Random(159);
    String alphabet = "{}[]\":,\\u01-.eE/* \ntruefalsn";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        JsonReader.parse(text.toString());
      } catch (JsonFault e) {
        assertEquals(-1, e.getMessage().indexOf('\n'), text.toString());
      }
    }
  }
}
