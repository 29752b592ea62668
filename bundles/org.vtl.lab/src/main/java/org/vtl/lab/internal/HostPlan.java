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
 * @param routes further commands of {@code ip} for its interface, one per line
 */
public record HostPlan(
    String name,
    String port,
    String mac,
    String ipv4,
    String ipv6,
    String linkLocal,
    String routes) {
  /** The host that stands for the virtual machine. */
  public static final HostPlan VM =
      new HostPlan("vm", "vm0", "02:00:00:00:00:01", "10.10.0.1", "fd10::1", "fe80::1", "");

  /** The host that stands for the network. */
  public static final HostPlan NET =
      new HostPlan("net", "net0", "02:00:00:00:00:02", "10.10.0.2", "fd10::2", "fe80::2", "");

  /** Who is asked for ways out and for names, where {@link #VM} is to reach more than the lab. */
  public static final String GATEWAY = "10.10.0.254";

  /** {@link #VM} with default routes; nobody has the gateway's addresses. */
  public static final HostPlan VM_WITH_ROUTES =
      new HostPlan(
          VM.name,
          VM.port,
          VM.mac,
          VM.ipv4,
          VM.ipv6,
          VM.linkLocal,
          "route add default via " + GATEWAY + "\nroute add default via fe80::fe dev eth0");

  public static final List<HostPlan> ALL = List.of(VM, NET);

  /** Its address of the given family. */
  public String address(boolean ipv6Family) {
    return ipv6Family ? ipv6 : ipv4;
  }
}
