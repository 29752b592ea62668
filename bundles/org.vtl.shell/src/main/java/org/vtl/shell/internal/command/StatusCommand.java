package org.vtl.shell.internal.command;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.VtlRuntime;
import org.vtl.shell.internal.text.Units;
import org.vtl.text.Style;

/** {@code vtl:status}: what runs, in one line, and every fault that is known. */
public final class StatusCommand extends Command {
  private final Providers providers;

  StatusCommand(Providers providers) {
    super(
        Syntax.of("status", "say what runs and what is wrong")
            .detail("The status is 1 when something is wrong.")
            .example("status")
            .example("status --json"));
    this.providers = providers;
  }

  /** What runs; names of the JSON object. */
  record Status(
      int links,
      int linksUp,
      int services,
      int servicesActive,
      int connections,
      List<String> faults) {
    /** One sentence. */
    String sentence() {
      return "%d of %s up, %d of %s active, %s."
          .formatted(
              linksUp,
              Units.plural(links, "link"),
              servicesActive,
              Units.plural(services, "service"),
              Units.plural(connections, "connection"));
    }
  }

  @Descriptor("says what runs and what is wrong")
  public void status(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    Status status = of(providers);
    output.show(
        status,
        () -> {
          StringBuilder text = new StringBuilder(status.sentence()).append('\n');
          for (String fault : status.faults()) {
            text.append(output.styled("! ", Style.BAD)).append(fault).append('\n');
          }
          return text.toString();
        });
    if (!status.faults().isEmpty() && !output.isJson()) {
      throw Failure.of(
          status.faults().size() == 1
              ? "1 thing is wrong."
              : status.faults().size() + " things are wrong.");
    }
  }

  /** The status now; what is not running is among its faults. */
  static Status of(Providers providers) {
    List<LinkInfo> links = List.of();
    List<ServiceInfo> services = List.of();
    // The same fault may be told by several.
    Set<String> faults = new LinkedHashSet<>();
    if (providers.presentRuntime().isPresent()) {
      VtlRuntime runtime = providers.presentRuntime().get();
      links = runtime.links();
      services = runtime.services();
      faults.addAll(runtime.faults());
    } else {
      faults.add("The engine is not running; \"lb\" shows the state of bundle org.vtl.core.");
    }
    providers.presentConfigurations().map(Configurations::faults).ifPresent(faults::addAll);
    providers.presentInstaller().stream()
        .flatMap(installer -> installer.installed().stream())
        .filter(installed -> !installed.reason().isEmpty())
        .forEach(
            installed ->
                faults.add(
                    "%s is %s: %s"
                        .formatted(installed.name(), installed.state(), installed.reason())));
    return new Status(
        links.size(),
        (int) links.stream().filter(link -> link.state().equals("UP")).count(),
        services.size(),
        (int) services.stream().filter(service -> service.state().equals("ACTIVE")).count(),
        links.stream().mapToInt(LinkInfo::connections).sum(),
        List.copyOf(faults));
  }

  /** What runs, in one sentence, and how many faults there are. */
  public static String greeting(Providers providers) {
    Status status = of(providers);
    int faults = status.faults().size();
    return status.sentence()
        + (faults == 0 ? "" : " %s: see \"status\".".formatted(Units.plural(faults, "fault")));
  }
}
