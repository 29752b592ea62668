package org.vtl.service.firewall.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FirewallWordsTest {
  private static List<String> after(String... before) {
    return FirewallWords.after(List.of(before), List.of("lab", "vm7"), List.of("ssh", "web"));
  }

  @Test
  void verbsAndWhatTheyAreAbout() {
    assertTrue(
        after().containsAll(List.of("show", "check", "apply", "rollback", "--link", "--help")));
    assertEquals(List.of("lab", "vm7"), after("show", "--link"));
    assertEquals(List.of("ssh", "web"), after("log", "--rule"));
    assertTrue(after("test", "--in", "--state").contains("established"));
    assertEquals(List.of(), after("apply", "x", "--confirm"));
    assertTrue(after("apply", "x").containsAll(List.of("--keep", "--end", "--confirm", "--json")));
    assertFalse(after("apply", "x", "--end").contains("--end"));
    assertTrue(after("test", "--link", "lab").contains("tcp"));
    assertFalse(after("test", "--link", "lab", "tcp").contains("tcp"));
    assertTrue(after("addresses", "--link", "lab").containsAll(List.of("forget", "learn")));
    assertEquals(List.of(), after("dance"));
    assertEquals(List.of("lab", "vm7"), after("--link"));
  }

  /** What Tab offers must be what the command takes. */
  @Test
  void everyOptionOfferedIsTaken() {
    for (Verb verb : Verb.values()) {
      for (Verb.Option option : verb.options()) {
        List<String> words =
            option.hasValue()
                ? List.of(verb.word(), option.word(), "1", "--help")
                : List.of(verb.word(), option.word(), "--help");
        assertTrue(Call.parse(words).has(option));
      }
    }
  }

  @Test
  void theHelpNamesEveryVerbAndOption() {
    for (Verb verb : Verb.values()) {
      assertTrue(Help.TEXT.contains("firewall " + verb.word()) || verb == Verb.SHOW, verb.word());
      for (Verb.Option option : verb.options()) {
        assertTrue(Help.TEXT.contains(option.word()), option.word());
      }
    }
  }

  @Test
  void wrongCallsAreRefusedWithTheRemedy() {
    assertWrong("The firewall cannot dance; it can show, check", "dance");
    assertWrong("vtl:firewall show has no option --end; it has --link", "--end");
    assertWrong("Option --link needs a value behind it.", "show", "--link");
    assertWrong("Option --json takes no value", "show", "--json=1");
    assertWrong("vtl:firewall check needs a file", "check");
    assertWrong("\"b\" is too much for vtl:firewall check", "check", "a", "b");
    assertWrong("vtl:firewall test needs a packet", "test", "--in");
  }

  private static void assertWrong(String beginning, String... words) {
    String sentence = assertThrows(Misuse.class, () -> Call.parse(List.of(words))).getMessage();
    assertTrue(sentence.startsWith(beginning), sentence);
  }

  @Test
  void values() {
    Call call = Call.parse(List.of("apply", "f", "--confirm=60", "--end"));
    assertEquals(60, call.number(Verb.Option.CONFIRM, 0, 1, 100));
    assertTrue(call.isRather(Verb.Option.END, Verb.Option.KEEP));
    assertThrows(Misuse.class, () -> call.number(Verb.Option.CONFIRM, 0, 1, 59));
    Call both = Call.parse(List.of("apply", "f", "--keep", "--end"));
    assertThrows(Misuse.class, () -> both.isRather(Verb.Option.END, Verb.Option.KEEP));
    assertEquals(List.of("--f"), Call.parse(List.of("check", "--", "--f")).operands());
  }
}
