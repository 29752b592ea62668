package org.vtl.service.tor.internal.command;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vtl.service.tor.internal.StreamInfo;
import org.vtl.service.tor.internal.TorView;
import org.vtl.service.tor.internal.control.Circuit;
import org.vtl.text.Table;

/** What {@code vtl:tor} prints for people, and as values for JSON. */
final class TorText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private TorText() {}

  static String status(TorView.TorStatus status) {
    StringBuilder text = new StringBuilder();
    text.append(verdict(status));
    if (status.percent() >= 0) {
      text.append(": ").append(status.percent()).append(" %");
      if (!status.summary().isEmpty()) {
        text.append(", ").append(status.summary());
      }
    }
    text.append('\n');
    text.append("socks    ").append(status.where()).append('\n');
    if (!status.process().isEmpty()) {
      text.append("process  ").append(status.process());
      text.append(status.pid() == 0 ? "\n" : ", " + status.pid() + "\n");
    }
    if (!status.version().isEmpty()) {
      text.append("version  ").append(status.version()).append('\n');
    }
    status.complaints().forEach(sentence -> text.append(sentence).append('\n'));
    return text.toString();
  }

  private static String verdict(TorView.TorStatus status) {
    if (!status.ready()) {
      return "Tor does not carry streams yet";
    }
    return status.percent() < 0
        ? "Streams go to Tor; how it fares is not known without its control port"
        : "Tor carries streams";
  }

  static String streams(List<StreamInfo> open, List<StreamInfo> failed, Instant now) {
    if (open.isEmpty() && failed.isEmpty()) {
      return "There is no stream.\n";
    }
    Table table =
        new Table(
            ">CONNECTION",
            "LINK",
            "VM",
            "TARGET",
            "STATE",
            "CIRCUIT",
            ">AGE",
            ">TO TOR",
            ">FROM TOR");
    for (StreamInfo one : open) {
      row(table, one, now);
    }
    for (StreamInfo one : failed) {
      row(table, one, now).note(one.failure());
    }
    return table.toString();
  }

  private static Table row(Table table, StreamInfo one, Instant now) {
    return table.row(
        one.connection(),
        one.link(),
        one.vm(),
        one.target(),
        one.state(),
        one.circuit(),
        one.opened() == null ? "" : Duration.between(one.opened(), now).toSeconds() + " s",
        one.toTor(),
        one.fromTor());
  }

  static Map<String, Object> json(StreamInfo one) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("connection", one.connection());
    map.put("link", one.link());
    map.put("vm", one.vm());
    map.put("target", one.target());
    map.put("state", one.state());
    map.put("circuit", one.circuit());
    map.put("opened", one.opened());
    map.put("toTor", one.toTor());
    map.put("fromTor", one.fromTor());
    map.put("failure", one.failure());
    return map;
  }

  static String circuits(List<Circuit> circuits) {
    if (circuits.isEmpty()) {
      return "Tor has no circuit.\n";
    }
    Table table = new Table(">CIRCUIT", "STATE", "PURPOSE", "USER", "PATH");
    for (Circuit one : circuits) {
      table.row(one.id(), one.state(), one.purpose(), one.user(), String.join(" > ", one.path()));
    }
    return table.toString();
  }

  static String names(List<TorView.LinkMapping> names) {
    if (names.isEmpty()) {
      return "No name has an address.\n";
    }
    Table table = new Table("LINK", "NAME", "IPV4", "IPV6", ">CONNECTIONS", ">IDLE");
    for (TorView.LinkMapping one : names) {
      table.row(
          one.link(),
          one.mapping().name(),
          one.mapping().ipv4(),
          one.mapping().ipv6(),
          one.mapping().connections(),
          one.mapping().idleSeconds() + " s");
    }
    return table.toString();
  }

  static Map<String, Object> json(TorView.LinkMapping one) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("link", one.link());
    map.put("name", one.mapping().name());
    map.put("ipv4", one.mapping().ipv4().toString());
    map.put("ipv6", one.mapping().ipv6().toString());
    map.put("connections", one.mapping().connections());
    map.put("idleSeconds", one.mapping().idleSeconds());
    return map;
  }

  static String log(List<StreamInfo> failed, List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (String line : lines) {
      text.append(line).append('\n');
    }
    for (StreamInfo one : failed) {
      text.append(TIME.format(one.opened()))
          .append(' ')
          .append(one.link())
          .append(' ')
          .append(one.vm())
          .append(" > ")
          .append(one.target())
          .append(": ")
          .append(one.failure())
          .append('\n');
    }
    return text.isEmpty() ? "Nothing has been said, and no stream has failed.\n" : text.toString();
  }
}
