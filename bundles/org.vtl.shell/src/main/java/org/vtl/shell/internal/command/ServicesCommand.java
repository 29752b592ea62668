package org.vtl.shell.internal.command;

import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.TimePerPacket;
import org.vtl.service.Traffic;
import org.vtl.shell.internal.text.Units;
import org.vtl.text.Nearest;
import org.vtl.text.Style;
import org.vtl.text.Table;

/** {@code vtl:services}: the pipeline from the VM outward, absent and failed services included. */
public final class ServicesCommand extends Command {
  private final Providers providers;

  ServicesCommand(Providers providers) {
    super(
        Syntax.of("services", "list services from the VM outward, and why one is not active")
            .operands("[SERVICE]", 0, 1, Noun.SERVICE)
            .flag("--counters", "show each service's own counters")
            .example("services")
            .example("services capture --counters"));
    this.providers = providers;
  }

  @Descriptor("lists services from the VM outward, and why one is not active")
  public void services(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    List<ServiceInfo> services = named(providers.runtime().services(), arguments.operand(0));
    boolean counters = arguments.has("--counters");
    output.show(
        services,
        () -> {
          if (services.isEmpty()) {
            return "No services: links pass everything. \"features\" lists what can be"
                + " installed.\n";
          }
          String text = output.render(table(services));
          return counters ? text + "\n" + counters(services, output) : text;
        });
  }

  /** Those called {@code name}, or all when it is empty. */
  static List<ServiceInfo> named(List<ServiceInfo> services, String name) throws Failure {
    if (name.isEmpty()) {
      return services;
    }
    List<ServiceInfo> found =
        services.stream().filter(service -> service.name().equals(name)).toList();
    if (found.isEmpty()) {
      throw Failure.of(
          "There is no service \"%s\"%s"
              .formatted(
                  name,
                  Nearest.hint(
                      name, services.stream().map(ServiceInfo::name).toList(), "services")));
    }
    return found;
  }

  private static Table table(List<ServiceInfo> services) {
    Table table =
        new Table(
            ">PRIORITY",
            "SERVICE",
            "STATE",
            "PROTOCOLS",
            "LINKS",
            ">PACKETS",
            ">TIME",
            ">DROPPED",
            ">TAKEN",
            ">INJECTED",
            ">HELD");
    for (ServiceInfo service : services) {
      table
          .row(
              service.priority(),
              service.name(),
              service.state(),
              protocols(service),
              service.links().isEmpty() ? "all" : String.join(",", service.links()),
              service.packets(),
              time(service.time()),
              service.dropped(),
              service.taken(),
              service.injected(),
              service.held())
          .style(2, Style.ofState(service.state()))
          .note(service.reason());
      List<String> more = new ArrayList<>();
      if (!service.requiredBy().isEmpty()) {
        more.add("required by " + String.join(", ", service.requiredBy()));
      }
      if (service.failures() > 0) {
        more.add("threw %d times".formatted(service.failures()));
      }
      table.note(String.join("; ", more));
    }
    return table;
  }

  private static String time(TimePerPacket time) {
    return time.measured() == 0 ? "" : Units.nanos(time.meanNanos());
  }

  private static String protocols(ServiceInfo service) {
    return service.protocols().size() == Traffic.values().length
        ? "all"
        : String.join(",", service.protocols());
  }

  private static String counters(List<ServiceInfo> services, Output output) {
    Table table = new Table("COUNTER", "LINK", ">VALUE", "COUNTED");
    for (ServiceInfo service : services) {
      for (CounterInfo counter : service.counters()) {
        table.row(counter.name(), counter.link(), counter.value(), counter.description());
      }
    }
    return table.isEmpty() ? "No counters.\n" : output.render(table);
  }
}
