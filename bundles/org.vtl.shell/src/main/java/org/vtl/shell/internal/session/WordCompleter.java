package org.vtl.shell.internal.session;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;
import org.vtl.shell.internal.command.Command;
import org.vtl.shell.internal.command.Commands;
import org.vtl.shell.internal.command.Option;
import org.vtl.shell.internal.command.Vocabulary;

/** Completes commands' names, and behind a command of VTL its options and what they name. */
final class WordCompleter implements Completer {
  private final CommandSession session;
  private final Commands commands;
  private final Vocabulary vocabulary;

  WordCompleter(CommandSession session, Commands commands, Vocabulary vocabulary) {
    this.session = session;
    this.commands = commands;
    this.vocabulary = vocabulary;
  }

  @Override
  public void complete(LineReader reader, ParsedLine line, List<Candidate> candidates) {
    List<String> words = line.words();
    int index = line.wordIndex();
    if (index == 0 || words.isEmpty()) {
      completeName(line.word(), candidates);
      return;
    }
    String begun = line.word().substring(0, Math.min(line.wordCursor(), line.word().length()));
    List<String> before = words.subList(1, Math.min(index, words.size()));
    Optional<Command> command = commands.named(words.getFirst());
    if (command.isEmpty()) {
      for (String word : vocabulary.wordsOfOther(words.getFirst(), before, begun)) {
        candidates.add(new Candidate(word));
      }
      return;
    }
    for (String word : vocabulary.words(command.get(), before, begun)) {
      // A key goes on with its value.
      boolean whole = !word.endsWith("=");
      candidates.add(new Candidate(word, word, null, help(command.get(), word), null, null, whole));
    }
  }

  private void completeName(String begun, List<Candidate> candidates) {
    for (Command command : commands.all()) {
      String name = command.syntax().name();
      candidates.add(
          new Candidate(name, name, "VTL", command.syntax().summary(), null, null, true));
    }
    commands
        .others()
        .forEach(
            (name, what) -> {
              String help = what.isEmpty() ? "of another bundle" : what;
              candidates.add(new Candidate(name, name, "VTL", help, null, null, true));
            });
    for (String word : LineSession.LEAVE) {
      candidates.add(new Candidate(word, word, "VTL", "leave this session", null, null, true));
    }
    // The framework's many commands only once the user names a scope.
    if (begun.contains(":") && session.get(".commands") instanceof Collection<?> scoped) {
      for (Object name : scoped) {
        candidates.add(new Candidate(name.toString()));
      }
    }
  }

  private static String help(Command command, String word) {
    return command.syntax().options().stream()
        .filter(option -> option.name().equals(word))
        .map(Option::help)
        .findFirst()
        .orElse(null);
  }
}
