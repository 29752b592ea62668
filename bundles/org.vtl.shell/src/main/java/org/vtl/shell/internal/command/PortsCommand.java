package org.vtl.shell.internal.command;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.PortInfo;
import org.vtl.shell.internal.text.Units;
import org.vtl.text.Style;
import org.vtl.text.Table;

/** {@code vtl:ports}: where frames enter and leave. */
public final class PortsCommand extends Command {
  private final Providers providers;

  PortsCommand(Providers providers) {
    super(
        Syntax.of("ports", "list ports: state, offloads, what they received, sent and lost")
            .option("--link", "NAME", "only the ports of this link", Noun.LINK)
            .example("ports")
            .example("ports --link vm1 --json"));
    this.providers = providers;
  }

  @Descriptor("lists ports: state, offloads, what they received, sent and lost")
  public void ports(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    String link = arguments.text("--link", "");
    LinksCommand.named(providers.runtime().links(), link);
    List<PortInfo> ports =
        providers.runtime().ports().stream()
            .filter(port -> link.isEmpty() || port.link().equals(link))
            .toList();
    output.show(ports, () -> ports.isEmpty() ? "No ports.\n" : output.render(table(ports)));
  }

  private static Table table(List<PortInfo> ports) {
    Table table =
        new Table("PORT", "LINK", "SIDE", "STATE", "OFFLOADS", ">MTU", ">IN", ">OUT", ">LOST");
    for (PortInfo port : ports) {
      table
          .row(
              port.address(),
              port.link(),
              port.side(),
              port.state(),
              port.offloads(),
              port.mtu() == 0 ? "" : port.mtu(),
              Units.bytes(port.statistics().receivedBytes()),
              Units.bytes(port.statistics().transmittedBytes()),
              port.statistics().missedFrames() + port.statistics().refusedFrames())
          .style(3, Style.ofState(port.state()))
          .note(port.reason());
    }
    return table;
  }
}
