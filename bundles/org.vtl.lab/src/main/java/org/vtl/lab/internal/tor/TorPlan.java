package org.vtl.lab.internal.tor;

import java.util.List;

/**
 * Addresses and names of the network.
 *
 * <pre>
 *   VTL's place                 relays                              internet
 *   tor0 10.99.0.1 ------- eth0 10.99.0.2   web0 .61 to .64 ------- eth0 198.51.100.10
 *   (a Tor client)         authorities, exits, onion service        www.example.org, DNS
 * </pre>
 */
public final class TorPlan {
  /** The interface in VTL's place that leads to the relays. */
  public static final String UPLINK = "tor0";

  /** Its address. */
  public static final String CLIENT = "10.99.0.1";

  /** Where authorities, exits and the onion service listen. */
  public static final String RELAYS = "10.99.0.2";

  /** The web server, which is the name server, too. */
  public static final String WEB = "198.51.100.10";

  /** The web server's IPv6 address. */
  public static final String WEB6 = "2001:db8::10";

  /** The web server's name, with both kinds of addresses. */
  public static final String WEB_NAME = "www.example.org";

  /** A name of the web server that has an IPv4 address only. */
  public static final String WEB_NAME4 = "v4.example.org";

  /** A name of the web server that has an IPv6 address only. */
  public static final String WEB_NAME6 = "v6.example.org";

  /** The port of the client that takes SOCKS requests, at 127.0.0.1. */
  public static final int SOCKS_PORT = 9050;

  /** The port of the client that is controlled, at 127.0.0.1. */
  public static final int CONTROL_PORT = 9051;

  /** From where the onion service reaches the web. */
  public static final String ONION = "198.51.100.60";

  public static final int AUTHORITIES = 3;
  public static final int EXITS = 4;
  private static final int FIRST_EXIT = 61;

  private TorPlan() {}

  /** From where exit {@code number}, 0 to 3, reaches the web. */
  static String exit(int number) {
    return "198.51.100." + (FIRST_EXIT + number);
  }

  static String exit6(int number) {
    return "2001:db8::" + (FIRST_EXIT + number);
  }

  /** The addresses that the web sees when a connection came through Tor. */
  public static List<String> exits() {
    return java.util.stream.IntStream.range(0, EXITS)
        .boxed()
        .flatMap(i -> java.util.stream.Stream.of(exit(i), exit6(i)))
        .toList();
  }
}
