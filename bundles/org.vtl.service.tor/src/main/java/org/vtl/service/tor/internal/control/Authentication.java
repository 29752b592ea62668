package org.vtl.service.tor.internal.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Shows Tor that VTL may control it: by SAFECOOKIE, where each side proves that it knows the cookie
 * and neither says it; or not at all where Tor wants no more. Never by COOKIE, where whoever
 * listens at the port would be told what is in a file of 32 bytes that it names. The cookie is read
 * each time, and stands in no log and no sentence.
 */
final class Authentication {
  private static final int COOKIE = 32;
  private static final HexFormat HEX = HexFormat.of();
  private static final String SERVER = "Tor safe cookie authentication server-to-controller hash";
  private static final String CLIENT = "Tor safe cookie authentication controller-to-server hash";

  private Authentication() {}

  /**
   * Authenticates.
   *
   * @param cookieFile where the cookie is; null for where Tor says that it is
   * @return Tor's version
   * @throws IOException in one sentence with the remedy, if Tor or the cookie's file refuses
   */
  static String with(ControlConnection tor, Path cookieFile) throws IOException {
    ControlMessage info = tor.ask("PROTOCOLINFO 1");
    if (!info.isOk()) {
      throw new IOException("What answers at \"control\" is no control port of Tor.");
    }
    String methods = "";
    Path file = cookieFile;
    String version = "";
    for (String line : info.lines()) {
      List<String> words = Words.of(line);
      Map<String, String> pairs = Words.pairs(words);
      if (line.startsWith("AUTH ")) {
        methods = "," + pairs.getOrDefault("METHODS", "") + ",";
        if (file == null && pairs.containsKey("COOKIEFILE")) {
          file = Path.of(pairs.get("COOKIEFILE"));
        }
      } else if (line.startsWith("VERSION ")) {
        version = pairs.getOrDefault("Tor", "");
      }
    }
    ControlMessage reply;
    if (methods.contains(",NULL,")) {
      reply = tor.ask("AUTHENTICATE");
    } else if (methods.contains(",SAFECOOKIE,")) {
      reply = safely(tor, cookie(file));
    } else {
      throw new IOException(
          "Tor's control port takes neither SAFECOOKIE nor a login without a secret, and VTL knows"
              + " no other way; set CookieAuthentication 1 in its torrc.");
    }
    if (!reply.isOk()) {
      throw new IOException(
          "Tor's control port does not take the cookie of "
              + file
              + "; name Tor's own in \"control.cookie\".");
    }
    return version;
  }

  private static byte[] cookie(Path file) throws IOException {
    if (file == null) {
      throw new IOException(
          "Tor does not say where its control cookie is; name it in \"control.cookie\".");
    }
    try {
      // Another file's content must not be shown to whoever listens at the port.
      if (Files.size(file) != COOKIE) {
        throw new IOException(
            "The file " + file + " is no control cookie of Tor: it has not 32 bytes.");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException(
          "Tor's control cookie " + file + " is not there; check that Tor runs.", e);
    } catch (java.nio.file.AccessDeniedException e) {
      throw new IOException(
          "Tor's control cookie "
              + file
              + " is not readable; let VTL's user into Tor's group (CookieAuthFileGroupReadable"
              + " 1).",
          e);
    }
  }

  private static ControlMessage safely(ControlConnection tor, byte[] cookie) throws IOException {
    byte[] nonce = new byte[COOKIE];
    new SecureRandom().nextBytes(nonce);
    ControlMessage challenge = tor.ask("AUTHCHALLENGE SAFECOOKIE " + HEX.formatHex(nonce));
    Map<String, String> pairs =
        Words.pairs(challenge.isOk() ? Words.of(challenge.lines().getFirst()) : List.of());
    byte[] hash = bytes(pairs.get("SERVERHASH"));
    byte[] serverNonce = bytes(pairs.get("SERVERNONCE"));
    if (hash.length != COOKIE
        || !MessageDigest.isEqual(hash, mac(SERVER, cookie, nonce, serverNonce))) {
      throw new IOException(
          "Who answers at Tor's control port does not know Tor's cookie; it may be another"
              + " program.");
    }
    return tor.ask("AUTHENTICATE " + HEX.formatHex(mac(CLIENT, cookie, nonce, serverNonce)));
  }

  private static byte[] bytes(String hex) {
    try {
      return hex == null ? new byte[0] : HEX.parseHex(hex);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  /** HMAC-SHA256 over the three, as the control protocol has it (section 3.24). */
  static byte[] mac(String key, byte[] cookie, byte[] nonce, byte[] serverNonce) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(
              key.getBytes(java.nio.charset.StandardCharsets.US_ASCII), "HmacSHA256"));
      mac.update(cookie);
      mac.update(nonce);
      return mac.doFinal(serverNonce);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has HmacSHA256.", e);
    }
  }
}
