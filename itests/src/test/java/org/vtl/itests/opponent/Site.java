package org.vtl.itests.opponent;

import java.io.IOException;

/**
 * A host with services, a host that attacks it, and a firewall between them.
 *
 * <pre>
 *   outside                    middle                     inside
 *   eth0 10.9.2.2 ---- outside [ firewall ] inside ---- eth0 10.9.1.2
 *        fd09:2::2                                           fd09:1::2
 * </pre>
 */
abstract class Site implements AutoCloseable {
  static final String OUTSIDE = "10.9.2.2";
  static final String INSIDE = "10.9.1.2";
  static final String OUTSIDE_6 = "fd09:2::2";
  static final String INSIDE_6 = "fd09:1::2";
  static final String OUTSIDE_MAC = "02:00:00:00:02:02";
  static final String INSIDE_MAC = "02:00:00:00:01:02";

  final Host outside;
  final Host middle;
  final Host inside;

  Site(String name) throws IOException {
    Host.removeAbandoned();
    outside = new Host(name + "-outside");
    middle = new Host(name + "-middle");
    inside = new Host(name + "-inside");
    outside.cable("eth0", middle, "outside");
    inside.cable("eth0", middle, "inside");
    outside.ip("link", "set", "eth0", "address", OUTSIDE_MAC);
    inside.ip("link", "set", "eth0", "address", INSIDE_MAC);
    outside.ip("address", "add", OUTSIDE + "/24", "dev", "eth0");
    inside.ip("address", "add", INSIDE + "/24", "dev", "eth0");
    outside.ip("address", "add", OUTSIDE_6 + "/64", "dev", "eth0", "nodad");
    inside.ip("address", "add", INSIDE_6 + "/64", "dev", "eth0", "nodad");
  }

  /** What stands between the hosts, as the tables call it. */
  abstract String title();

  /** Bytes of memory that the program between the hosts holds now; 0: there is none. */
  long residentBytes() throws IOException {
    return 0;
  }

  /** Whether it can prove who opens a connection before the other end hears of it. */
  boolean proxies() {
    return true;
  }

  @Override
  public void close() throws IOException {
    outside.close();
    inside.close();
    middle.close();
  }
}
