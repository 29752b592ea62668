package org.vtl.shell.internal.command;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.text.Nearest;
import org.vtl.text.Table;

/** {@code vtl:help}: all commands, or one. */
public final class HelpCommand extends Command {
  private final Commands commands;

  HelpCommand(Commands commands) {
    super(
        Syntax.of("help", "list commands, or say how one is called")
            .operands("[COMMAND]", 0, 1, Noun.COMMAND)
            .example("help")
            .example("help connections"));
    this.commands = commands;
  }

  @Descriptor("lists commands, or says how one is called")
  public void help(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  /** A command; names of the JSON object. */
  record Entry(String name, String summary, String usage, List<String> examples) {
    static Entry of(Syntax syntax) {
      return new Entry(syntax.name(), syntax.summary(), syntax.usage(), syntax.examples());
    }
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    String name = arguments.operand(0);
    if (name.isEmpty()) {
      output.show(
          commands.all().stream().map(command -> Entry.of(command.syntax())).toList(),
          () -> overview(output));
      return;
    }
    Syntax syntax =
        commands
            .named(name)
            .map(Command::syntax)
            .orElseThrow(() -> Failure.of(unknown(name, commands)));
    output.show(Entry.of(syntax), () -> syntax.help(output.columns()));
  }

  private static String unknown(String name, Commands commands) {
    String hint = Nearest.hint(name, commands.all().stream().map(c -> c.syntax().name()).toList());
    return hint.equals(".")
        ? "VTL has no command \"%s\"; \"felix:help %s\" asks the framework's.".formatted(name, name)
        : "VTL has no command \"%s\"%s".formatted(name, hint);
  }

  private String overview(Output output) {
    Table table = new Table("COMMAND", "WHAT IT DOES");
    for (Command command : commands.all()) {
      table.row(command.syntax().name(), command.syntax().summary());
    }
    commands
        .others()
        .forEach(
            (other, what) ->
                table.row(
                    other,
                    what.isEmpty() ? "of another bundle: \"%s --help\"".formatted(other) : what));
    return output.render(table)
        + """

        COMMAND --help says how it is called; --json prints JSON; "exit" leaves the session.
        Output can be piped: links | grep WAITING. Commands of the framework (lb, felix:help) work, too.
        """;
  }
}
