package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vtl.connection.ConnectionKey;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Address;
import org.vtl.packet.Protocol;
import org.vtl.runtime.Explanation;
import org.vtl.service.Traffic;

/** Says which services see a connection, and why the others do not. Any thread but a worker's. */
final class Explainer {
  private static final Pattern FLOW =
      Pattern.compile(
          "(tcp|udp|icmp)\\s+(\\S+?)(?:\\s*>\\s*|\\s+to\\s+)(\\S+)(?:\\s+vlan\\s+(\\d+))?");

  private final EngineCore engine;

  Explainer(EngineCore engine) {
    this.engine = engine;
  }

  Explanation explain(String link, String text) {
    Lane lane = lane(link);
    String asked = text.trim().toLowerCase(Locale.ROOT);
    List<Explanation> answer = new ArrayList<>(1);
    if (asked.matches("\\d{1,18}")) {
      long id = Long.parseLong(asked);
      engine.runOn(
          lane,
          () ->
              lane.table()
                  .forEach(
                      connection -> {
                        if (connection.id() == id) {
                          answer.add(existing(lane, asked, connection));
                        }
                      }));
      if (answer.isEmpty()) {
        throw new IllegalArgumentException(
            "No connection " + id + " is on link " + lane.name() + "; vtl:connections lists them.");
      }
      return answer.getFirst();
    }
    if (asked.equals("arp")) {
      engine.runOn(lane, () -> answer.add(fresh(lane, asked, Traffic.ARP)));
      return answer.getFirst();
    }
    Matcher flow = FLOW.matcher(asked);
    if (!flow.matches()) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" names no connection; write a number, \"arp\", or such as \"tcp 10.0.0.1:1234 to"
              + " 10.0.0.2:80\".");
    }
    engine.runOn(lane, () -> answer.add(flow(lane, asked, flow)));
    return answer.getFirst();
  }

  private Lane lane(String link) {
    if (link.isEmpty()) {
      if (engine.lanes().size() == 1) {
        return engine.lanes().getFirst();
      }
      throw new IllegalArgumentException(
          "There are " + engine.lanes().size() + " links; say which, with --link NAME.");
    }
    Lane lane = engine.lane(link);
    if (lane == null) {
      throw new IllegalArgumentException(
          "No link is called \"" + link + "\"; vtl:links lists them.");
    }
    return lane;
  }

  private static Explanation flow(Lane lane, String asked, Matcher flow) {
    HostPort from = HostPort.parse(flow.group(2));
    HostPort to = HostPort.parse(flow.group(3));
    boolean six = !from.address.isIpv4();
    if (six == to.address.isIpv4()) {
      throw new IllegalArgumentException(
          "\"" + asked + "\" joins an IPv4 and an IPv6 address; no connection does.");
    }
    int protocol =
        switch (flow.group(1)) {
          case "tcp" -> Protocol.TCP;
          case "udp" -> Protocol.UDP;
          default -> six ? Protocol.ICMPV6 : Protocol.ICMP;
        };
    int vlan = flow.group(4) == null ? 0 : 0x1000 | Integer.parseInt(flow.group(4)) & 0xfff;
    TrackedConnection found = lane.table().find(key(protocol, from, to, vlan));
    if (found == null) {
      found = lane.table().find(key(protocol, to, from, vlan));
    }
    if (found != null) {
      return existing(lane, asked, found);
    }
    Traffic traffic =
        protocol == Protocol.TCP
            ? Traffic.TCP
            : protocol == Protocol.UDP ? Traffic.UDP : Traffic.ICMP;
    return fresh(lane, asked, traffic);
  }

  private static ConnectionKey key(int protocol, HostPort vm, HostPort network, int vlan) {
    return new ConnectionKey(
        protocol,
        vm.address.high(),
        vm.address.low(),
        vm.port,
        network.address.high(),
        network.address.low(),
        network.port,
        vlan);
  }

  private static Explanation existing(Lane lane, String asked, TrackedConnection connection) {
    return new Explanation(
        lane.name(),
        asked,
        connection.id(),
        stages(lane, connection.traffic(), lane.plan().left(connection)));
  }

  private static Explanation fresh(Lane lane, String asked, Traffic traffic) {
    return new Explanation(lane.name(), asked, 0, stages(lane, traffic, 0));
  }

  private static List<Explanation.Stage> stages(Lane lane, Traffic traffic, long left) {
    List<Explanation.Stage> stages = new ArrayList<>();
    List<ServiceEntry> entries = lane.engine().registry().entries();
    entries.sort(null);
    Pipeline pipeline = lane.plan().pipeline;
    for (ServiceEntry entry : entries) {
      String obstacle = obstacle(lane, pipeline, entry, traffic, left);
      stages.add(
          new Explanation.Stage(
              entry.name,
              entry.priority(),
              obstacle.isEmpty(),
              obstacle.isEmpty() ? "in the chain" : obstacle));
    }
    for (String missing : lane.plan().missing) {
      stages.add(
          new Explanation.Stage(
              missing, 0, false, "required by the link and absent: nothing passes"));
    }
    return stages;
  }

  private static String obstacle(
      Lane lane, Pipeline pipeline, ServiceEntry entry, Traffic traffic, long left) {
    if (entry.state() != ServiceEntry.State.ACTIVE) {
      return entry.state().name().toLowerCase(Locale.ROOT) + ": " + entry.reason();
    }
    if (!pipeline.contains(entry)) {
      return "a successor of the same name is in its place";
    }
    if (!entry.serves(lane.name())) {
      return "does not serve this link";
    }
    if (!entry.traffic().contains(traffic)) {
      return "does not ask for " + traffic;
    }
    if (lane.plan().hasLeft(entry)) {
      return "left the link: it has nothing to do there";
    }
    return (left >>> entry.id & 1) != 0 ? "left the connection" : "";
  }

  /** An address and a port, as in {@code 10.0.0.1:80}, {@code [fd00::1]:80} or without a port. */
  private record HostPort(Address address, int port) {
    static HostPort parse(String text) {
      String host = text;
      String port = "0";
      if (text.startsWith("[")) {
        int end = text.indexOf(']');
        host = text.substring(1, Math.max(1, end));
        port = end > 0 && text.startsWith(":", end + 1) ? text.substring(end + 2) : "0";
      } else if (text.indexOf(':') >= 0 && text.indexOf(':') == text.lastIndexOf(':')) {
        host = text.substring(0, text.indexOf(':'));
        port = text.substring(text.indexOf(':') + 1);
      }
      try {
        return new HostPort(Address.parse(host), Integer.parseInt(port));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "\"" + text + "\" has no port number behind its last colon.", e);
      }
    }
  }
}
