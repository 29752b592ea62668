package org.vtl.service.firewall.internal.ruleset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Address;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.PolicyReader;
import org.vtl.service.firewall.internal.policy.PolicyWriter;
import org.vtl.service.firewall.internal.policy.RandomPolicy;
import org.vtl.service.firewall.internal.policy.Reading;
import org.vtl.service.firewall.internal.policy.Rule;
import org.vtl.testkit.AllocationProbe;

/** The compiled rules decide as a plain scan of the text's rules does. */
class ClassifierTest {
  private static final int POLICIES = 400;
  private static final int PACKETS = 300;

  private static Policy policy(long seed, boolean effects, int rules) {
    String text = new RandomPolicy(seed, effects).text(rules);
    Reading reading = PolicyReader.read(text);
    assertEquals(List.of(), reading.errors(), text);
    return reading.policy();
  }

  @Test
  void treesDecideAsAScanDoes() {
    long[] counts = new long[2];
    for (int seed = 0; seed < POLICIES; seed++) {
      String text = new RandomPolicy(seed, false).text(40);
      decidesAsAScan(PolicyReader.read(text).policy(), seed, counts);
    }
    assertTrue(counts[0] > POLICIES * PACKETS / 3, "only " + counts[0] + " decided by rules");
    assertTrue(counts[1] > POLICIES * PACKETS / 20, "only " + counts[1] + " were steady");
  }

  /** Rules of which none hides all others, so that trees have many cuts. */
  @Test
  void deepTreesDecideAsAScanDoes() {
    long[] counts = new long[2];
    for (int seed = 0; seed < POLICIES; seed++) {
      String text = new RandomPolicy(seed, false, 1 + seed % 3).text(30 + seed % 7 * 60);
      decidesAsAScan(PolicyReader.read(text).policy(), seed, counts);
    }
    assertTrue(counts[0] > POLICIES * PACKETS / 3, "only " + counts[0] + " decided by rules");
  }

  /** Compares both for packets of {@code seed}; adds how many a rule decided, how many steadily. */
  private static void decidesAsAScan(Policy policy, long seed, long[] counts) {
    Ruleset ruleset = Ruleset.compile(policy, new RuleCounters());
    PlainScan scan = new PlainScan(policy);
    RandomSubject packets = new RandomSubject(seed);
    for (int i = 0; i < PACKETS; i++) {
      Subject subject = packets.next();
      String link = "vm" + i % 4;
      int expected = scan.decide(subject, link);
      Decision decision = ruleset.link(link).decide(subject, i);
      assertEquals(expected, decision.index(), () -> told(policy, subject, link));
      counts[0] += decision.index() >= 0 ? 1 : 0;
      if (subject.steady()) {
        counts[1]++;
        for (int k = 0; k < 6; k++) {
          packets.vary(subject);
          assertEquals(expected, scan.decide(subject, link), () -> told(policy, subject, link));
        }
      }
    }
  }

  private static String told(Policy policy, Subject subject, String link) {
    List<String> lines = new ArrayList<>();
    for (Rule rule : policy.rules()) {
      lines.add(lines.size() + " " + rule.link() + ": " + PolicyWriter.text(rule));
    }
    return "%s, on %s:\n%s\n%s"
        .formatted(
            Arrays.toString(subject.low),
            link,
            Address.format(subject.sourceHigh(), subject.sourceLow())
                + " > "
                + Address.format(subject.destinationHigh(), subject.destinationLow()),
            String.join("\n", lines));
  }

  /** A tree cut by MAC addresses tells packets apart that belong to one connection. */
  @Test
  void whoIsToldByItsMacIsNotSteady() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      text.append("ether saddr 02:00:00:00:00:%02x accept\n".formatted(i));
    }
    LinkRules rules =
        Ruleset.compile(PolicyReader.read(text.toString()).policy(), new RuleCounters())
            .link("vm1");
    for (long mac : new long[] {0, 0x0200_0000_0020L, 0x0600_0000_0000L}) {
      Subject subject = new Subject().setIp(false, 17).setPorts(1, 2).setMacs(mac, 1);
      assertEquals(mac == 0x0200_0000_0020L ? 32 : -1, rules.decide(subject, 0).index());
      assertFalse(subject.steady());
    }
  }

  /** Whatever limits, counts and logs is never steady, and a preview leaves no trace. */
  @Test
  void effectsAreNeverSteadyAndPreviewsHaveNone() {
    for (int seed = 0; seed < 150; seed++) {
      Policy policy = policy(seed, true, 40);
      RuleCounters counters = new RuleCounters();
      Ruleset ruleset = Ruleset.compile(policy, counters);
      RandomSubject packets = new RandomSubject(seed);
      for (int i = 0; i < 100; i++) {
        Subject subject = packets.next();
        LinkRules rules = ruleset.link("vm" + i % 4);
        Decision first = rules.preview(subject, i);
        boolean steady = subject.steady();
        for (int k = 0; k < 20; k++) {
          assertEquals(first, rules.preview(subject, i));
        }
        Decision decision = rules.decide(subject, i);
        assertEquals(first, decision);
        assertEquals(steady, subject.steady());
        if (steady) {
          assertEquals(0, subject.logCount());
          assertTrue(
              first.isPolicy() || policy.rules().get(first.index()).effects().isEmpty(),
              first::toString);
        }
      }
    }
  }

  @Test
  void decidingAllocatesNothing() {
    Policy policy = policy(7, true, 300);
    Ruleset ruleset = Ruleset.compile(policy, new RuleCounters());
    LinkRules rules = ruleset.link("vm1");
    RandomSubject packets = new RandomSubject(7);
    Subject[] subjects = new Subject[512];
    CountTickets tickets = new CountTickets();
    for (int i = 0; i < subjects.length; i++) {
      subjects[i] = packets.next().setTickets(tickets);
    }
    int[] at = {0};
    AllocationProbe.assertNone(
        20_000,
        () -> {
          rules.decide(subjects[at[0]++ & 511], at[0] * 1_000_000L);
          tickets.release();
        });
  }
}
