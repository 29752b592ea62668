package org.vtl.service.firewall.internal.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Differences between policies. */
class PolicyChangeTest {
  private static List<String> between(String old, String next) {
    return PolicyChange.between(PolicyReaderTest.policy(old), PolicyReaderTest.policy(next))
        .items()
        .stream()
        .map(item -> item.kind() + " " + item.what() + " " + item.name())
        .toList();
  }

  @Test
  void rulesAreKnownByTheirIds() {
    assertEquals(
        List.of("REMOVED rule c", "CHANGED rule b", "ADDED rule d"),
        between(
            "tcp dport 1 accept id a\ntcp dport 2 accept id b\ntcp dport 3 accept id c",
            "tcp dport 1 accept id a\ntcp dport 2 drop id b\ntcp dport 4 accept id d"));
  }

  @Test
  void theFewestMove() {
    assertEquals(
        List.of("MOVED rule a"),
        between(
            "tcp dport 1 accept id a\ntcp dport 2 accept id b\ntcp dport 3 accept id c",
            "tcp dport 2 accept id b\ntcp dport 3 accept id c\ntcp dport 1 accept id a"));
  }

  @Test
  void setsLinksAndPoliciesAreTold() {
    assertEquals(
        List.of("CHANGED policy ", "CHANGED set s", "ADDED link vm1", "ADDED rule x"),
        between(
            "policy inbound drop\nset s = { 80 }\n",
            "policy inbound accept\nset s = { 81 }\nlink vm1 {\n antispoof off\n"
                + " tcp dport @s drop id x\n}"));
  }

  @Test
  void layoutIsNoChange() {
    assertEquals(
        List.of(), between("tcp dport {1, 2} accept", "# a\n\n tcp   dport { 2,1 } accept # b"));
  }
}
