package org.vtl.lab.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class WordsTest {
  @Test
  void optionsStandAnywhere() {
    Words words = new Words(List.of("--json", "traffic", "--rate", "7", "udp", "--ipv6"));
    assertEquals("traffic", words.operand(0));
    assertEquals("udp", words.operand(1));
    assertEquals("", words.operand(2));
    assertTrue(words.has("--json") && words.has("--ipv6"));
    assertFalse(words.has("--help"));
    assertEquals(7, words.number("--rate", 1, 1, 10));
    assertEquals(3, words.number("--seconds", 3, 1, 10));
    assertEquals("vm", words.text("--from", "vm"));
  }

  @Test
  void wordsOfTheProgramAreItsOwn() {
    Words words = new Words(List.of("exec", "vm", "ip", "--json", "--rate", "address"));
    assertEquals(List.of("ip", "--json", "--rate", "address"), words.operandsFrom(2));
    assertFalse(words.has("--json"));
  }

  @Test
  void misuseIsOneSentence() {
    assertMisuse("vtl:lab has no option \"--rat\"; ", List.of("traffic", "--rat", "5"));
    assertMisuse("Option --rate needs a value; ", List.of("traffic", "--rate"));
    Words words = new Words(List.of("--rate", "many", "--count", "0"));
    assertThrows(Words.Misuse.class, () -> words.number("--rate", 1, 1, 10));
    assertEquals(
        "Option --count is \"0\", and must be a number from 1 to 10; \"vtl:lab --help\" says how it"
            + " goes.",
        assertThrows(Words.Misuse.class, () -> words.number("--count", 1, 1, 10)).getMessage());
  }

  private static void assertMisuse(String start, List<String> words) {
    String message = assertThrows(Words.Misuse.class, () -> new Words(words)).getMessage();
    assertTrue(message.startsWith(start), message);
  }
}
