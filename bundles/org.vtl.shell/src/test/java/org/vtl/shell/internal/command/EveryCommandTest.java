package org.vtl.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vtl.text.JsonReader;

/** What holds for each command. */
class EveryCommandTest {
  static Stream<String> names() {
    return new Commands(FakeVtl.NOTHING, () -> {}, Map::of)
        .all().stream().map(command -> command.syntax().name());
  }

  /** Operands with which the command does something. */
  static String[] working(String name, String... more) {
    List<String> words = new ArrayList<>(List.of(name));
    words.addAll(
        switch (name) {
          case "explain" -> List.of("tcp", "10.0.0.2", "to", "10.0.0.3:80");
          case "install" -> List.of("portblock");
          case "update", "uninstall" -> List.of("org.x");
          case "priority" -> List.of("impair", "300");
          case "config" -> List.of("org.vtl.service.impair", "delay.millis=30");
          case "trace" -> List.of("-n", "1");
          case "stats" -> List.of("--drops");
          case "shutdown" -> List.of("--yes");
          default -> List.of();
        });
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private final FakeVtl vtl = new FakeVtl();

  {
    vtl.events = List.of(FakeVtl.event("DROPPED"));
  }

  @ParameterizedTest
  @MethodSource("names")
  void helpShowsUsageOptionsAndTwoExamples(String name) {
    CommandCall call = CommandCall.of(vtl, name, "--help");

    assertEquals(0, call.status());
    assertTrue(call.out().startsWith("usage: " + name + " [OPTION...]"), call.out());
    assertTrue(call.out().contains("--json"), call.out());
    String examples = call.out().substring(call.out().indexOf("examples:\n"));
    assertEquals(3, examples.lines().count(), examples);
    assertTrue(examples.lines().skip(1).allMatch(line -> line.startsWith("  " + name)), examples);
    assertTrue(call.out().lines().allMatch(line -> line.length() <= 100), call.out());
  }

  @ParameterizedTest
  @MethodSource("names")
  void jsonIsJson(String name) throws Exception {
    CommandCall call = CommandCall.of(vtl, working(name, "--json"));

    assertEquals(0, call.status(), call.toString());
    assertNotNull(JsonReader.parse(call.out()));
    assertEquals("", call.err());
  }

  @ParameterizedTest
  @MethodSource("names")
  void textFitsAHundredColumns(String name) {
    CommandCall call = CommandCall.of(vtl, working(name));

    assertTrue(call.out().endsWith("\n"), call.toString());
    assertTrue(call.out().lines().allMatch(line -> line.length() <= 100), call.out());
  }

  @ParameterizedTest
  @MethodSource("names")
  void anUnknownOptionNamesTheNearest(String name) {
    CommandCall call = CommandCall.of(vtl, name, "--jsn");

    assertEquals(Failure.USAGE, call.status());
    assertEquals(name + " has no option \"--jsn\"; did you mean \"--json\"?\n", call.err());
    assertEquals("", call.out());
  }

  @ParameterizedTest
  @MethodSource("names")
  void aFaultIsJsonToo(String name) throws Exception {
    CommandCall call = CommandCall.of(vtl, name, "--json", "--wrong-option");

    assertEquals(Failure.USAGE, call.status());
    Map<?, ?> error = assertInstanceOf(Map.class, JsonReader.parse(call.out()));
    assertEquals(List.of("error"), List.copyOf(error.keySet()));
    assertEquals("", call.err());
  }

  @ParameterizedTest
  @MethodSource("names")
  void tooManyOperandsAreNamed(String name) {
    Syntax syntax =
        new Commands(vtl.providers, () -> {}, Map::of).named(name).orElseThrow().syntax();
    if (syntax.most() == Integer.MAX_VALUE) {
      return;
    }
    String[] words = new String[syntax.most() + 2];
    Arrays.fill(words, "more");
    words[0] = name;

    CommandCall call = CommandCall.of(vtl, words);

    assertEquals(Failure.USAGE, call.status());
    assertTrue(call.err().contains("does not know what to do with \"more\""), call.err());
  }

  @ParameterizedTest
  @MethodSource("names")
  void tooFewOperandsShowTheUsage(String name) {
    Syntax syntax =
        new Commands(vtl.providers, () -> {}, Map::of).named(name).orElseThrow().syntax();
    if (syntax.fewest() == 0) {
      return;
    }

    CommandCall call = CommandCall.of(vtl, name);

    assertEquals(Failure.USAGE, call.status());
    assertTrue(call.err().contains("usage: " + name), call.err());
  }

  @ParameterizedTest
  @MethodSource("names")
  void withoutTheEngineThereIsASentence(String name) {
    Commands commands = new Commands(FakeVtl.NOTHING, () -> {}, Map::of);

    CommandCall call = CommandCall.of(commands, Output.Screen.NONE, working(name));

    if (!name.equals("help") && !name.equals("shutdown")) {
      assertEquals(Failure.FAILED, call.status());
      assertTrue((call.err() + call.out()).contains("is not running"), call.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void gogoFindsADescription(String name) throws Exception {
    Command command = new Commands(vtl.providers, () -> {}, Map::of).named(name).orElseThrow();

    var method = command.getClass().getMethod(name, CommandSession.class, String[].class);

    assertNotNull(method.getAnnotation(Descriptor.class));
  }
}
