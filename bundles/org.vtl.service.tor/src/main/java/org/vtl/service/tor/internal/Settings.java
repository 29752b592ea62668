package org.vtl.service.tor.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.vtl.packet.Address;
import org.vtl.service.tor.internal.address.GuestNetwork;
import org.vtl.service.tor.internal.dns.VirtualRange;
import org.vtl.service.tor.internal.neighbor.GatewayMac;
import org.vtl.service.tor.internal.process.TorPlan;
import org.vtl.service.tor.internal.refuse.Manners;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.policy.Prefix;

/**
 * A configuration, checked.
 *
 * @param managed how VTL runs a Tor of its own; null for one that runs already
 * @param socks that one's SOCKS port
 * @param control its control port; null for none
 * @param cookie where its cookie is; null for where it says
 * @param socksVersion 5, or 4 for SOCKS4a
 * @param timeoutSeconds that Tor has for a stream
 * @param permitsLocal whether Tor is asked for {@link LocalAddresses}
 * @param vmSide how VTL speaks TCP to the VM
 * @param mac of every next hop; 0 for one made from the link's name
 * @param network the VM's, if VTL gives it addresses; else null
 */
record Settings(
    TorPlan managed,
    SocketAddress socks,
    SocketAddress control,
    Path cookie,
    int socksVersion,
    Isolation.Kind isolation,
    boolean optimistic,
    int timeoutSeconds,
    boolean permitsLocal,
    SideOptions vmSide,
    long mac,
    GuestNetwork network,
    boolean ipv6,
    Names names,
    Manners manners) {
  /**
   * How names are mapped.
   *
   * @param ipv4 the range's, as configured
   * @param ipv6 the range's
   * @param most names at once
   * @param lifeNanos without use
   * @param seconds that the VM may remember
   */
  record Names(String ipv4, String ipv6, int most, long lifeNanos, int seconds) {
    VirtualRange range() {
      return new VirtualRange(Prefix.parse(ipv4), Prefix.parse(ipv6));
    }
  }

  /**
   * A VM that is silent for so long is asked whether it is there: it may have been switched off.
   */
  private static final int SILENT_SECONDS = 300;

  /**
   * The settings {@code config} says.
   *
   * @param data VTL's folder of data
   * @throws IllegalArgumentException in one sentence naming key, value and remedy
   */
  static Settings of(TorConfig config, Path data) {
    boolean manage = config.manage();
    return new Settings(
        manage ? plan(config, data) : null,
        manage ? null : socket("socks", config.socks()),
        manage || config.control().isBlank() ? null : socket("control", config.control()),
        config.control_cookie().isBlank() ? null : path("control.cookie", config.control_cookie()),
        version(config.socks_version()),
        isolation(config.isolation()),
        config.optimistic(),
        (int) inRange("connect.timeout.seconds", config.connect_timeout_seconds(), 1, 600),
        config.private_destinations(),
        SideOptions.DEFAULT
            .withBuffer(inRange("buffer.bytes", config.buffer_bytes(), 64 << 10, 1 << 30))
            .withKeepAliveSeconds(SILENT_SECONDS),
        config.mac().isBlank() ? 0 : GatewayMac.parse(config.mac().strip()),
        config.addresses() ? network(config) : null,
        config.ipv6(),
        names(config),
        new Manners(
            tells(config.refuse()),
            config.echo(),
            (int) inRange("refuse.rate", config.refuse_rate(), 1, 1_000_000)));
  }

  /** The MAC address of every next hop on {@code link}. */
  long mac(String link) {
    return mac == 0 ? GatewayMac.of(link) : mac;
  }

  /** Whether {@code other} is about the same Tor. */
  boolean sameTor(Settings other) {
    return java.util.Objects.equals(managed, other.managed)
        && java.util.Objects.equals(socks, other.socks)
        && java.util.Objects.equals(control, other.control)
        && java.util.Objects.equals(cookie, other.cookie);
  }

  private static TorPlan plan(TorConfig config, Path data) {
    if (config.tor_program().isBlank()) {
      throw new IllegalArgumentException("tor.program is empty; give a name such as tor.");
    }
    Path folder =
        config.tor_directory().isBlank()
            ? data.resolve("tor").toAbsolutePath().normalize()
            : path("tor.directory", config.tor_directory());
    return new TorPlan(
        config.tor_program().strip(),
        folder,
        config.tor_user().strip(),
        List.of(config.tor_options()));
  }

  private static Path path(String key, String value) {
    Path path = Path.of(value.strip());
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(
          key + " is \"" + value + "\"; give an absolute path, beginning with /.");
    }
    return path.normalize();
  }

  /** A socket's address, {@code ADDRESS:PORT} or {@code unix:PATH}. */
  private static SocketAddress socket(String key, String value) {
    String text = value.strip();
    if (text.startsWith("unix:")) {
      return UnixDomainSocketAddress.of(path(key, text.substring("unix:".length())));
    }
    int colon = text.lastIndexOf(':');
    try {
      Address address = Address.parse(text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1"));
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port >= 1 && port <= 65_535) {
        return new InetSocketAddress(InetAddress.getByAddress(bytes(address)), port);
      }
    } catch (IndexOutOfBoundsException | IllegalArgumentException | UnknownHostException e) {
      // told below
    }
    throw new IllegalArgumentException(
        key + " is \"" + value + "\"; give ADDRESS:PORT such as 127.0.0.1:9050, or unix:PATH.");
  }

  private static byte[] bytes(Address address) {
    return address.isIpv4()
        ? java.nio.ByteBuffer.allocate(4).putInt(address.ipv4()).array()
        : java.nio.ByteBuffer.allocate(16).putLong(address.high()).putLong(address.low()).array();
  }

  private static int version(String value) {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "5" -> 5;
      case "4a" -> 4;
      default ->
          throw new IllegalArgumentException("socks.version is \"" + value + "\"; give 5 or 4a.");
    };
  }

  private static Isolation.Kind isolation(String value) {
    try {
      return Isolation.Kind.valueOf(value.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "isolation is \"" + value + "\"; give vm, destination, connection or none.", e);
    }
  }

  private static boolean tells(String value) {
    return switch (value.strip().toLowerCase(Locale.ROOT)) {
      case "reject" -> true;
      case "silent" -> false;
      default ->
          throw new IllegalArgumentException("refuse is \"" + value + "\"; give reject or silent.");
    };
  }

  private static GuestNetwork network(TorConfig config) {
    return new GuestNetwork(
        Prefix.parse(config.addresses_ipv4().strip()),
        Prefix.parse(config.addresses_ipv6().strip()),
        config.addresses_seconds());
  }

  private static Names names(TorConfig config) {
    Names names =
        new Names(
            config.names_ipv4().strip(),
            config.names_ipv6().strip(),
            (int) inRange("names.most", config.names_most(), 16, 1_000_000),
            TimeUnit.HOURS.toNanos(inRange("names.hours", config.names_hours(), 1, 8_760)),
            (int) inRange("names.seconds", config.names_seconds(), 1, 86_400));
    names.range(); // told now if it is none
    return names;
  }

  private static long inRange(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + " is " + value + "; give " + least + " to " + most + ".");
    }
    return value;
  }
}
