package org.vtl.lab.internal;

import java.util.List;

/**
 * How a host is made.
 *
 * @param name its name
 * @param port the interface at VTL's end of its cable
 * @param mac its Ethernet address
 * @param ipv4 its address
 * @param ipv6 its address
 * @param linkLocal its IPv6 link-local address
 */
public record HostPlan(
    String name, String port, String mac, String ipv4, String ipv6, String linkLocal) {
  /** The host that stands for the virtual machine. */
  public static final HostPlan VM =
      new HostPlan("vm", "vm0", "02:00:00:00:00:01", "10.10.0.1", "fd10::1", "fe80::1");

  /** The host that stands for the network. */
  public static final HostPlan NET =
      new HostPlan("net", "net0", "02:00:00:00:00:02", "10.10.0.2", "fd10::2", "fe80::2");

  public static final List<HostPlan> ALL = List.of(VM, NET);

  /** Its address of the given family. */
  public String address(boolean ipv6Family) {
    return ipv6Family ? ipv6 : ipv4;
  }
}
