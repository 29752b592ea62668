package org.vtl.service.firewall.internal.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vtl.packet.Direction;
import org.vtl.service.firewall.internal.PolicyStore;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.PolicyWriter;
import org.vtl.service.firewall.internal.ruleset.Action;
import org.vtl.service.firewall.internal.ruleset.Decision;
import org.vtl.service.firewall.internal.ruleset.RuleCounters;
import org.vtl.service.firewall.internal.ruleset.Ruleset;
import org.vtl.service.firewall.internal.ruleset.State;
import org.vtl.text.Table;

/** {@code vtl:firewall test}: what would become of a packet, and by which rule. */
final class Testing {
  private final PolicyStore store;
  private final Path folder;

  private final long now;

  /**
   * Tests against the policies of {@code store}.
   *
   * @param folder where relative files are
   * @param now by the workers' clock, for limits
   */
  Testing(PolicyStore store, Path folder, long now) {
    this.store = store;
    this.folder = folder;
    this.now = now;
  }

  Answer run(Call call, String link) {
    Direction direction = direction(call);
    State state = state(call.text(Verb.Option.STATE, "new"));
    PacketWords.Sample sample =
        PacketWords.read(String.join(" ", call.operands()), direction, state);
    Ruleset rules = rules(call.text(Verb.Option.FILE, ""));
    if (rules == null) {
      throw new IllegalStateException(
          "No rules are in force, and so everything is dropped; vtl:firewall show says why.");
    }
    Policy policy = rules.policy();
    Decision decision = rules.link(link).preview(sample.subject(), now);
    List<RuleWalk.Step> steps = RuleWalk.before(policy, link, sample.subject(), decision);
    String head =
        "%s, %s on link %s, %s:\n"
            .formatted(sample.description(), Words.of(direction), link, Words.of(state));
    String by =
        decision.isPolicy()
            ? ", as no rule decides: " + decision.rule() + "\n"
            : " by rule " + decision.rule() + ": " + text(policy, decision) + "\n";
    StringBuilder text = new StringBuilder(head).append(said(decision.action())).append(by);
    if (!steps.isEmpty()) {
      Table table = new Table("BEFORE IT", "WHY NOT", "TEXT");
      steps.forEach(
          step -> table.row(step.rule().id(), step.why(), PolicyWriter.text(step.rule())));
      text.append(table);
    }
    return new Answer(
        text.toString(),
        json(sample, direction, state, link, decision, text(policy, decision), steps));
  }

  /** The rule that decides; empty where none does. */
  private static String text(Policy policy, Decision decision) {
    return decision.isPolicy() ? "" : PolicyWriter.text(policy.rules().get(decision.index()));
  }

  private Ruleset rules(String file) {
    if (file.isEmpty()) {
      return store.inForce().ruleset();
    }
    RulesFile read = RulesFile.read(folder, file);
    if (read.policy() == null) {
      throw new IllegalStateException(
          file + " has errors; vtl:firewall check " + file + " names them.");
    }
    return Ruleset.compile(read.policy(), new RuleCounters());
  }

  private static Direction direction(Call call) {
    boolean in = call.isRather(Verb.Option.IN, Verb.Option.OUT);
    if (!in && !call.has(Verb.Option.OUT)) {
      throw new Misuse("Say --out if the VM sends the packet, --in if it is to get it.");
    }
    return in ? Direction.INBOUND : Direction.OUTBOUND;
  }

  private static State state(String word) {
    for (State state : State.values()) {
      if (Words.of(state).equals(word.toLowerCase(Locale.ROOT))) {
        return state;
      }
    }
    throw new Misuse(
        "\""
            + word
            + "\" is no state; there are "
            + String.join(", ", Arrays.stream(State.values()).map(Words::of).toList())
            + ".");
  }

  private static String said(Action action) {
    return switch (action) {
      case ACCEPT -> "accepted";
      case DROP -> "dropped";
      case REJECT -> "rejected";
      case SYN_PROXY -> "answered by the SYN proxy";
    };
  }

  private static Map<String, Object> json(
      PacketWords.Sample sample,
      Direction direction,
      State state,
      String link,
      Decision decision,
      String text,
      List<RuleWalk.Step> steps) {
    List<Object> before = new ArrayList<>();
    for (RuleWalk.Step step : steps) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("rule", step.rule().id());
      entry.put("matches", step.matched());
      entry.put("why", step.why());
      entry.put("text", PolicyWriter.text(step.rule()));
      before.add(entry);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("packet", sample.description());
    json.put("link", link);
    json.put("direction", direction.name());
    json.put("state", Words.of(state));
    json.put("action", decision.action().name());
    json.put("rule", decision.rule());
    json.put("text", text);
    json.put("before", before);
    return json;
  }
}
