package org.vtl.shell.internal.command;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A call of a command, and what it left behind. */
record CommandCall(int status, String out, String err) {
  static CommandCall of(FakeVtl vtl, String... words) {
    return of(vtl, Output.Screen.NONE, words);
  }

  static CommandCall of(FakeVtl vtl, Output.Screen screen, String... words) {
    return of(new Commands(vtl.providers, () -> vtl.asked.add("stop"), Map::of), screen, words);
  }

  static CommandCall of(Commands commands, Output.Screen screen, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        commands
            .named(words[0])
            .orElseThrow()
            .call(
                List.of(words).subList(1, words.length),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                screen);
    return new CommandCall(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
