package org.vtl.web.internal.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names by which VTL may be called. A page of somebody else's that has its own name resolve to
 * this machine (DNS rebinding) calls VTL by that name, and is refused.
 */
public final class Hosts {
  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

  private final Set<String> names = new HashSet<>(LOOPBACK);

  /** Names besides those of loopback, without port. */
  public Hosts(List<String> more) {
    more.forEach(name -> names.add(name.strip().toLowerCase(Locale.ROOT)));
  }

  /**
   * Whether a Host header (RFC 9110 section 7.2) names VTL.
   *
   * @param local the address that the request came to
   */
  public boolean allows(String host, String local) {
    if (host == null) {
      return false;
    }
    String name = name(host);
    return names.contains(name) || name.equals(local) || name.equals("[" + local + "]");
  }

  /** Whether an Origin header (RFC 6454 section 7) is that of the very place it is sent to. */
  public static boolean isSame(String origin, String scheme, String host) {
    try {
      URI uri = new URI(origin);
      return scheme.equalsIgnoreCase(uri.getScheme())
          && uri.getRawAuthority() != null
          && withPort(uri.getRawAuthority(), scheme).equals(withPort(host, scheme));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static String withPort(String authority, String scheme) {
    String lower = authority.toLowerCase(Locale.ROOT);
    return name(lower).length() == lower.length()
        ? lower + (scheme.equals("https") ? ":443" : ":80")
        : lower;
  }

  private static String name(String authority) {
    String lower = authority.toLowerCase(Locale.ROOT);
    int colon = lower.lastIndexOf(':');
    return colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
  }
}
