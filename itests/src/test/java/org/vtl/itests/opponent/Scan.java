package org.vtl.itests.opponent;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A way of nmap to ask a host for its ports.
 *
 * @param name as the table calls it
 * @param ports what to ask for, as nmap reads it
 * @param options nmap's
 */
record Scan(String name, String ports, List<String> options) {
  private static final int SECONDS = 120;

  /** Waits long enough for an answer on a busy machine, and asks twice before it calls it none. */
  private static final List<String> PATIENCE =
      List.of("-n", "-Pn", "-r", "--send-ip", "--max-retries", "2", "--min-hostgroup", "1");

  private static final List<String> TIMES =
      List.of("--initial-rtt-timeout", "300ms", "--min-rtt-timeout", "300ms");

  static Scan of(String name, String ports, String... options) {
    return new Scan(name, ports, List.of(options));
  }

  /** Scans the host inside {@code site} from outside: the state of each port. */
  Map<String, String> run(Site site) throws IOException {
    List<String> words = new ArrayList<>(List.of("nmap"));
    words.addAll(PATIENCE);
    words.addAll(TIMES);
    words.addAll(List.of("--max-rtt-timeout", "500ms", "--max-scan-delay", "10ms"));
    words.addAll(options);
    words.addAll(List.of("-p", ports, "-oX", "-"));
    words.add(options.contains("-6") ? Site.INSIDE_6 : Site.INSIDE);
    Words.Outcome outcome = site.outside.run(SECONDS, words.toArray(String[]::new));
    if (outcome.status() != 0) {
      throw new IOException(String.join(" ", words) + " failed: " + outcome.said());
    }
    return NmapReport.states(outcome.said());
  }
}
