package org.vtl.shell.internal.command;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.PortInfo;
import org.vtl.shell.internal.text.Units;
import org.vtl.text.Nearest;
import org.vtl.text.Style;
import org.vtl.text.Table;

/** {@code vtl:links}: each VM's attachment, its state, and what it has carried. */
public final class LinksCommand extends Command {
  private final Providers providers;

  LinksCommand(Providers providers) {
    super(
        Syntax.of("links", "list links: state, ports, traffic, required services")
            .operands("[LINK]", 0, 1, Noun.LINK)
            .example("links")
            .example("links vm1 --json"));
    this.providers = providers;
  }

  @Descriptor("lists links: state, ports, traffic, required services")
  public void links(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    List<LinkInfo> links = named(providers.runtime().links(), arguments.operand(0));
    output.show(
        links, () -> links.isEmpty() ? output.paragraph(NONE) : output.render(table(links)));
  }

  private static final String NONE =
      "No links; one is a file etc/org.vtl.link~NAME.cfg.json, or \"config org.vtl.link~NAME"
          + " vm.port=tap:NAME network.port=packet:eth1\".";

  /** Those called {@code name}, or all when it is empty. */
  static List<LinkInfo> named(List<LinkInfo> links, String name) throws Failure {
    if (name.isEmpty()) {
      return links;
    }
    List<LinkInfo> found = links.stream().filter(link -> link.name().equals(name)).toList();
    if (found.isEmpty()) {
      throw Failure.of(
          "There is no link \"%s\"%s"
              .formatted(
                  name, Nearest.hint(name, links.stream().map(LinkInfo::name).toList(), "links")));
    }
    return found;
  }

  private static Table table(List<LinkInfo> links) {
    Table table =
        new Table(
            "LINK",
            "STATE",
            "VM",
            "NETWORK",
            ">CONNS",
            ">KERNEL",
            ">OUT",
            ">IN",
            ">DROPPED",
            ">FREE");
    for (LinkInfo link : links) {
      table
          .row(
              link.name(),
              link.state(),
              address(link.vmPort()),
              address(link.networkPort()),
              link.connections(),
              link.offloadObstacle().isEmpty() ? link.offloaded() : "-",
              Units.bytes(link.outboundBytes()),
              Units.bytes(link.inboundBytes()),
              link.dropped(),
              link.poolSize() == 0 ? "" : 100L * link.poolFree() / link.poolSize() + " %")
          .style(1, Style.ofState(link.state()))
          .note(link.reason());
      if (link.state().equals("UP") && !link.offloadObstacle().isEmpty()) {
        table.note("the kernel carries no connection: " + link.offloadObstacle());
      }
      if (link.workers().size() > 1) {
        link.workers().forEach(worker -> table.note(worker(worker)));
      }
      if (!link.required().isEmpty()) {
        table.note(
            "requires %s%s"
                .formatted(
                    String.join(", ", link.required()),
                    link.missing().isEmpty()
                        ? ""
                        : "; missing: " + String.join(", ", link.missing())));
      }
    }
    return table;
  }

  private static String worker(LinkInfo.WorkerInfo worker) {
    return "worker %d: %s, %s out, %s in, %d dropped%s"
        .formatted(
            worker.worker(),
            Units.plural(worker.connections(), "connection"),
            Units.plural(worker.outboundPackets(), "packet"),
            Units.plural(worker.inboundPackets(), "packet"),
            worker.dropped(),
            worker.handedOver() == 0 ? "" : ", %d handed over".formatted(worker.handedOver()));
  }

  /** A link whose configuration is refused has no ports. */
  private static String address(PortInfo port) {
    return port == null ? "-" : port.address();
  }
}
