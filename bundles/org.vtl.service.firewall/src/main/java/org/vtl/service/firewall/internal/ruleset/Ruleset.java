package org.vtl.service.firewall.internal.ruleset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vtl.packet.Direction;
import org.vtl.service.firewall.internal.policy.Effect;
import org.vtl.service.firewall.internal.policy.LinkSection;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.Region;
import org.vtl.service.firewall.internal.policy.Rule;
import org.vtl.service.firewall.internal.policy.Sets;

/** A policy compiled for all links; immutable, shared by all workers. */
public final class Ruleset {
  private final Policy policy;
  private final Map<String, LinkRules> links;
  private final LinkRules others;

  private Ruleset(Policy policy, Map<String, LinkRules> links, LinkRules others) {
    this.policy = policy;
    this.links = links;
    this.others = others;
  }

  /**
   * Compiles {@code policy}, which takes up to a second for 10,000 rules; what its rules counted
   * before goes on in {@code counters}. Any thread, one at a time for the same counters.
   */
  public static Ruleset compile(Policy policy, RuleCounters counters) {
    counters.begin();
    List<CompiledRule> rules = rules(policy, counters);
    Map<Plan, Node> trees = new HashMap<>();
    Map<String, LinkRules> links = new HashMap<>();
    for (LinkSection section : policy.links()) {
      links.put(section.name(), link(policy, section.name(), rules, counters, trees));
    }
    return new Ruleset(policy, Map.copyOf(links), link(policy, "", rules, counters, trees));
  }

  /** Which rules a tree has: where another needs the same, it is the same. */
  private record Plan(List<CompiledRule> rules, int family, int protocol) {}

  private static List<CompiledRule> rules(Policy policy, RuleCounters counters) {
    Sets sets = new Sets(policy);
    List<CompiledRule> rules = new ArrayList<>();
    for (int i = 0; i < policy.rules().size(); i++) {
      Rule rule = policy.rules().get(i);
      RuleState state = counters.state(rule.id());
      String prefix = null;
      int logAfter = -1;
      for (int k = 0; k < rule.effects().size(); k++) {
        if (rule.effects().get(k) instanceof Effect.Log log) {
          prefix = log.prefix();
          logAfter = k;
        }
      }
      rules.add(
          new CompiledRule(
              Region.of(rule, sets),
              new Decision(rule.id(), i, rule.ending(), prefix, state.counter()),
              state.conditions(rule.effects(), counters.limits()),
              logAfter));
    }
    return rules;
  }

  private static LinkRules link(
      Policy policy,
      String link,
      List<CompiledRule> rules,
      RuleCounters counters,
      Map<Plan, Node> trees) {
    Node[] roots = new Node[Roots.COUNT];
    for (int root = 0; root < roots.length; root++) {
      List<CompiledRule> concerned = new ArrayList<>();
      for (int i = 0; i < rules.size(); i++) {
        CompiledRule rule = rules.get(i);
        if (policy.rules().get(i).isFor(link)
            && rule.region().empty() == null
            && rule.scope().has(root)) {
          concerned.add(rule);
          if (rule.isFinal() && rule.isForAll()) {
            break;
          }
        }
      }
      boolean asksProtocol = concerned.stream().anyMatch(rule -> rule.scope().protocols() != -1);
      Plan plan = new Plan(concerned, Roots.family(root), asksProtocol ? Roots.protocol(root) : -1);
      roots[root] =
          trees.computeIfAbsent(
              plan, wanted -> Grower.tree(wanted.rules(), wanted.family(), wanted.protocol()));
    }
    return new LinkRules(
        roots,
        ending(policy, link, Direction.INBOUND, counters),
        ending(policy, link, Direction.OUTBOUND, counters));
  }

  private static Decision ending(
      Policy policy, String link, Direction direction, RuleCounters counters) {
    String id = direction == Direction.INBOUND ? "policy inbound" : "policy outbound";
    return new Decision(id, -1, policy.ending(link, direction), null, counters.state(id).counter());
  }

  /** The policy it was compiled from. */
  public Policy policy() {
    return policy;
  }

  /** The rules in force on the link called {@code name}; keep it, this looks them up by name. */
  public LinkRules link(String name) {
    return links.getOrDefault(name, others);
  }
}
