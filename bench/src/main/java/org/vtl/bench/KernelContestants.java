package org.vtl.bench;

/** What the kernel does by itself. */
final class KernelContestants {
  private KernelContestants() {}

  /** Nothing between the hosts: the limit. */
  static Contestant veth() {
    return new Contestant("veth") {
      @Override
      boolean hasMiddle() {
        return false;
      }

      @Override
      void start(Testbed bed) {}
    };
  }

  /** The bridge, the measure of all others; {@code offloads} as the hosts have them. */
  static Contestant bridge(String name, Offloads offloads) {
    return new Contestant(name) {
      @Override
      Offloads offloads() {
        return offloads;
      }

      @Override
      void start(Testbed bed) {
        bed.middle().ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0");
        bed.middle().ip("link", "set", "m0", "master", "br0");
        bed.middle().ip("link", "set", "m1", "master", "br0");
        bed.middle().ip("link", "set", "br0", "up");
      }
    };
  }
}
