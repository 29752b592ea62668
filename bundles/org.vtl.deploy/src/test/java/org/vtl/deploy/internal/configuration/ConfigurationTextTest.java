package org.vtl.deploy.internal.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.StringReader;
import java.util.Collections;
import java.util.Dictionary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.vtl.text.Json;
import org.vtl.text.JsonFault;
import org.vtl.text.JsonReader;

class ConfigurationTextTest {
  private static Map<String, Object> values(String text) throws JsonFault {
    return ConfigurationCheck.values(
        "f", ConfigurationText.read("f", text).items(), Optional.empty());
  }

  @Test
  void valuesAreThoseThatTheFelixReaderOfTheSameFormatReads() throws Exception {
    String text =
        """
        {
          "text": "a\\u00e9\\n\\"\\\\", "whole": -5, "real": 2.5e3, "yes": true,
          "texts": ["a", "b"], "wholes": [1, 2], "empty": [],
          "int:Integer": 7, "float:Float": 1.5, "char:Character": "x", "short:Short": "3",
          "bytes:Byte[]": [1, 2], "set:Collection<String>": ["a"], "from:Long": "12"
        }
        """;
    Dictionary<String, Object> expected =
        org.apache.felix.cm.json.io.Configurations.buildReader()
            .build(new StringReader(text))
            .readConfiguration();
    Map<String, Object> sorted = new TreeMap<>();
    for (String key : Collections.list(expected.keys())) {
      sorted.put(key, shown(expected.get(key)));
    }
    Map<String, Object> read = new TreeMap<>();
    values(text).forEach((key, value) -> read.put(key, shown(value)));
    assertEquals(sorted, read);
  }

  private static String shown(Object value) {
    return ValueType.of(value) + " " + ValueType.items(value);
  }

  @Test
  void everyChangeKeepsTheTextReadableAndSaysTheNewValues() throws Exception {
    Random random = new Random(7);
    String[] gaps = {"", " ", "\n  ", " // why\n", " /* { , } */ "};
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder("{");
      int count = random.nextInt(5);
      for (int i = 0; i < count; i++) {
        text.append(gaps[random.nextInt(5)])
            .append("\"k" + i + (random.nextBoolean() ? ":Integer" : "") + "\"")
            .append(gaps[random.nextInt(5)])
            .append(':')
            .append(gaps[random.nextInt(5)])
            .append(random.nextInt(3))
            .append(gaps[random.nextInt(5)])
            .append(i < count - 1 ? "," : "");
      }
      text.append(gaps[random.nextInt(5)]).append('}').append(gaps[random.nextInt(5)]);
      Map<String, Object> wanted = new LinkedHashMap<>();
      for (int i = 0; i < 6; i++) {
        if (random.nextBoolean()) {
          wanted.put("k" + i, random.nextInt(3));
        }
      }
      String changed =
          ConfigurationText.read("f", text.toString()).with(wanted, (key, type) -> false);
      assertEquals(
          ValueType.canonical(new TreeMap<>(wanted).toString()),
          new TreeMap<>(values(changed)).toString(),
          () -> text + "\n->\n" + changed);
      assertEquals(
          changed, ConfigurationText.read("f", changed).with(wanted, (key, type) -> false));
    }
  }

  @Test
  void aLongArrayHasALineForEachElement() throws Exception {
    String[] rules = {"policy inbound drop", "ct state established,related accept", "drop \"x\""};
    String[] few = {"a", "b"};
    String changed =
        ConfigurationText.read("f", "{\n  \"rules\": []\n}\n")
            .with(new TreeMap<>(Map.of("rules", rules, "few", few)), (key, type) -> true);
    assertEquals(
        """
        {
          "rules": [
            "policy inbound drop",
            "ct state established,related accept",
            "drop \\"x\\""
          ],
          "few": ["a", "b"]
        }
        """,
        changed);
  }

  @Test
  void whatIsWrittenIsWhatIsRead() throws Exception {
    Random random = new Random(3);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(8); i > 0; i--) {
        text.append((char) random.nextInt(random.nextBoolean() ? 128 : 0x10000));
      }
      String json = "{" + Json.of("k") + ": " + Json.of(text.toString()) + "}";
      assertEquals(text.toString(), JsonReader.read(json).members().getFirst().value());
    }
  }

  @Test
  void whateverStandsInAFileEndsInAValueOrAFault() {
    Random random = new Random(5);
    String alphabet = "{}[]\",:\\/*nulltrue0123.eE+- \n\u0000u";
    for (int round = 0; round < 100_000; round++) {
      StringBuilder text = new StringBuilder("{");
      for (int i = random.nextInt(20); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        values(text.toString());
      } catch (JsonFault | IllegalArgumentException e) {
        assertEquals(-1, e.getMessage().indexOf('\n'), text.toString());
      }
    }
    assertThrows(JsonFault.class, () -> JsonReader.read("{\"a\":" + "[".repeat(100_000)));
  }
}
