package org.vtl.bench;

/**
 * Two hosts with a long path between them, and what a column has at its ends.
 *
 * <pre>
 *   host a (VM)      near           emulator           far           host b
 *   a0 ------------ m0  m1 -------- eN    fN -------- n1  n0 ------------ b0
 * </pre>
 *
 * Without near or far, the host's own interface ends at the emulator. The hosts' windows grow as
 * far as any path here asks, and what the kernel learned of one transfer is not used for the next.
 */
final class PathBed implements AutoCloseable {
  private static final String WINDOWS = "4096 131072 67108864";
  private static final String ROUTED_B = "10.0.1.2";
  private static final String ROUTER_MAC_A = "02:00:00:00:01:0a";
  private static final String ROUTER_MAC_B = "02:00:00:00:01:0b";

  private final PathColumn column;
  private final int path;
  private final Namespace a;
  private final Namespace b;
  private final Namespace nearPlace;
  private final Namespace farPlace;
  private final PathMiddle near;
  private final PathMiddle far;

  /** Makes hosts and cables of {@code column} at the path of that number. */
  PathBed(PathColumn column, PathEmulator emulator, int path) {
    this.column = column;
    this.path = path;
    near = column.near() == null ? null : column.near().get();
    far = column.far() == null ? null : column.far().get();
    String suffix = "path" + path;
    a = host(suffix + "a");
    b = host(suffix + "b");
    nearPlace = near == null ? null : host(suffix + "n");
    farPlace = far == null ? null : host(suffix + "f");
    String lineA = PathEmulator.near(path);
    String lineB = PathEmulator.far(path);
    if (near == null) {
      Testbed.cable(a, "a0", emulator.place(), lineA);
    } else {
      Testbed.cable(a, "a0", nearPlace, "m0");
      Testbed.cable(nearPlace, "m1", emulator.place(), lineA);
    }
    if (far == null) {
      Testbed.cable(b, "b0", emulator.place(), lineB);
    } else {
      Testbed.cable(b, "b0", farPlace, "n0");
      Testbed.cable(farPlace, "n1", emulator.place(), lineB);
    }
    Offloads.NONE.apply(near == null ? a : nearPlace, near == null ? "a0" : "m1");
    Offloads.NONE.apply(far == null ? b : farPlace, far == null ? "b0" : "n1");
    address();
  }

  private static Namespace host(String suffix) {
    Namespace host = new Namespace(suffix);
    host.write("net/ipv4/tcp_rmem", WINDOWS);
    host.write("net/ipv4/tcp_wmem", WINDOWS);
    host.write("net/ipv4/tcp_no_metrics_save", "1");
    return host;
  }

  private void address() {
    if (near == null || !near.routes()) {
      Testbed.host(a, "a0", Testbed.MAC_A, Testbed.ADDRESS_A, Testbed.ADDRESS_B, Testbed.MAC_B);
      Testbed.host(b, "b0", Testbed.MAC_B, Testbed.ADDRESS_B, Testbed.ADDRESS_A, Testbed.MAC_A);
      return;
    }
    String inner = "10.0.0.254";
    String outer = "10.0.1.254";
    Testbed.host(a, "a0", Testbed.MAC_A, Testbed.ADDRESS_A, inner, ROUTER_MAC_A);
    Testbed.host(b, "b0", Testbed.MAC_B, ROUTED_B, outer, ROUTER_MAC_B);
    Testbed.host(nearPlace, "m0", ROUTER_MAC_A, inner, Testbed.ADDRESS_A, Testbed.MAC_A);
    Testbed.host(nearPlace, "m1", ROUTER_MAC_B, outer, ROUTED_B, Testbed.MAC_B);
    a.ip("route", "add", "default", "via", inner);
    b.ip("route", "add", "default", "via", outer);
  }

  PathColumn column() {
    return column;
  }

  Namespace a() {
    return a;
  }

  Namespace b() {
    return b;
  }

  /** Where host b is reached. */
  String target() {
    return near != null && near.routes() ? ROUTED_B : Testbed.ADDRESS_B;
  }

  /** Starts what stands at the ends; the emulator forwards already. */
  void start() {
    if (near != null) {
      near.start(nearPlace, "m0", "m1");
    }
    if (far != null) {
      far.start(farPlace, "n0", "n1");
    }
  }

  @Override
  public void close() {
    for (PathMiddle middle : new PathMiddle[] {near, far}) {
      if (middle != null) {
        middle.close();
      }
    }
    for (Namespace place : new Namespace[] {a, b, nearPlace, farPlace}) {
      if (place != null) {
        place.close();
      }
    }
  }
}
