package org.vtl.service.firewall.internal.command;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.vtl.packet.Address;
import org.vtl.packet.Protocol;
import org.vtl.service.firewall.internal.FirewallLog;
import org.vtl.service.firewall.internal.LogEntry;
import org.vtl.text.Json;

/** {@code vtl:firewall log}: what rules logged, and what they log from now on. */
final class LogWatch {
  /** What the log holds. */
  static final int MOST = 4_096;

  private static final int USUAL = 20;
  private static final long POLL_MILLIS = 200;

  private final FirewallLog log;
  private final String rule;
  private final boolean json;
  private final PrintStream out;
  private String before = "[\n";

  LogWatch(FirewallLog log, String rule, boolean json, PrintStream out) {
    this.log = log;
    this.rule = rule;
    this.json = json;
    this.out = out;
  }

  /**
   * Prints it, and with {@code --follow} what comes, until {@code --count} were printed, the user
   * ends it, or nobody reads any more.
   */
  void run(Call call) throws InterruptedException {
    boolean follow = call.has(Verb.Option.FOLLOW);
    int count = call.number(Verb.Option.COUNT, follow ? Integer.MAX_VALUE : USUAL, 1, MOST);
    try {
      if (follow) {
        follow(count);
      } else {
        List<LogEntry> entries = log.after(0, MOST).stream().filter(this::isWanted).toList();
        entries.subList(Math.max(0, entries.size() - count), entries.size()).forEach(this::print);
        if (entries.isEmpty() && !json) {
          out.println(
              "No packet is in the log"
                  + (rule.isEmpty() ? "" : " by rule " + rule)
                  + "; a rule with \"log\" puts them there, or log.drops=true.");
        }
      }
    } finally {
      if (json) {
        out.println(before.equals("[\n") ? "[]" : "\n]");
      }
      out.flush();
    }
  }

  private void follow(int count) throws InterruptedException {
    long seen = log.newest();
    int printed = 0;
    while (printed < count && !out.checkError()) {
      for (LogEntry entry : log.after(seen, MOST)) {
        seen = entry.number();
        if (printed < count && isWanted(entry)) {
          print(entry);
          printed++;
        }
      }
      if (printed < count) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
    }
  }

  private boolean isWanted(LogEntry entry) {
    return rule.isEmpty() || entry.rule().equals(rule);
  }

  private void print(LogEntry entry) {
    if (json) {
      out.print(before + Json.of(json(entry)));
      before = ",\n";
    } else {
      out.println("#" + entry.number() + " " + entry.time() + " " + entry.text());
    }
  }

  /** An entry for programs. */
  static Map<String, Object> json(LogEntry entry) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("number", entry.number());
    json.put("time", entry.time().toString());
    json.put("link", entry.link());
    json.put("direction", entry.direction().name());
    json.put("rule", entry.rule());
    json.put("prefix", entry.prefix());
    json.put("action", entry.action());
    json.put("state", entry.state());
    json.put("sourceMac", Address.formatMac(entry.sourceMac()));
    json.put("destinationMac", Address.formatMac(entry.destinationMac()));
    json.put("etherType", entry.etherType());
    json.put("vlan", entry.vlan());
    json.put("protocol", entry.protocol() == Protocol.NONE ? null : entry.protocol());
    json.put("source", entry.source());
    json.put("destination", entry.destination());
    json.put("sourcePort", entry.sourcePort());
    json.put("destinationPort", entry.destinationPort());
    json.put("detail", entry.detail());
    json.put("length", entry.length());
    json.put("text", entry.text());
    return json;
  }
}
