package org.vtl.tcp.internal.relay;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.runtime.CommandWords;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.TcpRelays;
import org.vtl.tcp.command.RelayCommand;
import org.vtl.tcp.policy.Unrelayed;

/** The command {@code vtl:relays}: all relays, whoever opened them. */
@Component(
    service = {Function.class, CommandWords.class},
    property = {
      "osgi.command.scope=vtl",
      "osgi.command.function=relays",
      "service.description=list connections in which VTL speaks TCP itself"
    })
public final class RelaysCommand implements Function, CommandWords, RelayCommand.Source {
  static final String HELP =
      """
      usage: relays [list] [--limit N]
             relays show CONNECTION

      Connections in which VTL speaks TCP itself, whichever service wanted it.

        list         the relays (default), N of them (100)
        show         both sides of one, by its connection's number

        --json       print JSON
        --help       say this

      KIND is split (an endpoint to each end), socket (an endpoint to the VM, and a socket) or
      local acknowledgment. HELD are the bytes on their way through VTL; UNDELIVERED those of them
      that VTL has acknowledged to the end that sent them. Memory and the most relays there may be
      are configuration: vtl:config org.vtl.tcp. What became of relays is in vtl:stats.

      examples:
        relays
        relays show 42
        relays --json
      """;

  private final RelayCommand command = new RelayCommand("relays", HELP, this);
  private final TcpRelays relays;

  /** The command that asks {@code relays}. */
  @Activate
  public RelaysCommand(@Reference TcpRelays relays) {
    this.relays = relays;
  }

  @Override
  public List<RelayInfo> relays(int limit) {
    return relays.relays(limit);
  }

  @Override
  public List<Unrelayed> unrelayed(int limit) {
    throw new IllegalStateException(
        "vtl:relays knows relays only; the services that open them say why others have none:"
            + " vtl:split bypassed, vtl:localack bypassed.");
  }

  @Override
  public Object execute(CommandSession session, List<Object> arguments) {
    return command.execute(session, arguments);
  }

  @Override
  public List<String> words(String name, List<String> before) {
    return command.words(before).stream().filter(word -> !word.equals("bypassed")).toList();
  }
}
