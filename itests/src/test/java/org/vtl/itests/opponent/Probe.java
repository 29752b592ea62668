package org.vtl.itests.opponent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A packet of hping3, and what comes back.
 *
 * @param name as the table calls it
 * @param options hping3's
 */
record Probe(String name, List<String> options) {
  private static final int SECONDS = 20;
  private static final Pattern FLAGS = Pattern.compile("flags=(\\w+)");
  private static final Pattern ERROR = Pattern.compile("ICMP ([A-Z][\\w -]+?) from ip=");

  private static final long LOOK_NANOS = 100_000_000;
  private static final int QUIET_LOOKS = 2;

  /** A new counter of all that comes, before the kernel puts fragments together. */
  private static final String COUNTED =
      "table ip seen; delete table ip seen; add table ip seen; add chain ip seen arriving"
          + " { type filter hook prerouting priority -500; };"
          + " add rule ip seen arriving ip daddr "
          + Site.INSIDE
          + " counter";

  private static final Pattern PACKETS = Pattern.compile("counter packets (\\d+)");

  static Probe of(String name, String options) {
    return new Probe(name, List.of(options.split(" ")));
  }

  /**
   * Sends it to the host inside {@code site}, twice in case the first is late: the flags of TCP
   * that came back, {@code answer}, the name of an ICMP error, or {@code nothing}.
   */
  String run(Site site) throws IOException {
    List<String> words = new ArrayList<>(List.of("hping3", "-n", "-c", "2", "-i", "u300000"));
    words.addAll(options);
    words.add(Site.INSIDE);
    String said = site.outside.run(SECONDS, words.toArray(String[]::new)).said();
    Matcher flags = FLAGS.matcher(said);
    if (flags.find()) {
      return flags.group(1);
    }
    Matcher error = ERROR.matcher(said);
    if (error.find()) {
      return error.group(1);
    }
    return Pattern.compile("^len=", Pattern.MULTILINE).matcher(said).find() ? "answer" : "nothing";
  }

  /**
   * Floods the host inside {@code site} with it for a second, from an address that is another each
   * time: whether any were {@code let in} or all {@code blocked}.
   */
  String flood(Site site) throws IOException {
    // What is left of the flood before must not count as this one's.
    for (int quiet = 0; quiet < QUIET_LOOKS; ) {
      Words.must(site.inside.inside("nft", COUNTED));
      LockSupport.parkNanos(LOOK_NANOS);
      quiet = counted(site) == 0 ? quiet + 1 : 0;
    }
    List<String> words =
        new ArrayList<>(List.of("timeout", "1", "hping3", "-n", "--flood", "--rand-source"));
    words.addAll(options);
    words.add(Site.INSIDE);
    String said = site.outside.run(SECONDS, words.toArray(String[]::new)).said();
    if (!said.contains("flood mode")) {
      throw new IOException("no flood: " + said);
    }
    return counted(site) == 0 ? "blocked" : "let in";
  }

  private static long counted(Site site) throws IOException {
    String table = Words.must(site.inside.inside("nft", "list", "table", "ip", "seen"));
    Matcher packets = PACKETS.matcher(table);
    if (!packets.find()) {
      throw new IOException("no counter: " + table);
    }
    return Long.parseLong(packets.group(1));
  }
}
