package org.vtl.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the names on the command line come to.
 *
 * @param contestants who is measured; empty if only {@code micro} is wanted
 * @param workloads by what
 * @param micro names of the small benchmarks
 * @param aside contestants that no promise speaks of, where everything is measured
 * @param workloadsNamed whether the workloads were wanted one by one
 */
record Plan(
    List<Contestant> contestants,
    List<Workload> workloads,
    List<String> micro,
    Set<String> aside,
    boolean workloadsNamed) {
  private static final String PEERS = "peers";
  private static final String RELAYS = "relays";
  private static final List<Workload> OF_RELAYS =
      List.of(Workload.TCP1, Workload.TCP10K, Workload.CRR);
  private static final int MICRO_MILLIS = 240_000;
  private static final int QUICK_MICRO_MILLIS = 90_000;
  private static final List<String> BESIDE_PEERS = List.of("bridge", "vtl-user");

  static Plan of(Options options, Field field, VtlSettings usual) {
    List<String> contestants = new ArrayList<>();
    List<Workload> workloads = new ArrayList<>();
    List<String> micro = new ArrayList<>();
    for (String name : options.names()) {
      List<Workload> group = name.equals(RELAYS) ? List.of() : group(name);
      if (!group.isEmpty()) {
        workloads.addAll(group);
      } else if (name.equals(RELAYS)) {
        contestants.addAll(List.of("vtl-user", Field.SPLIT));
        workloads.addAll(OF_RELAYS);
      } else if (MicroGroup.has(name)) {
        micro.add(name);
      } else if (name.equals(PEERS)) {
        contestants.addAll(BESIDE_PEERS);
        contestants.addAll(field.peers());
      } else if (field.has(name)) {
        contestants.add(name);
      } else {
        throw new BenchException(
            "\"%s\" is neither a contestant nor a group; \"./vtl bench --list\" lists them all."
                .formatted(name));
      }
    }
    for (String title : options.workloads()) {
      workloads.add(workload(title));
    }
    if (options.names().isEmpty() && options.workloads().isEmpty()) {
      micro.add(MicroGroup.ALL);
    }
    if (contestants.isEmpty() && workloads.isEmpty() && !options.names().isEmpty()) {
      return new Plan(List.of(), List.of(), micro, Set.of(), true);
    }
    return new Plan(
        field.choose(contestants, usual),
        workloads.isEmpty() ? usual() : workloads.stream().distinct().sorted().toList(),
        micro,
        contestants.isEmpty() && options.workloads().isEmpty() ? field.aside() : Set.of(),
        !options.workloads().isEmpty());
  }

  /** What is done, in short. */
  String text(Options options) {
    List<String> parts = new ArrayList<>();
    if (!contestants.isEmpty()) {
      parts.add(
          "%d contestants, %d workloads, %d rounds"
              .formatted(contestants.size(), workloads.size(), options.rounds()));
    }
    parts.addAll(micro);
    return String.join(", ", parts);
  }

  /** About how long the small benchmarks take. */
  long microMillis(Options options) {
    return micro.isEmpty() ? 0 : options.quick() ? QUICK_MICRO_MILLIS : MICRO_MILLIS;
  }

  /** What is measured where nothing is named. */
  private static List<Workload> usual() {
    return Arrays.stream(Workload.values())
        .filter(workload -> workload.group() != Workload.Group.RELAYS)
        .toList();
  }

  private static List<Workload> group(String name) {
    return Arrays.stream(Workload.values())
        .filter(workload -> workload.group().name().toLowerCase(Locale.ROOT).equals(name))
        .toList();
  }

  private static Workload workload(String title) {
    return Arrays.stream(Workload.values())
        .filter(workload -> workload.title().equals(title))
        .findFirst()
        .orElseThrow(
            () ->
                new BenchException(
                    "\"%s\" is no workload; there are %s."
                        .formatted(
                            title,
                            Arrays.stream(Workload.values())
                                .map(Workload::title)
                                .collect(Collectors.joining(", ")))));
  }
}
