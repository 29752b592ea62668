package org.vtl.service.firewall.internal.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Texts of policies drawn at random, the same for the same seed: all matches in few values, so that
 * rules meet and packets meet rules.
 */
public final class RandomPolicy {
  private static final String[] PORTS = {
    "22", "80", "443", "1000-2000", "1500", "0-65535", "65535"
  };
  private static final String[] IPV4 = {
    "10.0.0.1", "10.0.0.0/8", "10.0.0.0/30", "10.0.0.2-10.0.0.9", "192.0.2.0/24", "0.0.0.0/0"
  };
  private static final String[] IPV6 = {
    "2001:db8::1",
    "2001:db8::/32",
    "2001:db8::2-2001:db8::9",
    "::/0",
    "fe80::/10",
    "::ffff:10.0.0.1"
  };
  private static final String[] MACS = {
    "02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:00-02:00:00:00:00:08"
  };
  private static final String[] STATES = {"new", "established", "related", "invalid", "untracked"};
  private static final String[] FLAGS = {
    "syn",
    "syn,ack",
    "! fin",
    "== syn",
    "!= syn|ack",
    "syn / fin,syn,rst,ack",
    "& (fin|syn) == 0x0",
    "{ syn, syn|ack }"
  };
  private static final String[] EFFECTS = {
    "limit rate 10/second",
    "limit rate over 3/minute burst 7 packets per source",
    "limit rate 10 kbytes/hour burst 1 mbytes per destination",
    "ct count over 3 per source",
    "ct count 10",
    "log",
    "log prefix \"a b\"",
    "counter"
  };
  private static final String[] ENDINGS = {
    "accept", "drop", "reject", "reject with tcp reset", "reject with icmp host-unreachable",
    "reject with icmpv6 no-route", "reject with icmpx admin-prohibited", "", "accept", "drop",
    "synproxy mss 1460 wscale 7 timestamp sack-perm"
  };

  private final Random random;

  /** Whether rules limit, count and log. */
  private final boolean effects;

  private final boolean sets;

  /** How many matches every rule has at least: with none, it hides all behind it. */
  private final int leastMatches;

  public RandomPolicy(long seed, boolean effects) {
    this(seed, effects, 0);
  }

  public RandomPolicy(long seed, boolean effects, int leastMatches) {
    this.leastMatches = leastMatches;
    this.random = new Random(seed);
    this.effects = effects;
    this.sets = random.nextBoolean();
  }

  /** A text of {@code rules} rules. */
  public String text(int rules) {
    List<String> lines = new ArrayList<>();
    if (sets) {
      lines.add("set hosts = { " + pick(IPV4) + ", " + pick(IPV6) + ", " + pick(IPV4) + " }");
      lines.add("set ports = { " + pick(PORTS) + ", https, " + pick(PORTS) + " }");
      lines.add("set all = { @hosts, 198.51.100.0/24 }");
      lines.add("set macs = { " + pick(MACS) + " }");
    }
    line(lines, "policy inbound ", "accept", "drop", "reject");
    line(lines, "policy outbound ", "accept", "drop");
    line(lines, "antispoof ", "on", "off");
    while (lines.size() < rules) {
      if (random.nextInt(12) == 0) {
        String link = "vm" + random.nextInt(3);
        lines.add("link " + link + " {");
        if (random.nextInt(4) == 0) {
          lines.add("  address " + pick(IPV4) + ", " + pick(IPV6) + ", " + pick(MACS));
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
          lines.add("  " + rule(lines.size()));
        }
        lines.add("}");
      } else {
        lines.add(rule(lines.size()));
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private void line(List<String> lines, String begin, String... words) {
    if (random.nextBoolean()) {
      lines.add(begin + pick(words));
    }
  }

  private String rule(int number) {
    StringBuilder text = new StringBuilder();
    int direction = random.nextInt(4);
    text.append(direction == 0 ? "inbound " : direction == 1 ? "outbound " : "");
    for (int i = leastMatches + random.nextInt(4 - leastMatches); i > 0; i--) {
      text.append(match()).append(' ');
    }
    boolean logs = false;
    for (int i = effects ? random.nextInt(3) - 1 : 0; i > 0; i--) {
      String effect = pick(EFFECTS);
      text.append(effect.startsWith("log") && logs ? "" : effect + " ");
      logs |= effect.startsWith("log");
    }
    if (random.nextInt(3) == 0) {
      text.append("id r").append(number).append(' ');
    }
    if (random.nextInt(5) == 0) {
      text.append("comment \"number ").append(number).append("\" ");
    }
    String ending = pick(ENDINGS);
    return text.append(ending.isEmpty() ? "counter" : ending).toString();
  }

  private String match() {
    return switch (random.nextInt(20)) {
      case 0, 1 -> "ip " + end() + "addr " + values(IPV4, "@hosts", "@all");
      case 2, 3 -> "ip6 " + end() + "addr " + values(IPV6, "@hosts", "@all");
      case 4, 5 -> "tcp " + end() + "port " + values(PORTS, "@ports");
      case 6 -> "udp " + end() + "port " + values(PORTS, "@ports");
      case 7 -> "th " + end() + "port " + values(PORTS, "@ports");
      case 8 -> "sctp " + end() + "port " + values(PORTS, "@ports");
      case 9 -> "ct state " + values(STATES);
      case 10 -> "tcp flags " + pick(FLAGS);
      case 11 -> "icmp type " + values(new String[] {"echo-request", "echo-reply", "3", "5-8"});
      case 12 -> "icmpv6 type " + values(new String[] {"echo-request", "128-129", "1"});
      case 13 ->
          "meta l4proto " + values(new String[] {"tcp", "udp", "icmp", "gre", "132", "6-17"});
      case 14 -> "vlan id " + values(new String[] {"5", "5-9", "4095"});
      case 15 -> "ether " + end() + "addr " + values(MACS, "@macs");
      case 16 -> "meta length " + values(new String[] {"0-100", "1500", "60"});
      case 17 -> "ip ttl " + values(new String[] {"1", "64", "0-63"});
      case 18 -> "ether type " + values(new String[] {"arp", "ip", "0x88cc", "ip6"});
      default -> "ct direction " + values(new String[] {"original", "reply"});
    };
  }

  private String end() {
    return random.nextBoolean() ? "s" : "d";
  }

  private String values(String[] words, String... named) {
    String not = random.nextInt(5) == 0 ? "!= " : "";
    if (sets && named.length > 0 && random.nextInt(3) == 0) {
      return not + pick(named);
    }
    return not
        + (random.nextInt(3) == 0 ? "{ " + pick(words) + ", " + pick(words) + " }" : pick(words));
  }

  private String pick(String... words) {
    return words[random.nextInt(words.length)];
  }
}
