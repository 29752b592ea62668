package org.vtl.service.tor.internal.neighbor;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.vtl.packet.Address;

/** The MAC address at which a link's guest believes every next hop to be. */
public final class GatewayMac {
  private static final long GROUP = 0x0100_0000_0000L;
  private static final long LOCAL = 0x0200_0000_0000L;

  private GatewayMac() {}

  /**
   * A locally administered address that is the same whenever the link is called {@code link}, so
   * that what guests remember holds from one run to the next.
   */
  public static long of(String link) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] bytes = digest.digest(link.getBytes(StandardCharsets.UTF_8));
      long mac = Long.parseLong(HexFormat.of().formatHex(bytes, 0, 6), 16);
      return mac & ~GROUP | LOCAL;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  /**
   * Reads the MAC address of a configuration: one host's.
   *
   * @throws IllegalArgumentException in one sentence, if it is none
   */
  public static long parse(String text) {
    long mac = Address.parseMac(text);
    if ((mac & GROUP) != 0 || mac == 0) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not one host's MAC address such as 02:00:00:00:00:01.");
    }
    return mac;
  }

  /** The link-local IPv6 address of {@code mac}, its low half (RFC 4291 appendix A). */
  public static long interfaceIdentifier(long mac) {
    return (mac ^ LOCAL) >>> 24 << 40 | 0xff_fe00_0000L | mac & 0xff_ffffL;
  }
}
