package org.vtl.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A column of the table of long paths: whose TCP speaks over the line.
 *
 * @param control congestion control of the hosts
 * @param near what stands at the VM; null for nothing
 * @param far what stands at the peer; null for nothing
 */
record PathColumn(
    String name,
    String description,
    String control,
    Supplier<PathMiddle> near,
    Supplier<PathMiddle> far) {
  /** The column that others are multiples of. */
  static final String MEASURE = "cubic";

  /** All columns, with VTL of {@code dist}. */
  static List<PathColumn> all(Path dist) {
    Supplier<PathMiddle> split = () -> new VtlMiddle(dist, "tcp,splittcp", Map.of());
    Supplier<PathMiddle> local = () -> new VtlMiddle(dist, "tcp,localack", Map.of());
    return List.of(
        new PathColumn(MEASURE, "end to end, Linux's cubic", "cubic", null, null),
        new PathColumn("bbr", "end to end, Linux's bbr", "bbr", null, null),
        new PathColumn(
            "pepsal",
            "PEPsal at the VM, with Linux's bbr over the line",
            "cubic",
            () -> new PepsalMiddle("bbr"),
            null),
        new PathColumn(
            "split", "VTL's Split TCP at the VM, with its bbr over the line", "cubic", split, null),
        new PathColumn(
            "local",
            "VTL's Local ACKs at the VM, with its bbr over the line",
            "cubic",
            local,
            null),
        new PathColumn("both", "VTL's Split TCP at both ends", "cubic", split, split));
  }

  /** What this machine or VTL lacks for it, in one sentence; empty if nothing. */
  String missing() {
    return near == null ? "" : near.get().missing();
  }
}
