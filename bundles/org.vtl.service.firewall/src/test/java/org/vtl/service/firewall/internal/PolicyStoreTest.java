package org.vtl.service.firewall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.service.firewall.internal.PolicyInForce.Origin;
import org.vtl.service.firewall.internal.PolicyStore.Open;
import org.vtl.service.firewall.internal.PolicyStore.Outcome;
import org.vtl.service.firewall.internal.policy.PolicyReader;
import org.vtl.testkit.Frames;

/** Which policy is in force, for how long, and what becomes of open connections. */
class PolicyStoreTest {
  private static final String[] OPEN = {
    "policy drop",
    "antispoof off",
    "ct state established accept id established",
    "inbound tcp dport 22 accept id ssh",
    "inbound udp dport 53 accept id dns"
  };

  private static final List<String> CLOSED =
      List.of(
          "policy drop",
          "antispoof off",
          "ct state established accept id established",
          "inbound tcp dport 443 accept id tls");

  private static final List<String> WRONG =
      List.of("policy accept", "bogus", "inbound bogus accept");

  private final FirewallRig rig = new FirewallRig(OPEN);
  private final PolicyStore policies = rig.firewall.policies();

  @AfterEach
  void close() {
    rig.close();
  }

  // ---- errors ----------------------------------------------------------------------------------

  @Test
  void anErrorChangesNothingAndAllAreNamed() {
    PolicyInForce before = policies.inForce();
    rig.configure("rules", WRONG.toArray(String[]::new));
    assertSame(before, policies.inForce());
    assertTrue(opens(22));
    assertEquals(2, policies.errors().size());
    assertEquals(2, policies.faults().size());
    assertTrue(policies.faults().getFirst().startsWith("rules[1] column 1: "));
    assertTrue(policies.faults().getLast().startsWith("rules[2] column 9: "));
    assertTrue(policies.faults().getLast().endsWith("(the rules of before hold)"));
    assertNull(policies.apply(WRONG, Open.KEEP).review());
    assertNull(policies.trial(WRONG, Duration.ofSeconds(9), Open.END).review());
    assertEquals(2, policies.apply(WRONG, Open.KEEP).reading().errors().size());
    assertSame(before, policies.inForce());
    assertEquals(List.of(), rig.written);
    rig.configure("rules", OPEN);
    assertEquals(List.of(), policies.faults());
    assertEquals(before.serial(), policies.inForce().serial(), "the same rules are no change");
  }

  @Test
  void withoutAnyPolicyNothingPasses() {
    try (FirewallRig closed = new FirewallRig(WRONG.toArray(String[]::new))) {
      assertEquals(Origin.NONE, closed.firewall.policies().inForce().origin());
      assertFalse(closed.outbound(Frames.udp()));
      assertFalse(closed.inbound(FirewallRig.tcpIn(22).syn()));
      assertEquals(List.of(), closed.connections());
      assertEquals(2, closed.count("firewall/no-policy"));
      assertTrue(
          closed
              .firewall
              .policies()
              .faults()
              .getFirst()
              .endsWith("nothing passes until they are" + " mended)"));
      closed.configure("rules", OPEN);
      assertTrue(closed.inbound(FirewallRig.tcpIn(22).syn()));
    }
  }

  // ---- applying --------------------------------------------------------------------------------

  @Test
  void aChangeHoldsFromTheNextPacketOnAndKeepsCounters() {
    assertTrue(opens(22));
    assertFalse(opens(443));
    Outcome outcome = policies.apply(CLOSED, Open.KEEP);
    assertEquals(List.of(), outcome.reading().errors());
    assertEquals(List.of(CLOSED), rig.written);
    assertEquals(Origin.CONFIGURATION, policies.inForce().origin());
    assertEquals(CLOSED, policies.inForce().lines());
    assertEquals(CLOSED, policies.configuredLines());
    assertTrue(opens(443));
    assertFalse(rig.inbound(FirewallRig.tcpIn(22).from("10.0.0.9:1").syn().seq(1)));
    assertEquals(1, policies.counters().counter("ssh").packets());
    assertEquals(1, policies.counters().counter("tls").packets());
    long serial = policies.inForce().serial();
    rig.configure("rules", CLOSED.toArray(String[]::new)); // as the configuration says in the end
    assertEquals(serial, policies.inForce().serial());
  }

  @Test
  void tellsWhichConnectionsItWouldRefuseAndKeepsThem() {
    assertTrue(rig.openIn(22));
    assertTrue(rig.inbound(Frames.udp().from("10.0.0.2:9").to("10.0.0.1:53")));
    Review asked = policies.review(PolicyReader.read(String.join("\n", CLOSED)).policy());
    rig.pass(10);
    assertTrue(asked.isDone());
    assertEquals(2, asked.checkedCount());
    assertEquals(2, asked.refusedCount());
    assertEquals(0, asked.endedCount());
    assertEquals(
        List.of(
            "lab inbound tcp 10.0.0.2:4000 > 10.0.0.1:22",
            "lab inbound udp 10.0.0.2:9 > 10.0.0.1:53"),
        asked.examples());

    Review review = policies.apply(CLOSED, Open.KEEP).review();
    rig.pass(10);
    assertEquals(2, review.refusedCount());
    assertEquals(0, review.endedCount());
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload("goes on")));
    assertEquals(2, rig.connections().size());
  }

  @Test
  void endsWhatItRefusesIfThatIsWished() {
    assertTrue(rig.openIn(22));
    assertTrue(rig.outbound(FirewallRig.tcpOut(22).seq(900).ack(100).payload("hello")));
    assertTrue(rig.inbound(FirewallRig.tcpIn(22).seq(100).ack(905).payload("you")));
    assertTrue(rig.inbound(Frames.udp().from("10.0.0.2:9").to("10.0.0.1:53")));
    Review review = policies.apply(CLOSED, Open.END).review();
    rig.pass(10);
    assertTrue(review.isDone());
    assertEquals(2, review.endedCount());
    assertTrue(rig.vm.sent(rig.out));
    assertTrue(rig.out.tcp().isRst());
    assertEquals(103, rig.out.tcp().sequenceNumber());
    assertTrue(rig.network.sent(rig.out));
    assertTrue(rig.out.tcp().isRst());
    assertEquals(905, rig.out.tcp().sequenceNumber());
    assertFalse(rig.vm.sent(rig.out));
    assertFalse(rig.network.sent(rig.out));
    assertEquals(1, rig.connections().size(), "until packets in flight are gone");
    assertFalse(rig.outbound(FirewallRig.tcpOut(22).seq(905).ack(103).payload("late")));
    assertTrue(rig.vm.sent(rig.out));
    assertTrue(rig.out.tcp().isRst(), "the reset may have been lost");
    assertEquals(1, rig.count("firewall/ended"));
    rig.pass(10_100);
    assertEquals(List.of(), rig.connections());
    assertFalse(opens(22));
  }

  @Test
  void manyConnectionsAreLookedThroughBitByBit() {
    for (int i = 0; i < 1_000; i++) {
      assertTrue(
          rig.inbound(
              Frames.udp().from("10.1." + (i >> 8) + "." + (i & 255) + ":9").to("10.0.0.1:53")));
    }
    Review review = policies.apply(CLOSED, Open.END).review();
    rig.engine.step();
    assertEquals(Walk.STEP, review.endedCount());
    assertFalse(review.isDone());
    rig.pass(5);
    assertTrue(review.isDone());
    assertEquals(1_000, review.endedCount());
    assertEquals(Review.MAX_EXAMPLES, review.examples().size());
    assertEquals(List.of(), rig.connections());
  }

  @Test
  void whatCannotBeWrittenIsNotApplied() {
    rig.firewall.configurations = null;
    assertThrows(IllegalStateException.class, () -> policies.apply(CLOSED, Open.KEEP));
    assertFalse(opens(443));
    policies.trial(CLOSED, Duration.ofSeconds(60), Open.KEEP);
    assertThrows(IllegalStateException.class, policies::confirm);
    assertEquals(Origin.TRIAL, policies.inForce().origin(), "the trial goes on");
  }

  // ---- trial -----------------------------------------------------------------------------------

  @Test
  void aTrialEndsByItself() {
    Outcome outcome = policies.trial(CLOSED, Duration.ofSeconds(60), Open.KEEP);
    assertNotNull(outcome.review());
    assertEquals(Duration.ofSeconds(60), rig.alarms.delay);
    assertEquals(Origin.TRIAL, policies.inForce().origin());
    assertEquals(Instant.EPOCH.plusSeconds(60), policies.inForce().until());
    assertTrue(opens(443));
    rig.alarms.ring();
    assertEquals(Origin.CONFIGURATION, policies.inForce().origin());
    assertNull(policies.inForce().until());
    assertTrue(opens(22));
    assertEquals(List.of(), rig.written);
    assertFalse(rig.inbound(FirewallRig.tcpIn(443).from("10.0.0.8:1").syn().seq(1)));
  }

  @Test
  void confirmedItIsTheConfiguredOne() {
    policies.trial(CLOSED, Duration.ofSeconds(60), Open.KEEP);
    long serial = policies.inForce().serial();
    policies.confirm();
    assertEquals(List.of(CLOSED), rig.written);
    assertEquals(Origin.CONFIGURATION, policies.inForce().origin());
    assertEquals(serial, policies.inForce().serial(), "nothing changes for packets");
    assertEquals(0, rig.alarms.size());
    assertThrows(IllegalStateException.class, policies::confirm);
    assertThrows(IllegalStateException.class, policies::rollback);
  }

  @Test
  void whatIsConfiguredAlreadyCanBeTriedAndConfirmedToo() {
    policies.trial(List.of(OPEN), Duration.ofSeconds(60), Open.KEEP);
    policies.confirm();
    assertEquals(Origin.CONFIGURATION, policies.inForce().origin());
    assertEquals(0, rig.alarms.size());
    policies.trial(CLOSED, Duration.ofSeconds(60), Open.KEEP);
    policies.apply(List.of(OPEN), Open.KEEP);
    assertEquals(Origin.CONFIGURATION, policies.inForce().origin());
    assertEquals(List.of(OPEN), policies.inForce().lines());
    assertEquals(0, rig.alarms.size());
  }

  @Test
  void rolledBackTheConfiguredOneHolds() {
    policies.trial(CLOSED, Duration.ofSeconds(60), Open.KEEP);
    policies.rollback();
    assertEquals(0, rig.alarms.size());
    assertEquals(List.of(OPEN), policies.inForce().lines());
    assertTrue(opens(22));
  }

  @Test
  void anotherTrialTakesThePlaceOfTheFirst() {
    policies.trial(CLOSED, Duration.ofSeconds(60), Open.KEEP);
    policies.trial(List.of("policy accept", "antispoof off"), Duration.ofSeconds(5), Open.KEEP);
    assertEquals(1, rig.alarms.size());
    rig.alarms.ring();
    assertEquals(List.of(OPEN), policies.inForce().lines(), "the configured one, not the first");
  }

  @Test
  void aChangeOfOtherKeysLetsTheTrialGoOnAndOfRulesEndsIt() {
    policies.trial(CLOSED, Duration.ofSeconds(60), Open.KEEP);
    rig.configure("log.rate", 7);
    assertEquals(Origin.TRIAL, policies.inForce().origin());
    rig.configure("rules", new String[] {"policy accept", "antispoof off"});
    assertEquals(Origin.CONFIGURATION, policies.inForce().origin());
    assertEquals(0, rig.alarms.size());
    rig.configure("rules", WRONG.toArray(String[]::new));
    policies.trial(CLOSED, Duration.ofSeconds(60), Open.KEEP);
    rig.alarms.ring();
    assertEquals(
        List.of("policy accept", "antispoof off"),
        policies.inForce().lines(),
        "the last that had no errors");
  }

  private boolean opens(int port) {
    return rig.inbound(FirewallRig.tcpIn(port).syn().seq(99));
  }
}
