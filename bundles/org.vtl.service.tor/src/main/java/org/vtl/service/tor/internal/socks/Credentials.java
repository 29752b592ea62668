package org.vtl.service.tor.internal.socks;

import java.nio.charset.StandardCharsets;
import org.vtl.tcp.DialerHandshake;

/**
 * User and password for a SOCKS server (RFC 1929). To Tor they are no secret to be checked: streams
 * with other ones do not share circuits.
 *
 * @param user 1 to 255 bytes of ASCII without a zero
 * @param password 1 to 255 bytes of ASCII
 */
public record Credentials(String user, String password) {
  private static final int MOST = 255;

  /** Checks the lengths. */
  public Credentials {
    if (!fits(user) || !fits(password)) {
      throw new IllegalArgumentException("User and password have 1 to 255 characters of ASCII.");
    }
  }

  private static boolean fits(String text) {
    return !text.isEmpty()
        && text.length() <= MOST
        && text.chars().allMatch(character -> character >= ' ' && character <= '~');
  }

  /**
   * The handshake for {@code target}.
   *
   * @param version 5, or 4 for SOCKS4a
   * @param credentials null for none
   * @param eager whether all is said at once, so that data may follow without an answer
   * @param listener told how it ends; null for nobody
   */
  public static DialerHandshake handshake(
      int version, Target target, Credentials credentials, boolean eager, Listener listener) {
    return version == 5
        ? new Socks5(Socks5.CONNECT, target, credentials, eager, listener)
        : new Socks4a(target, credentials, listener);
  }

  byte[] userBytes() {
    return user.getBytes(StandardCharsets.US_ASCII);
  }

  byte[] passwordBytes() {
    return password.getBytes(StandardCharsets.US_ASCII);
  }

  /** Never the password: it may stand in a log. */
  @Override
  public String toString() {
    return "credentials of " + user;
  }
}
