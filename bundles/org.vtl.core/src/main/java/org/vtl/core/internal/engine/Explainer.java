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
    Crew crew = crew(link);
    String asked = text.trim().toLowerCase(Locale.ROOT);
    List<Explanation> answer = new ArrayList<>(1);
    if (asked.matches("\\d{1,18}")) {
      long id = Long.parseLong(asked);
      for (Lane lane : crew.lanes()) {
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
      }
      if (answer.isEmpty()) {
        throw new IllegalArgumentException(
            "No connection " + id + " is on link " + crew.name() + "; vtl:connections lists them.");
      }
      return answer.getFirst();
    }
    if (asked.equals("arp")) {
      Lane first = crew.lane(0); // all that is not IP is worker 0's
      engine.runOn(first, () -> answer.add(fresh(first, asked, Traffic.ARP)));
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
    return flow(crew, asked, flow);
  }

  private Crew crew(String link) {
    if (link.isEmpty()) {
      List<Crew> all = engine.links().crews();
      if (all.size() == 1) {
        return all.getFirst();
      }
      throw new IllegalArgumentException(
          "There are " + all.size() + " links; say which, with --link NAME.");
    }
    Crew crew = engine.links().crew(link);
    if (crew == null) {
      throw new IllegalArgumentException(
          "No link is called \"" + link + "\"; vtl:links lists them.");
    }
    return crew;
  }

  private Explanation flow(Crew crew, String asked, Matcher flow) {
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
    ConnectionKey outward = key(protocol, from, to, vlan);
    ConnectionKey inward = key(protocol, to, from, vlan);
    Lane lane = crew.lane(0).owner(outward);
    List<Explanation> answer = new ArrayList<>(1);
    engine.runOn(
        lane,
        () -> {
          TrackedConnection found = lane.table().find(outward);
          if (found == null) {
            found = lane.table().find(inward);
          }
          answer.add(
              found != null ? existing(lane, asked, found) : fresh(lane, asked, traffic(protocol)));
        });
    return answer.getFirst();
  }

  private static Traffic traffic(int protocol) {
    return protocol == Protocol.TCP
        ? Traffic.TCP
        : protocol == Protocol.UDP ? Traffic.UDP : Traffic.ICMP;
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
    if (!entry.isFor(lane.name())) {
      return "does not serve this link";
    }
    if (entry.needsOneWorker(lane)) {
      return "needs a link of one worker, this one has " + lane.workers();
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
