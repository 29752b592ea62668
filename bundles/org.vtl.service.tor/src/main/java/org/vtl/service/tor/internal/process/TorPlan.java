package org.vtl.service.tor.internal.process;

import java.nio.file.Path;
import java.util.List;

/**
 * How VTL runs a Tor of its own.
 *
 * @param program its name, looked for on PATH, or its path
 * @param directory where it keeps its state; its own, and nobody else may look into it
 * @param user as whom it runs where VTL is root and that user exists; empty for as VTL
 * @param options lines for its torrc, after VTL's own
 */
public record TorPlan(String program, Path directory, String user, List<String> options) {
  /** Longest path of a Unix socket that every system takes. */
  private static final int LONGEST_SOCKET = 103;

  private static final List<String> RESERVED =
      List.of(
          "datadirectory",
          "socksport",
          "controlport",
          "controlsocket",
          "cookieauthentication",
          "cookieauthfile",
          "__owningcontrollerprocess",
          "user",
          "runasdaemon",
          "log");

  /**
   * Checks the lines and lengths.
   *
   * @throws IllegalArgumentException in one sentence with the remedy
   */
  public TorPlan {
    options = List.copyOf(options);
    for (String line : options) {
      String word = line.strip().split("\\s", 2)[0].replaceFirst("^[+/]", "");
      if (line.indexOf('\n') >= 0
          || line.indexOf('\r') >= 0
          || RESERVED.contains(word.toLowerCase(java.util.Locale.ROOT))) {
        throw new IllegalArgumentException(
            "tor.options has \""
                + line.replaceAll("[\r\n].*", "...")
                + "\", which VTL sets itself; leave it out.");
      }
    }
    if (directory.resolve("control").toString().length() > LONGEST_SOCKET) {
      throw new IllegalArgumentException(
          "The folder "
              + directory
              + " is too long a path for a Unix socket; name a shorter one in \"tor.directory\".");
    }
  }

  /** Where Tor takes streams. */
  public Path socks() {
    return directory.resolve("socks");
  }

  /** Where Tor is controlled. */
  public Path control() {
    return directory.resolve("control");
  }

  /** Where Tor's control cookie is. */
  public Path cookie() {
    return directory.resolve("cookie");
  }

  /**
   * The torrc for a Tor that ends with process {@code owner}.
   *
   * @param asUser as whom it runs; empty for as VTL
   */
  String torrc(long owner, String asUser) {
    StringBuilder text = new StringBuilder();
    text.append("# Written by VTL at each start.\n");
    text.append("DataDirectory ").append(quoted(directory.resolve("data"))).append('\n');
    // Streams of different users and passwords never share a circuit; errors of onion services
    // come with their reason.
    text.append("SocksPort ").append(unix(socks())).append(" IsolateSOCKSAuth ExtendedErrors\n");
    text.append("ControlPort ").append(unix(control())).append('\n');
    text.append("CookieAuthentication 1\n");
    text.append("CookieAuthFile ").append(quoted(cookie())).append('\n');
    text.append("__OwningControllerProcess ").append(owner).append('\n');
    text.append("ClientOnly 1\nRunAsDaemon 0\nAvoidDiskWrites 1\nLog notice stdout\n");
    if (!asUser.isEmpty()) {
      text.append("User ").append(asUser).append('\n');
    }
    for (String line : options) {
      text.append(line).append('\n');
    }
    return text.toString();
  }

  private static String unix(Path path) {
    return "unix:" + quoted(path);
  }

  private static String quoted(Path path) {
    return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
