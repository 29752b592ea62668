package org.vtl.bench;

import java.util.List;

/** What the interfaces leave to a later stage, as {@code ethtool -K} has it. */
enum Offloads {
  /** As the kernel makes a veth pair, and as guests have it: segments of 64 KB, partial sums. */
  USUAL(List.of()),
  /** Every frame at the MTU with its checksum, for forwarders that cannot carry more. */
  NONE(List.of("tx", "off", "rx", "off", "sg", "off", "tso", "off", "gso", "off", "gro", "off"));

  private final List<String> words;

  Offloads(List<String> words) {
    this.words = words;
  }

  void apply(Namespace namespace, String device) {
    if (!words.isEmpty()) {
      List<String> all = new java.util.ArrayList<>(List.of("ethtool", "-K", device));
      all.addAll(words);
      Program.must(namespace.inside(all));
    }
  }
}
