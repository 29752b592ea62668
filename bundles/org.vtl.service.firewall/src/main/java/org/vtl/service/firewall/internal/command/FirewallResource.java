package org.vtl.service.firewall.internal.command;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Refusal;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.firewall.internal.Firewall;

/**
 * The firewall over the network: its rules with what they counted, and the addresses that VMs may
 * send from. The rules are changed by the firewall's configuration, on trial if wanted.
 */
@Component
public final class FirewallResource implements ManagementResource {
  private static final Duration SETTLING = Duration.ofSeconds(2);
  private static final Shape OBJECT = new Shape(Map.class, false, "application/json");
  private static final Parameter LINK =
      Parameter.text("link", 100, "Only of the link of this name.");

  private final Firewall firewall;
  private final VtlRuntime runtime;

  /** {@code runtime} tells the names of links; null while it is away. */
  @Activate
  public FirewallResource(
      @Reference Firewall firewall,
      @Reference(
              cardinality = ReferenceCardinality.OPTIONAL,
              policyOption = ReferencePolicyOption.GREEDY)
          VtlRuntime runtime) {
    this.firewall = firewall;
    this.runtime = runtime;
  }

  @Override
  public String title() {
    return "Firewall";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
                "/firewall",
                Role.VIEWER,
                "Shows the rules in force, what each counted, and what is wrong with them.",
                OBJECT,
                this::rules)
            .with(LINK),
        Route.get(
                "/firewall/addresses",
                Role.VIEWER,
                "Lists the addresses from which VMs may send.",
                new Shape(Map.class, true, "application/json"),
                this::addresses)
            .with(LINK));
  }

  private org.vtl.management.Answer rules(Request request) {
    try {
      firewall.policies().settle().await(SETTLING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The firewall stops.", e);
    }
    return org.vtl.management.Answer.of(
        new Showing(firewall.policies(), Clock.systemUTC()).rules(link(request)).json());
  }

  private org.vtl.management.Answer addresses(Request request) {
    if (firewall.defences() == null) {
      throw new IllegalStateException(
          "The firewall is in no pipeline yet; GET /services says why.");
    }
    String link = link(request);
    return org.vtl.management.Answer.of(
        new Addressing(firewall.defences().addresses(), firewall.nanoTime())
            .run(List.of(), link.isEmpty() ? links() : List.of(link))
            .json());
  }

  private String link(Request request) {
    String link = request.text("link");
    if (!link.isEmpty() && !links().contains(link)) {
      throw Refusal.missing("There is no link %s.".formatted(link));
    }
    return link;
  }

  private List<String> links() {
    return runtime == null ? List.of() : runtime.links().stream().map(LinkInfo::name).toList();
  }
}
