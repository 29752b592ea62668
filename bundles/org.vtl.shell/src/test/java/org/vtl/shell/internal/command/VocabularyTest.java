package org.vtl.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VocabularyTest {
  private final FakeVtl vtl = new FakeVtl();
  private final Commands commands = new Commands(vtl.providers, () -> {}, Map::of);
  private final Vocabulary vocabulary = new Vocabulary(vtl.providers, commands);

  /** What Tab offers for the last of {@code line}'s words. */
  private List<String> words(String... line) {
    Command command = commands.named(line[0]).orElseThrow();
    return vocabulary.words(
        command, List.of(line).subList(1, line.length - 1), line[line.length - 1]);
  }

  @Test
  void operandsAreWhatTheyName() {
    assertEquals(List.of("vm1", "vm2"), words("links", ""));
    assertEquals(List.of("firewall", "impair"), words("services", ""));
    assertEquals(List.of("org.vtl.link~vm1", "org.vtl.service.impair"), words("config", "org"));
    assertEquals(
        List.of("vm.port=", "delay.millis=", "links="), words("config", "org.vtl.link~vm1", ""));
    assertEquals(List.of("portblock"), words("install", ""));
    assertEquals(List.of("org.x", "bad.jar", "capture"), words("uninstall", ""));
    assertEquals(List.of("17", "17"), words("explain", ""));
    assertEquals(List.of(), words("priority", "impair", ""));
    assertTrue(words("help", "").contains("connections"));
  }

  @Test
  void optionsAndTheirValues() {
    assertEquals(List.of("--counters", "--json", "--help"), words("services", "-"));
    assertEquals(List.of("vm1", "vm2"), words("stats", "--link", ""));
    assertEquals(Vocabulary.ORDERS, words("connections", "tcp", "--sort", ""));
    assertEquals(List.of("vm1", "vm2"), words("links", "--json", ""));
  }

  @Test
  void filtersGoOn() {
    assertTrue(words("trace", "").contains("host"));
    assertEquals(List.of("vm1", "vm2"), words("trace", "link", ""));
    assertEquals(List.of("and"), words("trace", "link", "vm1", ""));
    assertTrue(words("trace", "tcp", "and", "not", "").contains("port"));
    assertTrue(words("trace", "state", "").contains("ESTABLISHED"));
  }

  @Test
  void anotherBundlesCommandBringsItsOwn() {
    OtherCommands dig =
        new OtherCommands() {
          @Override
          public Map<String, String> summaries() {
            return Map.of("dig", "ask for a name");
          }

          @Override
          public List<String> words(String name, List<String> before) {
            return name.equals("dig") && before.equals(List.of("example.org"))
                ? List.of("a", "mx", "--short")
                : List.of();
          }
        };
    Vocabulary others = new Vocabulary(vtl.providers, new Commands(vtl.providers, () -> {}, dig));
    List<String> before = List.of("example.org");
    assertEquals(List.of("a", "mx"), others.wordsOfOther("dig", before, ""));
    assertEquals(List.of("a", "mx"), others.wordsOfOther("vtl:dig", before, "m"));
    assertEquals(List.of("--short"), others.wordsOfOther("dig", before, "-"));
    assertEquals(List.of(), others.wordsOfOther("dog", before, ""));
  }

  @Test
  void withoutVtlThereAreNone() {
    Vocabulary alone = new Vocabulary(FakeVtl.NOTHING, commands);

    assertEquals(List.of(), alone.words(commands.named("links").orElseThrow(), List.of(), ""));
  }
}
