package org.vtl.itests.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * VTL's firewall against nftables with conntrack: the same packets, the same rules, the same
 * verdicts, but for {@link Difference}s.
 */
class DifferentialTest {
  private static final long SEED = Long.getLong("vtl.seed", 20_261_123L);
  private static final int SHOWN = Integer.getInteger("vtl.show", 10);

  @BeforeAll
  static void needsTheKernel() {
    String missing = KernelRouter.missing();
    assumeTrue(missing == null, missing);
  }

  @ParameterizedTest
  @EnumSource(Rules.class)
  void verdictsAgree(Rules rules) throws Exception {
    List<Trace> traces = new ArrayList<>();
    for (Category category : Category.values()) {
      for (int i = 0; i < category.count; i++) {
        int number = traces.size();
        traces.add(category.trace(number, i, SEED + number * 7919L + rules.ordinal(), rules));
      }
    }
    Comparison comparison =
        new Comparison(
            () -> new KernelRouter(rules.nft()),
            () -> new VtlRouter(FirewallBundle.with(rules.lines())));
    long start = System.nanoTime();
    comparison.run(traces);
    System.out.print(Report.table(rules, comparison, System.nanoTime() - start));
    assertEquals(0, comparison.faults.size(), () -> Report.faults(comparison.faults, SHOWN));
  }
}
