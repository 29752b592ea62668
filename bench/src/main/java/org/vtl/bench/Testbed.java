package org.vtl.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two hosts with real kernels, and the place between them where a contestant stands.
 *
 * <pre>
 *   host a            middle             host b
 *   a0 10.0.0.1 ---- m0      m1 ---- b0 10.0.0.2        or, without a middle: a0 ---- b0
 * </pre>
 *
 * The hosts know each other's hardware address beforehand; the middle has no address at all.
 */
final class Testbed implements AutoCloseable {
  static final String ADDRESS_A = "10.0.0.1";
  static final String ADDRESS_B = "10.0.0.2";
  static final String MAC_A = "02:00:00:00:00:0a";
  static final String MAC_B = "02:00:00:00:00:0b";

  private static final String NETWORK = "10.0.0.0/24";
  private static final String CONTROL = "cubic";
  private static final Pattern ROUTE_CONTROL = Pattern.compile("congctl (?:lock )?(\\w+)");

  private final Namespace a;
  private final Namespace b;
  private final Namespace middle;
  private final List<Program> servers = new ArrayList<>();

  /**
   * Makes hosts and cables.
   *
   * @param suffix tells this one's namespaces from those of others
   * @param withMiddle whether something stands between the hosts
   */
  Testbed(String suffix, boolean withMiddle) {
    a = new Namespace(suffix + "a");
    b = new Namespace(suffix + "b");
    middle = withMiddle ? new Namespace(suffix + "m") : null;
    if (withMiddle) {
      cable(a, "a0", middle, "m0");
      cable(b, "b0", middle, "m1");
    } else {
      cable(a, "a0", b, "b0");
    }
    host(a, "a0", MAC_A, ADDRESS_A, ADDRESS_B, MAC_B);
    host(b, "b0", MAC_B, ADDRESS_B, ADDRESS_A, MAC_A);
    control(a, "a0", ADDRESS_A);
    control(b, "b0", ADDRESS_B);
    servers.add(Program.start(b.inside("iperf3", "-s", "--forceflush")));
  }

  static void cable(Namespace one, String here, Namespace other, String there) {
    one.ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", other.name());
    one.ip("link", "set", here, "up");
    other.ip("link", "set", there, "up");
  }

  static void host(
      Namespace host, String device, String mac, String address, String peer, String peerMac) {
    host.ip("link", "set", "lo", "up");
    host.ip("link", "set", device, "address", mac);
    host.ip("address", "add", address + "/24", "dev", device);
    host.ip("neighbour", "replace", peer, "lladdr", peerMac, "nud", "permanent", "dev", device);
  }

  /**
   * Has the connections of {@code host} speak Linux's default, whatever this machine's is. By the
   * route, which holds for sockets of programs that cannot be told, and asks no leave of the
   * kernel, as the setting of a namespace does. A kernel that lacks it keeps its own default.
   */
  private static void control(Namespace host, String device, String address) {
    List<String> words = new ArrayList<>(List.of("ip", "route", "change", NETWORK));
    words.addAll(List.of("dev", device, "proto", "kernel", "scope", "link", "src", address));
    words.addAll(List.of("congctl", CONTROL));
    Program.run(10, host.inside(words));
  }

  /** The congestion control of the hosts' connections, as the kernel has it. */
  String congestionControl() {
    String routes = Program.must(a.inside("ip", "route", "show", NETWORK));
    Matcher control = ROUTE_CONTROL.matcher(routes);
    return control.find()
        ? control.group(1)
        : Program.must(a.inside("cat", "/proc/sys/net/ipv4/tcp_congestion_control"));
  }

  Namespace a() {
    return a;
  }

  Namespace b() {
    return b;
  }

  /** The namespace between the hosts; only where there is one. */
  Namespace middle() {
    return middle;
  }

  /** Switches the offloads of both hosts' and of the middle's interfaces. */
  void offloads(Offloads offloads) {
    offloads.apply(a, "a0");
    offloads.apply(b, "b0");
    if (middle != null) {
      offloads.apply(middle, "m0");
      offloads.apply(middle, "m1");
    }
  }

  @Override
  public void close() {
    servers.forEach(Program::close);
    a.close();
    b.close();
    if (middle != null) {
      middle.close();
    }
  }
}
