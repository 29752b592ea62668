package org.vtl.core.internal.engine;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.vtl.port.Fanout;
import org.vtl.port.PortAddress;

/**
 * A link's configuration, read and checked.
 *
 * @param vmPort where the VM is
 * @param networkPort where the network is
 * @param required services without which nothing passes
 * @param hold whether packets wait for a required service, instead of being dropped
 * @param holdPackets how many wait at most
 * @param holdNanos how long they wait at most
 * @param spin what the worker does while there is nothing to do
 * @param passMalformed whether malformed frames pass, instead of being dropped
 * @param offload whether the system may carry connections that no service needs to see
 * @param offloadPackets how many packets of a connection VTL sees first
 * @param packets slots in each worker's pool
 * @param connections connections in each worker's table
 * @param workers threads that share the link's traffic
 * @param nice how readily these give way to others on the processors, as nice(1) says it
 */
record LinkSettings(
    PortAddress vmPort,
    PortAddress networkPort,
    List<String> required,
    boolean hold,
    int holdPackets,
    long holdNanos,
    IdleStrategy.Mode spin,
    boolean passMalformed,
    boolean offload,
    int offloadPackets,
    int packets,
    int connections,
    int workers,
    int nice) {
  static final String VM_PORT = "vm.port";
  static final String NETWORK_PORT = "network.port";
  static final String REQUIRED = "required";
  static final String ABSENCE = "absence";
  static final String HOLD_PACKETS = "hold.packets";
  static final String HOLD_MILLIS = "hold.ms";
  static final String SPIN = "spin";
  static final String MALFORMED = "malformed";
  static final String OFFLOAD = "offload";
  static final String OFFLOAD_PACKETS = "offload.packets";
  static final String PACKETS = "packets";
  static final String CONNECTIONS = "connections";
  static final String WORKERS = "workers";
  static final String NICE = "nice";

  private static final Set<String> KEYS =
      Set.of(
          VM_PORT,
          NETWORK_PORT,
          REQUIRED,
          ABSENCE,
          HOLD_PACKETS,
          HOLD_MILLIS,
          SPIN,
          MALFORMED,
          OFFLOAD,
          OFFLOAD_PACKETS,
          PACKETS,
          CONNECTIONS,
          WORKERS,
          NICE);

  /** Schemes of ports that take what comes in at the system's interface that they name. */
  private static final Set<String> INTERFACES = Set.of("packet", "pcap", "xdp");

  /** Keys the framework and the file reader add. */
  private static final List<String> FOREIGN =
      List.of("service.", "component.", "felix.", "osgi.ds.", "vtl.config.", ".");

  /**
   * Reads {@code configuration}; {@code where} begins every sentence of complaint, such as "File
   * etc/org.vtl.link~lab.cfg.json".
   *
   * @throws IllegalArgumentException in one sentence naming key, value and remedy
   */
  static LinkSettings read(String where, Map<String, ?> configuration) {
    for (String key : configuration.keySet()) {
      if (!KEYS.contains(key) && FOREIGN.stream().noneMatch(key::startsWith)) {
        throw new IllegalArgumentException(
            where
                + ": key \""
                + key
                + "\" is unknown; a link has the keys "
                + String.join(", ", new TreeSet<>(KEYS))
                + ".");
      }
    }
    String absence = choice(where, configuration, ABSENCE, "hold", "drop");
    String spin = choice(where, configuration, SPIN, "auto", "off", "on");
    String malformed = choice(where, configuration, MALFORMED, "drop", "pass");
    String offload = choice(where, configuration, OFFLOAD, "auto", "off");
    PortAddress vm = port(where, configuration, VM_PORT);
    PortAddress network = port(where, configuration, NETWORK_PORT);
    if (samePort(vm, network)) {
      throw new IllegalArgumentException(
          where
              + ": keys vm.port ("
              + vm
              + ") and network.port ("
              + network
              + ") name the same port; a link joins two different ports, so name another in one of"
              + " them.");
    }
    return new LinkSettings(
        vm,
        network,
        ServiceProperties.strings(configuration.get(REQUIRED)),
        absence.equals("hold"),
        number(where, configuration, HOLD_PACKETS, 512, 0, 20_000),
        number(where, configuration, HOLD_MILLIS, 2_000, 0, 60_000) * 1_000_000L,
        IdleStrategy.Mode.valueOf(spin.toUpperCase(Locale.ROOT)),
        malformed.equals("pass"),
        offload.equals("auto"),
        number(where, configuration, OFFLOAD_PACKETS, 20, 2, 1_000_000),
        number(where, configuration, PACKETS, 2_048, 128, 30_000),
        number(where, configuration, CONNECTIONS, 131_072, 16, 4_000_000),
        number(where, configuration, WORKERS, 1, 1, Fanout.MAX_WORKERS),
        number(where, configuration, NICE, Niceness.UNTOUCHED, Niceness.LEAST, Niceness.MOST));
  }

  /** Whether {@code other} differs only in what a running lane can change. */
  boolean sameLane(LinkSettings other) {
    return vmPort.text().equals(other.vmPort.text())
        && networkPort.text().equals(other.networkPort.text())
        && packets == other.packets
        && connections == other.connections
        && workers == other.workers;
  }

  private static PortAddress port(String where, Map<String, ?> configuration, String key) {
    Object value = configuration.get(key);
    if (value == null || value.toString().isBlank()) {
      throw new IllegalArgumentException(
          where
              + ": key \""
              + key
              + "\" is missing; a link needs two ports, such as \"packet:eth1\" or \"tap:vm1\".");
    }
    try {
      return PortAddress.parse(value.toString());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + ": key \"" + key + "\": " + e.getMessage(), e);
    }
  }

  private static String choice(
      String where, Map<String, ?> configuration, String key, String usual, String... others) {
    Object value = configuration.get(key);
    String text = value == null ? usual : value.toString().toLowerCase(Locale.ROOT);
    if (!text.equals(usual) && !List.of(others).contains(text)) {
      throw new IllegalArgumentException(
          where
              + ": key \""
              + key
              + "\" is \""
              + value
              + "\"; write "
              + usual
              + " or "
              + String.join(" or ", others)
              + ".");
    }
    return text;
  }

  private static int number(
      String where, Map<String, ?> configuration, String key, int usual, int least, int most) {
    Object value = configuration.get(key);
    if (value == null) {
      return usual;
    }
    long number;
    try {
      number = Long.parseLong(value.toString().trim());
    } catch (NumberFormatException e) {
      number = Long.MIN_VALUE;
    }
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          where
              + ": key \""
              + key
              + "\" is \""
              + value
              + "\"; write a whole number from "
              + least
              + " to "
              + most
              + ".");
    }
    return (int) number;
  }

  /** Whether both name the same port: other options, or another way to an interface, or not. */
  static boolean samePort(PortAddress one, PortAddress other) {
    boolean sameKind =
        one.scheme().equals(other.scheme())
            || INTERFACES.contains(one.scheme()) && INTERFACES.contains(other.scheme());
    return sameKind && one.target().equals(other.target());
  }
}
