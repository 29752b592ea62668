package org.vtl.tcp.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vtl.packet.Address;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.policy.Unrelayed;
import org.vtl.text.Table;

/** Relays and connections without one, as text and for programs. */
final class RelayText {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double NANOS_PER_SECOND = 1e9;

  private RelayText() {}

  /** The first {@code limit} of {@code relays}, and what all of them hold. */
  static Answer list(List<RelayInfo> relays, int limit) {
    Table table =
        new Table(
            ">CONNECTION",
            "OWNER",
            "KIND",
            "LINK",
            "VM",
            "PEER",
            "STATE",
            ">AGE",
            ">FROM VM",
            ">TO PEER",
            ">FROM PEER",
            ">TO VM",
            ">HELD",
            ">UNDELIVERED",
            ">RTT PEER");
    List<Object> list = new ArrayList<>();
    long held = 0;
    long undelivered = 0;
    for (RelayInfo relay : relays) {
      held += relay.vm().held() + relay.network().held();
      undelivered += undelivered(relay);
      if (list.size() < limit) {
        list.add(json(relay));
        table.row(
            relay.connection(),
            relay.owner(),
            word(relay.kind()),
            relay.link(),
            vm(relay),
            peer(relay),
            word(relay.state()),
            seconds(relay.ageNanos()),
            relay.vm().received(),
            relay.network().sent(),
            relay.network().received(),
            relay.vm().sent(),
            relay.vm().held() + relay.network().held(),
            undelivered(relay),
            millis(relay.network().roundTripNanos()));
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("count", relays.size());
    json.put("held", held);
    json.put("undelivered", undelivered);
    json.put("relays", list);
    String sum =
        "%d connection%s, %d bytes held, %d of them acknowledged and not yet delivered%n"
            .formatted(relays.size(), relays.size() == 1 ? "" : "s", held, undelivered);
    return new Answer((list.isEmpty() ? "" : table.toString()) + sum, json);
  }

  private static long undelivered(RelayInfo relay) {
    return relay.vm().undelivered() + relay.network().undelivered();
  }

  static Answer one(RelayInfo relay) {
    String head =
        "connection %d, link %s, %s of %s, %s, for %s%n"
            .formatted(
                relay.connection(),
                relay.link(),
                word(relay.kind()),
                relay.owner(),
                word(relay.state()),
                seconds(relay.ageNanos()));
    RelayInfo.Side vm = relay.vm();
    RelayInfo.Side network = relay.network();
    Table table =
        new Table("", ">VM " + vm(relay), ">PEER " + peer(relay))
            .row("state", vm.state(), network.state())
            .row("congestion control", vm.congestionControl(), network.congestionControl())
            .row("round trip", millis(vm.roundTripNanos()), millis(network.roundTripNanos()))
            .row("bytes received from it", vm.received(), network.received())
            .row("bytes it acknowledged", vm.sent(), network.sent())
            .row("bytes held for it", vm.held(), network.held())
            .row("  of these acknowledged to the other", vm.undelivered(), network.undelivered())
            .row("bytes that may be held for it", vm.capacity(), network.capacity())
            .row("bytes in flight to it", vm.inFlight(), network.inFlight())
            .row("congestion window", vm.congestionWindow(), network.congestionWindow())
            .row("window it advertises", vm.window(), network.window())
            .row("bytes retransmitted to it", vm.retransmitted(), network.retransmitted());
    return new Answer(head + table, json(relay));
  }

  static Answer bypassed(List<Unrelayed> connections) {
    Table table = new Table(">CONNECTION", "LINK", "VM", "PEER", "WHY");
    List<Object> json = new ArrayList<>();
    for (Unrelayed one : connections) {
      String vm = end(one.connection().vm().address(), one.connection().vm().port());
      String peer = end(one.connection().network().address(), one.connection().network().port());
      table.row(one.connection().id(), one.connection().link(), vm, peer, one.sentence());
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("connection", one.connection().id());
      map.put("link", one.connection().link());
      map.put("vm", vm);
      map.put("peer", peer);
      map.put("why", one.word());
      map.put("rule", one.rule());
      map.put("sentence", one.sentence());
      json.add(map);
    }
    return new Answer(
        connections.isEmpty() ? "Every open TCP connection has a relay.\n" : table.toString(),
        json);
  }

  private static Map<String, Object> json(RelayInfo relay) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("connection", relay.connection());
    map.put("link", relay.link());
    map.put("vm", vm(relay));
    map.put("peer", peer(relay));
    map.put("owner", relay.owner());
    map.put("kind", relay.kind());
    map.put("state", relay.state());
    map.put("ageMillis", relay.ageNanos() / 1_000_000);
    map.put("vmSide", json(relay.vm()));
    map.put("networkSide", json(relay.network()));
    return map;
  }

  private static Map<String, Object> json(RelayInfo.Side side) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("state", side.state());
    map.put("congestionControl", side.congestionControl());
    map.put("roundTripMicros", side.roundTripNanos() < 0 ? -1 : side.roundTripNanos() / 1_000);
    map.put("received", side.received());
    map.put("sent", side.sent());
    map.put("held", side.held());
    map.put("undelivered", side.undelivered());
    map.put("capacity", side.capacity());
    map.put("inFlight", side.inFlight());
    map.put("congestionWindow", side.congestionWindow());
    map.put("window", side.window());
    map.put("retransmitted", side.retransmitted());
    return map;
  }

  private static String vm(RelayInfo relay) {
    return end(Address.format(relay.key().vmHigh(), relay.key().vmLow()), relay.key().vmPort());
  }

  private static String peer(RelayInfo relay) {
    return end(
        Address.format(relay.key().networkHigh(), relay.key().networkLow()),
        relay.key().networkPort());
  }

  private static String end(String address, int port) {
    return address.indexOf(':') < 0 ? address + ":" + port : "[" + address + "]:" + port;
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String millis(long nanos) {
    return nanos < 0 ? "" : String.format(Locale.ROOT, "%.1f ms", nanos / NANOS_PER_MILLI);
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.0f s", nanos / NANOS_PER_SECOND);
  }
}
