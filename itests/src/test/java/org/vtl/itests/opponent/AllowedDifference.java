package org.vtl.itests.opponent;

import java.util.Locale;
import java.util.regex.Pattern;

/** What may look different through VTL, by name; the reasons are the comments. */
enum AllowedDifference {
  /**
   * The kernel puts fragments together before it judges them. VTL refuses a first fragment that
   * lacks TCP's flags, with all that follows it (RFC 1858 section 3, RFC 3128): no sender with an
   * MTU that IP allows makes one. So VTL shows less.
   */
  TINY_FRAGMENTS(
      "-s[SA] -f( -f)?|hping3",
      "tcp/.*|SYN to 80 in fragments of 16",
      "open|closed|unfiltered|SA",
      "filtered|nothing"),

  /**
   * A router sends its ICMP errors from an address of its own. VTL has none, and sends them in the
   * name of the host that was asked, as nft does in a bridge; nmap takes that for the host's word.
   */
  REJECTED_IN_THE_HOSTS_NAME("-sU( -6)?", "udp/161", "filtered", "closed"),

  /**
   * The kernel collects a datagram's fragments and judges the whole; of one whose rest never comes
   * it passes nothing. VTL passes a first fragment that a rule accepts at once, so that no flood
   * fills its memory, and the later ones by the verdict of the first.
   */
  UNFINISHED_DATAGRAMS("hping3 --flood", "first fragment only, .*", "blocked", "let in"),

  /** The kernel answers no packet with IP options by a reset; VTL does what the rule says. */
  RESET_IN_SPITE_OF_OPTIONS("record route", "tcp/23", "filtered", "closed");

  private final Pattern scanned;
  private final Pattern asked;
  private final Pattern nft;
  private final Pattern vtl;

  AllowedDifference(String scan, String port, String nft, String vtl) {
    this.scanned = Pattern.compile(scan);
    this.asked = Pattern.compile(port);
    this.nft = Pattern.compile(nft);
    this.vtl = Pattern.compile(vtl);
  }

  /** The difference that {@code seen} is; null if it is none of these. */
  static AllowedDifference of(String scan, String port, Pair<String> seen) {
    for (AllowedDifference each : values()) {
      if (each.isPossible(scan, port)
          && each.nft.matcher(seen.nft()).matches()
          && each.vtl.matcher(seen.vtl()).matches()) {
        return each;
      }
    }
    return null;
  }

  /** Its name, as the tables print it. */
  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether it may be met where {@code scan} asks for {@code port}. */
  boolean isPossible(String scan, String port) {
    return scanned.matcher(scan).matches() && asked.matcher(port).matches();
  }
}
