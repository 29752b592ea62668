package org.vtl.web.internal.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Passwords as they are kept: {@code pbkdf2-sha256$ROUNDS$SALT$HASH} (RFC 8018 section 5.2, with
 * HMAC-SHA-256).
 */
final class Password {
  /** Shortest that is taken, in characters. */
  static final int SHORTEST = 10;

  /** Longest, so that nobody makes the digest work for minutes. */
  static final int LONGEST = 200;

  private static final int ROUNDS = 600_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BITS = 256;
  private static final String NAME = "pbkdf2-sha256";

  private Password() {}

  static String hash(String password) {
    byte[] salt = Secrets.salt(SALT_BYTES);
    HexFormat hex = HexFormat.of();
    return String.join(
        "$",
        NAME,
        Integer.toString(ROUNDS),
        hex.formatHex(salt),
        hex.formatHex(digest(password, salt, ROUNDS)));
  }

  /** Whether {@code kept} is of {@code password}; takes as long when nothing is kept. */
  static boolean matches(String password, String kept) {
    String[] parts = kept.split("\\$");
    if (password.length() > LONGEST || parts.length != 4 || !parts[0].equals(NAME)) {
      digest(password.substring(0, Math.min(password.length(), LONGEST)), new byte[1], ROUNDS);
      return false;
    }
    HexFormat hex = HexFormat.of();
    return MessageDigest.isEqual(
        hex.parseHex(parts[3]),
        digest(password, hex.parseHex(parts[2]), Integer.parseInt(parts[1])));
  }

  private static byte[] digest(String password, byte[] salt, int rounds) {
    PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, rounds, HASH_BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } finally {
      key.clearPassword();
    }
  }
}
