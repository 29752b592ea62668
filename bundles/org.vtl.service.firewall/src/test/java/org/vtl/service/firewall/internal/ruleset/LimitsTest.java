package org.vtl.service.firewall.internal.ruleset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.service.firewall.internal.policy.PolicyReader;
import org.vtl.service.firewall.internal.policy.Reading;
import org.vtl.testkit.VirtualClock;

/** Limits and counts of rules, on a virtual clock. */
class LimitsTest {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;

  private final VirtualClock clock = new VirtualClock();
  private final RuleCounters counters = new RuleCounters();

  private LinkRules rules(String text) {
    Reading reading = PolicyReader.read(text);
    assertEquals(List.of(), reading.errors());
    return Ruleset.compile(reading.policy(), counters).link("vm1");
  }

  private static Subject from(int address) {
    return new Subject()
        .setIp(false, Protocol.UDP)
        .setAddresses(0, Packet.mapped(address), 0, Packet.mapped(7))
        .setPorts(1, 2)
        .setLength(1000);
  }

  private int accepted(LinkRules rules, int packets, int source) {
    int accepted = 0;
    for (int i = 0; i < packets; i++) {
      accepted += rules.decide(from(source), clock.nanos()).action() == Action.ACCEPT ? 1 : 0;
    }
    return accepted;
  }

  @Test
  void aBurstPassesAtOnceAndThenTheRate() {
    LinkRules rules = rules("limit rate 10/second burst 5 packets accept");
    assertEquals(5, accepted(rules, 20, 1));
    clock.advance(100 * MILLISECOND);
    assertEquals(1, accepted(rules, 20, 1));
    clock.advance(99 * MILLISECOND);
    assertEquals(0, accepted(rules, 20, 1));
    clock.advance(MILLISECOND);
    assertEquals(1, accepted(rules, 20, 1));
    clock.advance(3600 * SECOND);
    assertEquals(5, accepted(rules, 20, 1));
  }

  @Test
  void overMatchesWhatIsOver() {
    LinkRules rules = rules("limit rate over 10/second burst 5 packets drop\naccept");
    assertEquals(5, accepted(rules, 20, 1));
    clock.advance(SECOND / 2);
    assertEquals(5, accepted(rules, 20, 1));
  }

  @Test
  void bytesAreCountedWithTheirBurst() {
    LinkRules rules = rules("limit rate 10000 bytes/second burst 5000 bytes accept");
    assertEquals(15, accepted(rules, 40, 1));
    clock.advance(SECOND / 2);
    assertEquals(5, accepted(rules, 40, 1));
  }

  @Test
  void everySourceHasItsOwn() {
    LinkRules rules = rules("limit rate 1/minute burst 2 packets per source accept");
    for (int source = 0; source < 1000; source++) {
      assertEquals(2, accepted(rules, 5, source));
    }
    clock.advance(60 * SECOND);
    assertEquals(1, accepted(rules, 5, 3));
  }

  /** What is spoofed can neither free a source of its debt nor pass in its place. */
  @Test
  void aFloodOfSpoofedSourcesIsOver() {
    LinkRules rules = rules("limit rate over 1/minute burst 2 packets per source drop\naccept");
    for (int source = 1; source <= 200; source++) {
      assertEquals(2, accepted(rules, 5, source));
    }
    int passed = 0;
    for (int i = 0; i < 1_000_000; i++) {
      passed += accepted(rules, 1, 1_000_000 + i);
    }
    assertTrue(passed <= AddressTable.PLACES, passed + " passed");
    assertTrue(passed > AddressTable.PLACES * 9 / 10, passed + " passed");
    for (int source = 1; source <= 200; source++) {
      assertEquals(0, accepted(rules, 5, source));
    }
    clock.advance(121 * SECOND);
    assertEquals(2, accepted(rules, 5, 5_000_000));
  }

  @Test
  void aLimitThatAcceptsRefusesUnderAFlood() {
    LinkRules rules = rules("limit rate 1/minute burst 2 packets per source accept");
    int passed = 0;
    for (int i = 0; i < 300_000; i++) {
      passed += accepted(rules, 1, i);
    }
    assertTrue(passed <= AddressTable.PLACES, passed + " passed");
  }

  @Test
  void connectionsAreCountedUntilTheyEnd() {
    LinkRules rules = rules("ct count over 3 per source reject id too-many\naccept");
    List<CountTickets> open = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      CountTickets tickets = new CountTickets();
      Decision decision = rules.decide(from(1).setTickets(tickets), clock.nanos());
      assertEquals(i < 3 ? Action.ACCEPT : Action.REJECT, decision.action());
      assertEquals(i < 3 ? 1 : 0, tickets.size());
      open.add(tickets);
    }
    // Further packets of a counted one pass, another source has its own count.
    assertEquals(Action.ACCEPT, rules.decide(from(1).setTickets(open.getFirst()), 0).action());
    assertEquals(1, open.getFirst().size());
    assertEquals(Action.ACCEPT, rules.decide(from(2).setTickets(new CountTickets()), 0).action());
    open.getFirst().release();
    open.getFirst().release();
    assertEquals(Action.ACCEPT, rules.decide(from(1).setTickets(new CountTickets()), 0).action());
    assertEquals(Action.REJECT, rules.decide(from(1).setTickets(new CountTickets()), 0).action());
  }

  @Test
  void countsAreBoundedAndComeFreeAgain() {
    LinkRules rules = rules("ct count 1 per source accept");
    List<CountTickets> open = new ArrayList<>();
    for (int i = 0; i < 200_000; i++) {
      CountTickets tickets = new CountTickets();
      if (rules.decide(from(i).setTickets(tickets), 0).action() == Action.ACCEPT) {
        open.add(tickets);
      }
    }
    assertTrue(open.size() > AddressTable.PLACES * 9 / 10, "only " + open.size());
    assertTrue(open.size() <= AddressTable.PLACES, "as many as " + open.size());
    open.forEach(CountTickets::release);
    assertEquals(Action.ACCEPT, rules.decide(from(1).setTickets(new CountTickets()), 0).action());
  }

  @Test
  void whatRulesKeepSurvivesAChangeOfOthers() {
    String kept =
        "ct count 1 accept id one\nlimit rate 1/day burst 3 packets accept id two\n"
            + "policy outbound drop\n";
    LinkRules rules = rules(kept);
    assertEquals(Action.ACCEPT, rules.decide(from(1).setTickets(new CountTickets()), 0).action());
    assertEquals("two", rules.decide(from(1).setTickets(new CountTickets()), 0).rule());
    LinkRules changed = rules("tcp dport 22 accept id three\n" + kept);
    assertEquals("two", changed.decide(from(1).setTickets(new CountTickets()), 0).rule());
    assertEquals("two", changed.decide(from(1).setTickets(new CountTickets()), 0).rule());
    assertTrue(changed.decide(from(1).setTickets(new CountTickets()), 0).isPolicy());
    assertEquals(1, counters.counter("one").hits());
    assertEquals(3, counters.counter("two").hits());
    assertEquals(3000, counters.counter("two").bytes());
    assertEquals(3, counters.counter("two").connections());
    assertEquals(1, counters.counter("policy outbound").hits());
    for (int i = 0; i < 20; i++) {
      rules("tcp dport 22 accept id three");
    }
    assertNull(counters.counter("one"), "counters of rules long gone are kept");
  }

  @Test
  void workersShareALimit() throws InterruptedException {
    LinkRules rules =
        rules("limit rate 1/day burst 1000 packets accept id all\npolicy outbound drop");
    AtomicInteger accepted = new AtomicInteger();
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      workers.add(Thread.ofPlatform().start(() -> accepted.addAndGet(accepted(rules, 5_000, 1))));
    }
    for (Thread worker : workers) {
      worker.join();
    }
    assertEquals(1000, accepted.get());
    assertEquals(1000, counters.counter("all").hits());
    assertEquals(19_000, counters.counter("policy outbound").hits());
  }
}
