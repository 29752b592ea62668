package org.vtl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.vtl.bench.micro.Micro;

class VerdictsTest {
  private static void add(Results results, Workload workload, String name, double value) {
    Measurement measurement = new Measurement();
    measurement.put(workload.main(), value);
    results.add(workload, name, 1, measurement);
  }

  private static Map<String, String> outcomes(
      Results results, List<Micro.Figure> micro, String scale) {
    return Verdicts.of(results, Set.of("pcap", "dpdk-xdp"), micro, scale).stream()
        .collect(Collectors.toMap(Verdicts.Verdict::promise, Verdicts.Verdict::outcome));
  }

  @Test
  void whatWasNotMeasuredIsNeitherHeldNorBroken() {
    Map<String, Long> counts =
        outcomes(new Results(), List.of(), "").values().stream()
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    assertEquals(Set.of("not measured"), counts.keySet());
  }

  @Test
  void ratiosAreHeldAgainstThePromise() {
    Results results = new Results();
    add(results, Workload.TCP1, "bridge", 20);
    add(results, Workload.TCP1, "vtl-user", 16);
    add(results, Workload.TCP1, "vtl-offload", 19.9);
    add(results, Workload.TCP1, "pcap", 15);
    add(results, Workload.TCP1, "dpdk-xdp", 17);
    Map<String, String> outcomes = outcomes(results, List.of(), "");
    assertEquals("held", outcomes.get("tcp1: vtl-user at least 0.8 of the bridge"));
    assertEquals("NOT HELD", outcomes.get("tcp1: vtl-offload at least 1.0 of the bridge"));
    assertEquals("held", outcomes.get("tcp1: vtl-user ahead of pcap"));
    // One that spins is named beside, and nothing is promised of it.
    assertEquals("held", outcomes.get("tcp1: vtl-user beside dpdk-xdp, which spins"));
  }

  @Test
  void limitsAreHeldAgainstTheSmallBenchmarks() {
    List<Micro.Figure> micro =
        List.of(new Micro.Figure("parse", 10, 1, 0.003), new Micro.Figure("chain", 90, 1, 1.5));
    Map<String, String> outcomes =
        outcomes(new Results(), micro, "bytes=320 lookup_p99_ns=1001 expiry_pause_us=9");
    assertEquals("NOT HELD", outcomes.get("parse, lookup, chain, checksum: nothing allocated"));
    assertEquals("held", outcomes.get("a million connections: at most 320 bytes each"));
    assertEquals("NOT HELD", outcomes.get("a million connections: lookup p99 at most 1000 ns"));
  }
}
