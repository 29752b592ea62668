package org.vtl.service.firewall.internal.command;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.vtl.service.firewall.internal.ruleset.State;

/**
 * The firewall over the network: its rules with what they counted, what would become of a packet,
 * what rules logged, and the addresses that VMs may send from.
 */
@Component(property = ManagementResource.PAGE + "=firewall")
public final class FirewallResource implements ManagementResource {
  private static final Duration SETTLING = Duration.ofSeconds(2);
  private static final Shape OBJECT = new Shape(Map.class, false, "application/json");
  private static final Parameter LINK =
      Parameter.text("link", 100, "Only of the link of this name.");

  /** That of a new connection first: it is what most ask for. */
  private static final List<String> STATES = states();

  private static final int LONGEST_PACKET = 300;

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

  private static List<String> states() {
    List<String> words = new ArrayList<>(List.of(Words.of(State.NEW)));
    Arrays.stream(State.values()).filter(s -> s != State.NEW).map(Words::of).forEach(words::add);
    return List.copyOf(words);
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
                "/firewall/test",
                Role.VIEWER,
                "Says what would become of a packet, by which rule, and why not by those before.",
                OBJECT,
                this::test)
            .with(
                Parameter.required(
                    "packet",
                    LONGEST_PACKET,
                    "As vtl:firewall test has it: \"tcp 10.0.0.2 > 10.0.0.9:22\"."),
                Parameter.word(
                    "direction",
                    List.of("outbound", "inbound"),
                    "Whether the VM sends the packet (outbound), or is to get it."),
                Parameter.word("state", STATES, "What it is to its connection."),
                Parameter.text("link", 100, "Of which link; may be left out where there is one.")),
        Route.get(
                "/firewall/log",
                Role.VIEWER,
                "Lists the last packets that rules logged, the newest first.",
                new Shape(Map.class, true, "application/json"),
                this::log)
            .with(
                Parameter.text("rule", 200, "Only of the rule of this id."),
                Parameter.number("after", 0, 0, Long.MAX_VALUE, "Only of higher numbers."),
                Parameter.number("limit", 100, 1, 1_000, "How many at most.")),
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

  private org.vtl.management.Answer test(Request request) {
    String link = link(request);
    List<String> links = links();
    if (link.isEmpty() && links.size() != 1) {
      throw new IllegalArgumentException(
          "There are %d links; say which, by parameter \"link\".".formatted(links.size()));
    }
    String direction = request.text("direction").equals("inbound") ? "--in" : "--out";
    try {
      Call call =
          Call.parse(
              List.of(
                  "test",
                  direction,
                  "--state",
                  request.text("state"),
                  "--",
                  request.text("packet")));
      return org.vtl.management.Answer.of(
          new Testing(firewall.policies(), Path.of(""), firewall.nanoTime())
              .run(call, link.isEmpty() ? links.getFirst() : link)
              .json());
    } catch (Misuse e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private org.vtl.management.Answer log(Request request) {
    String rule = request.text("rule");
    return org.vtl.management.Answer.of(
        firewall.log().after(request.number("after"), LogWatch.MOST).reversed().stream()
            .filter(entry -> rule.isEmpty() || entry.rule().equals(rule))
            .limit(request.number("limit"))
            .map(LogWatch::json)
            .toList());
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
