package org.vtl.service.localack.internal;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.runtime.CommandWords;
import org.vtl.tcp.command.RelayCommand;

/**
 * The command {@code vtl:localack}: local acknowledgments, what they promise, and why others have
 * none.
 */
@Component(
    service = {Function.class, CommandWords.class},
    property = {
      "osgi.command.scope=vtl",
      "osgi.command.function=localack",
      "service.description=list connections with local acknowledgments, and why others have none"
    })
public final class LocalAckCommand implements Function, CommandWords {
  static final String HELP =
      """
      usage: localack [list] [--limit N]
             localack show CONNECTION
             localack bypassed [--limit N]

      Local acknowledgments: which connections get them, what VTL has promised, and why others get
      none.

        list         the connections that get them (default), N of them (100), and what all of them
                     hold
        show         both sides of one, by its number
        bypassed     the open TCP connections that get none, and why

        --json       print JSON
        --help       say this

      UNDELIVERED are the bytes that VTL has acknowledged to the end that sent them and the other
      end has not yet acknowledged: what is lost if this machine stops now. Which connections get
      local acknowledgments, and how, is configuration: vtl:config org.vtl.service.localack. What
      was counted is in vtl:services and vtl:stats.

      examples:
        localack
        localack show 42
        localack bypassed --limit 10 --json
      """;

  private final RelayCommand command;

  /** The command of {@code service}. */
  @Activate
  public LocalAckCommand(@Reference LocalAck service) {
    command = new RelayCommand("localack", HELP, service);
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
