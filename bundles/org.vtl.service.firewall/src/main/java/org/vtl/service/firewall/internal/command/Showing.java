package org.vtl.service.firewall.internal.command;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vtl.packet.Direction;
import org.vtl.service.firewall.internal.PolicyInForce;
import org.vtl.service.firewall.internal.PolicyStore;
import org.vtl.service.firewall.internal.policy.Ending;
import org.vtl.service.firewall.internal.policy.LinkSection;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.PolicyWriter;
import org.vtl.service.firewall.internal.policy.Rule;
import org.vtl.service.firewall.internal.policy.Settings;
import org.vtl.service.firewall.internal.ruleset.RuleCounter;
import org.vtl.text.Table;

/** {@code vtl:firewall show}: the policy in force, what its rules counted, and what is wrong. */
final class Showing {
  private final PolicyStore store;
  private final Clock clock;
  private final PolicyInForce now;

  Showing(PolicyStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
    now = store.inForce();
  }

  /** The rules with what they counted; of {@code link} only, unless it is "". */
  Answer rules(String link) {
    List<String> faults = store.faults();
    StringBuilder text = new StringBuilder(origin()).append('\n');
    faults.forEach(fault -> text.append("fault: ").append(fault).append('\n'));
    List<Object> policies = new ArrayList<>();
    List<Object> rules = new ArrayList<>();
    if (now.policy() != null) {
      Policy policy = now.policy();
      boolean sections =
          link.isEmpty() && policy.rules().stream().anyMatch(r -> !r.link().isEmpty());
      Table table =
          sections
              ? new Table("RULE", "LINK", ">HITS", ">PACKETS", ">BYTES", ">CONNS", "TEXT")
              : new Table("RULE", ">HITS", ">PACKETS", ">BYTES", ">CONNS", "TEXT");
      for (Rule rule : policy.rules()) {
        if (link.isEmpty() || rule.isFor(link)) {
          row(
              table,
              rule.id(),
              sections ? List.of(rule.link()) : List.of(),
              PolicyWriter.text(rule));
          rules.add(json(rule));
        }
      }
      for (Direction direction : Direction.values()) {
        policy(table, direction, link, sections, policies);
      }
      text.append(table);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("origin", now.origin().name());
    json.put("since", now.since().toString());
    json.put("trialSeconds", now.until() == null ? null : left());
    json.put("faults", faults);
    json.put("policies", policies);
    json.put("rules", rules);
    return new Answer(text.toString(), json);
  }

  /** The canonical text of all, to save and apply. */
  Answer text() {
    String text = now.policy() == null ? "" : PolicyWriter.text(now.policy());
    return new Answer(text, Map.of("rules", text.lines().toList()));
  }

  private String origin() {
    Instant since = now.since().truncatedTo(ChronoUnit.SECONDS);
    return switch (now.origin()) {
      case NONE -> "No rules are in force: everything is dropped.";
      case CONFIGURATION -> "The configured rules are in force since " + since + ".";
      case TRIAL ->
          "Rules on trial since "
              + since
              + ": for another "
              + left()
              + " s, unless vtl:firewall confirm keeps them.";
    };
  }

  private long left() {
    return Math.max(0, Duration.between(clock.instant(), now.until()).toSeconds());
  }

  private void row(Table table, String id, List<String> link, String text) {
    RuleCounter counter = store.counters().counter(id);
    List<Object> cells = new ArrayList<>();
    cells.add(id);
    cells.addAll(link);
    cells.add(counter == null ? 0 : counter.hits());
    cells.add(counter == null ? 0 : counter.packets());
    cells.add(counter == null ? 0 : counter.bytes());
    cells.add(counter == null ? 0 : counter.connections());
    cells.add(text);
    table.row(cells.toArray());
  }

  /** What becomes of packets of {@code direction} that no rule decides; counted over all links. */
  private void policy(
      Table table, Direction direction, String link, boolean sections, List<Object> json) {
    String id = "policy " + Words.of(direction);
    StringBuilder text = new StringBuilder(ending(now.policy().ending(link, direction)));
    if (link.isEmpty()) {
      for (LinkSection section : now.policy().links()) {
        Ending own = section.settings().ending(direction);
        text.append(own == null ? "" : ", on link " + section.name() + " " + ending(own));
      }
    }
    row(table, id, sections ? List.of("") : List.of(), text.toString());
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("id", id);
    entry.put("link", link);
    counts(id, entry);
    entry.put("text", text.toString());
    json.add(entry);
  }

  private Map<String, Object> json(Rule rule) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("id", rule.id());
    entry.put("link", rule.link());
    entry.put("line", rule.line());
    counts(rule.id(), entry);
    entry.put("comment", rule.comment());
    entry.put("text", PolicyWriter.text(rule));
    return entry;
  }

  private void counts(String id, Map<String, Object> entry) {
    RuleCounter counter = store.counters().counter(id);
    entry.put("hits", counter == null ? 0 : counter.hits());
    entry.put("packets", counter == null ? 0 : counter.packets());
    entry.put("bytes", counter == null ? 0 : counter.bytes());
    entry.put("connections", counter == null ? 0 : counter.connections());
  }

  private static String ending(Ending ending) {
    String line = PolicyWriter.text(new Settings(ending, null, null));
    return line.substring("policy inbound ".length()).strip();
  }
}
