package org.vtl.service.splittcp.internal;

import java.util.List;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.policy.ConnectionRules;
import org.vtl.tcp.policy.SideKeys;

/**
 * A configuration, checked.
 *
 * @param live whether connections that were open before are split, too
 */
record Settings(ConnectionRules rules, boolean live, SideOptions vm, SideOptions network) {
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
            SideKeys.congestion("vm.congestion", config.vm_congestion()),
            SideKeys.buffer("vm.buffer.bytes", config.vm_buffer_bytes()),
            config.vm_pacing(),
            config.nodelay(),
            SideKeys.segment("vm.segment.bytes", config.vm_segment_bytes()),
            config.ecn(),
            SideKeys.keepAlive("vm.keepalive.seconds", config.vm_keepalive_seconds())),
        new SideOptions(
            SideKeys.congestion("network.congestion", config.network_congestion()),
            SideKeys.buffer("network.buffer.bytes", config.network_buffer_bytes()),
            config.network_pacing(),
            config.nodelay(),
            SideKeys.segment("network.segment.bytes", config.network_segment_bytes()),
            config.ecn(),
            SideKeys.keepAlive("network.keepalive.seconds", config.network_keepalive_seconds())));
  }
}
