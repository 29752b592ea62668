package org.vtl.service.splittcp.internal;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.runtime.CommandWords;
import org.vtl.tcp.command.RelayCommand;

/**
 * The command {@code vtl:split}: which connections are split, how they fare, and why not others.
 */
@Component(
    service = {Function.class, CommandWords.class},
    property = {
      "osgi.command.scope=vtl",
      "osgi.command.function=split",
      "service.description=list split TCP connections, and why others are not"
    })
public final class SplitCommand implements Function, CommandWords {
  static final String HELP =
      """
      usage: split [list] [--limit N]
             split show CONNECTION
             split bypassed [--limit N]

      Split TCP: which connections VTL splits, how each half fares, and why others are not split.

        list         the split connections (default), N of them (100)
        show         both halves of one, by its number
        bypassed     the open TCP connections that are not split, and why

        --json       print JSON
        --help       say this

      UNDELIVERED are the bytes that VTL has acknowledged to the end that sent them and the other
      end has not yet acknowledged. Which connections are split, and how, is configuration:
      vtl:config org.vtl.service.splittcp. What was counted is in vtl:services and vtl:stats.

      examples:
        split
        split show 42
        split bypassed --limit 10 --json
      """;

  private final RelayCommand command;

  /** The command of {@code service}. */
  @Activate
  public SplitCommand(@Reference SplitTcp service) {
    command = new RelayCommand("split", HELP, service);
  }

  @Override
  public Object execute(CommandSession session, List<Object> arguments) {
    return command.execute(session, arguments);
  }

  @Override
  public List<String> words(String name, List<String> before) {
    return command.words(before);
  }
}
