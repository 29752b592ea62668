package org.vtl.web.internal.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.vtl.text.JsonFault;
import org.vtl.text.JsonReader;

class BindingTest {
  record Inner(boolean truth) {}

  record Body(
      String text,
      Optional<Integer> number,
      List<String> words,
      Map<String, Object> values,
      Optional<Inner> inner) {}

  private static Object read(String json) throws JsonFault {
    return Binding.read(JsonReader.parse(json), Body.class);
  }

  @Test
  void aBodyBecomesItsRecord() throws JsonFault {
    assertEquals(
        new Body("x", Optional.of(7), List.of("a"), Map.of("k", 1L), Optional.of(new Inner(true))),
        read(
            "{\"text\":\"x\",\"number\":7,\"words\":[\"a\"],\"values\":{\"k\":1},\"inner\":{\"truth\":true}}"));
    assertEquals(
        new Body("x", Optional.empty(), List.of(), Map.of(), Optional.empty()),
        read("{\"text\":\"x\",\"number\":null,\"words\":[],\"values\":{}}"));
  }

  @Test
  void whatDoesNotFitIsNamed() {
    for (Map.Entry<String, String> wrong :
        Map.of(
                "[]", "The body must be an object in braces.",
                "{\"text\":\"x\",\"words\":[],\"values\":{},\"evil\":1}",
                    "The body has a key \"evil\", which is unknown; there are text, number, words,"
                        + " values, inner.",
                "{\"words\":[],\"values\":{}}", "The body lacks the key \"text\".",
                "{\"text\":1,\"words\":[],\"values\":{}}",
                    "\"text\" must be text in double quotes.",
                "{\"text\":\"x\",\"words\":[1],\"values\":{}}",
                    "\"words\" must be text in double quotes.",
                "{\"text\":\"x\",\"words\":[],\"values\":{},\"number\":4294967296}",
                    "\"number\" must be a whole number.",
                "{\"text\":\"x\",\"words\":[],\"values\":{},\"inner\":{}}",
                    "\"inner\" lacks the key \"truth\".")
            .entrySet()) {
      assertEquals(
          wrong.getValue(),
          assertThrows(IllegalArgumentException.class, () -> read(wrong.getKey())).getMessage());
    }
  }
}
