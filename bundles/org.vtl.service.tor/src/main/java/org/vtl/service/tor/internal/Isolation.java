package org.vtl.service.tor.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.vtl.packet.Address;
import org.vtl.service.tor.internal.socks.Credentials;
import org.vtl.service.tor.internal.socks.Target;

/**
 * Credentials by which Tor keeps streams apart. The user says whose a stream is, for people who
 * look at Tor's control port; the password is made of that and of a secret of this run, so that no
 * other program of the host gets onto a VM's circuits. Any thread.
 */
final class Isolation {
  /** Bytes of the secret. */
  static final int SECRET = 16;

  private static final int MOST_LINK = 64;

  /** Which streams may share a circuit. */
  enum Kind {
    /** All: no credentials are sent. */
    NONE,
    /** Those of one VM. */
    VM,
    /** Those of one VM to one host and port. */
    DESTINATION,
    /** None. */
    CONNECTION
  }

  private volatile byte[] secret = new byte[SECRET];

  Isolation() {
    renew();
  }

  /** From now on streams share no circuit with those before. */
  void renew() {
    byte[] fresh = new byte[SECRET];
    new SecureRandom().nextBytes(fresh);
    secret = fresh;
  }

  /** What a successor needs so that the VMs' circuits stay theirs. */
  byte[] secret() {
    return secret.clone();
  }

  /** Goes on with a predecessor's secret, if it is one. */
  void inherit(byte[] secret) {
    if (secret.length == SECRET) {
      this.secret = secret.clone();
    }
  }

  /**
   * The credentials of a stream; null with {@link Kind#NONE}.
   *
   * @param mac the VM's, 0 for VTL's own questions in its name
   * @param target where it goes; null for such a question
   * @param connection the connection's number
   */
  Credentials of(Kind kind, String link, long mac, Target target, long connection) {
    if (kind == Kind.NONE) {
      return null;
    }
    String vm = mac == 0 ? "names" : Address.formatMac(mac);
    String whose = userOf(link) + vm;
    String key =
        switch (kind) {
          case NONE, VM -> whose;
          case DESTINATION -> whose + " " + target;
          case CONNECTION -> whose + " " + connection;
        };
    return new Credentials(whose, password(key));
  }

  /** How every user begins that stands for a VM of {@code link}. */
  static String userOf(String link) {
    return "vtl " + printable(link) + " ";
  }

  private static String printable(String link) {
    String text = link.replaceAll("[^!-~]", "?");
    return text.length() <= MOST_LINK ? text : text.substring(0, MOST_LINK);
  }

  private String password(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(secret);
      byte[] hash = digest.digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, SECRET);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
