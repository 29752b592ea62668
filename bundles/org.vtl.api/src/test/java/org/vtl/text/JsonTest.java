package org.vtl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonTest {
  record Point(int x, Optional<String> name, List<Point> more) {}

  @Test
  void writesRecordsByTheirComponents() {
    Point point =
        new Point(1, Optional.of("a\"b\\"), List.of(new Point(-2, Optional.empty(), null)));

    assertEquals(
        "{\"x\":1,\"name\":\"a\\\"b\\\\\",\"more\":[{\"x\":-2,\"name\":null,\"more\":null}]}",
        Json.of(point));
  }

  @Test
  void writesWhatJsonHasNoWordForAsNull() {
    assertEquals("[null,null,1.5]", Json.of(List.of(Double.NaN, Float.POSITIVE_INFINITY, 1.5)));
  }

  @Test
  void writesMapsAndArrays() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("numbers", new int[] {1, 2});
    map.put("none", new String[0]);
    map.put("empty", Map.of());

    assertEquals("{\"numbers\":[1,2],\"none\":[],\"empty\":{}}", Json.of(map));
  }

  @Test
  void putsEachElementOfADocumentOnItsLine() {
    assertEquals("[\n1,\n2\n]", Json.document(List.of(1, 2)));
    assertEquals("[]", Json.document(List.of()));
  }

  @Test
  void randomStringsComeBackAsTheyWere() throws JsonFault {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      char[] chars = new char[random.nextInt(12)];
      for (int j = 0; j < chars.length; j++) {
        chars[j] = (char) (random.nextBoolean() ? random.nextInt(128) : random.nextInt(65_536));
      }
      List<Object> value = new ArrayList<>(Arrays.asList(new String(chars), 3L, null, true));

      assertEquals(value, JsonReader.parse(Json.of(value)));
    }
  }
}
