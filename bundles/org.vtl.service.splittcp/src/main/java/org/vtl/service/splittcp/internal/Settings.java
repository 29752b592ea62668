package org.vtl.service.splittcp.internal;

import java.util.List;
import java.util.Set;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.policy.ConnectionRules;

/**
 * A configuration, checked.
 *
 * @param live whether connections that were open before are split, too
 */
record Settings(ConnectionRules rules, boolean live, SideOptions vm, SideOptions network) {
  private static final Set<String> CONTROLS = Set.of("cubic", "reno", "bbr");

  /**
   * The settings {@code config} says.
   *
   * @throws IllegalArgumentException in one sentence naming key, value and remedy
   */
  static Settings of(SplitTcpConfig config) {
    return new Settings(
        ConnectionRules.parse(List.of(config.rules())),
        config.live(),
        new SideOptions(
            control("vm.congestion", config.vm_congestion()),
            buffer("vm.buffer.bytes", config.vm_buffer_bytes()),
            config.vm_pacing(),
            config.nodelay(),
            segment("vm.segment.bytes", config.vm_segment_bytes()),
            config.ecn(),
            seconds("vm.keepalive.seconds", config.vm_keepalive_seconds())),
        new SideOptions(
            control("network.congestion", config.network_congestion()),
            buffer("network.buffer.bytes", config.network_buffer_bytes()),
            config.network_pacing(),
            config.nodelay(),
            segment("network.segment.bytes", config.network_segment_bytes()),
            config.ecn(),
            seconds("network.keepalive.seconds", config.network_keepalive_seconds())));
  }

  private static String control(String key, String value) {
    if (!CONTROLS.contains(value)) {
      throw new IllegalArgumentException(key + " is \"" + value + "\"; give cubic, reno or bbr.");
    }
    return value;
  }

  private static long buffer(String key, long value) {
    return inRange(key, value, 64 << 10, 1 << 30);
  }

  private static int segment(String key, int value) {
    return value == 0 ? 0 : (int) inRange(key, value, 88, 65_483);
  }

  private static int seconds(String key, int value) {
    return (int) inRange(key, value, 0, 86_400);
  }

  private static long inRange(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + " is " + value + "; give " + least + " to " + most + ".");
    }
    return value;
  }
}
