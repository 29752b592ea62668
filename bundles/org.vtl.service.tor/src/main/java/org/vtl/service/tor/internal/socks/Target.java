package org.vtl.service.tor.internal.socks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.vtl.packet.Address;

/**
 * What a SOCKS server is asked for: a name, or an address where the VM gave no name.
 *
 * @param name a host's name, 1 to 255 bytes of ASCII; null for an address
 * @param address null for a name
 * @param port 0 to 65,535
 */
public record Target(String name, Address address, int port) {
  private static final int MOST_NAME = 255;

  /** Checks the parts. */
  public Target {
    if ((name == null) == (address == null) || port < 0 || port > 65_535) {
      throw new IllegalArgumentException("A target is a name or an address, and a port.");
    }
    if (name != null && !isName(name)) {
      throw new IllegalArgumentException(
          "A name has 1 to 255 printable characters of ASCII; this one has " + name.length() + ".");
    }
  }

  /** A name's target. */
  public static Target of(String name, int port) {
    return new Target(name, null, port);
  }

  /** An address's target. */
  public static Target of(Address address, int port) {
    return new Target(null, address, port);
  }

  /** Whether a SOCKS server can be given {@code name}: what it cannot, is never asked for. */
  public static boolean isName(String name) {
    if (name.isEmpty() || name.length() > MOST_NAME) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  /** Name or address alone. */
  public String host() {
    return name == null ? address.toString() : name;
  }

  /** Puts the address type and the address as SOCKS5 has them (RFC 1928 section 5). */
  void putSocks5(ByteBuffer out) {
    if (name != null) {
      byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
      out.put(Socks5.NAME).put((byte) bytes.length).put(bytes);
    } else if (address.isIpv4()) {
      out.put(Socks5.IPV4).putInt(address.ipv4());
    } else {
      out.put(Socks5.IPV6).putLong(address.high()).putLong(address.low());
    }
    out.putShort((short) port);
  }

  /** {@code host:port}, an IPv6 address in brackets. */
  @Override
  public String toString() {
    String host = host();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
