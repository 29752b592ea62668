package org.vtl.service.localack.internal;

import java.util.List;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.policy.ConnectionRules;
import org.vtl.tcp.policy.SideKeys;

/**
 * A configuration, checked.
 *
 * @param vmData how the VM's data is sent on; null if it is not acknowledged locally
 * @param networkData the same of the peer's data
 * @param leastNanos round-trip time from which on a path is long
 * @param live whether connections that were open before are taken, too
 */
record Settings(
    ConnectionRules rules,
    SideOptions vmData,
    SideOptions networkData,
    long leastNanos,
    boolean live) {
  private static final double MOST_MILLIS = 60_000;
  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * The settings {@code config} says.
   *
   * @throws IllegalArgumentException in one sentence naming key, value and remedy
   */
  static Settings of(LocalAckConfig config) {
    if (!(config.least_rtt_ms() >= 0 && config.least_rtt_ms() <= MOST_MILLIS)) {
      throw new IllegalArgumentException(
          "least.rtt.ms is " + config.least_rtt_ms() + "; give 0 to 60000.");
    }
    SideOptions side =
        SideOptions.DEFAULT
            .withCongestionControl(SideKeys.congestion("congestion", config.congestion()))
            .withBuffer(SideKeys.buffer("buffer.bytes", config.buffer_bytes()))
            .withPacing(config.pacing());
    boolean both = config.data().equals("both");
    boolean vm = both || config.data().equals("vm");
    boolean network = both || config.data().equals("network");
    if (!vm && !network) {
      throw new IllegalArgumentException(
          "data is \"" + config.data() + "\"; give vm, network or both.");
    }
    return new Settings(
        ConnectionRules.parse(List.of(config.rules())),
        vm ? side : null,
        network ? side : null,
        (long) (config.least_rtt_ms() * NANOS_PER_MILLI),
        config.live());
  }
}
