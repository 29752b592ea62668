package org.vtl.tcp.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.vtl.connection.Connection;
import org.vtl.connection.ConnectionKey;
import org.vtl.connection.Link;
import org.vtl.connection.Slot;
import org.vtl.packet.Address;
import org.vtl.packet.Protocol;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.ServiceContext;
import org.vtl.tcp.RelayInfo;

/** Asks the workers why open connections have no relay. Not on a worker. */
final class Survey {
  private static final long PATIENCE_SECONDS = 1;

  /** What TIME-WAIT and a RST leave behind is nobody's connection any more. */
  private static final String OPEN = "tcp and not state TIME_WAIT and not state CLOSED";

  private final ServiceContext context;
  private final Slot<Standing> slot;
  private final ConcurrentMap<Long, Unrelayed> found = new ConcurrentHashMap<>();

  Survey(ServiceContext context, Slot<Standing> slot) {
    this.context = context;
    this.slot = slot;
  }

  /** Those that are in none of {@code relayed}, the youngest first, {@code limit} at most. */
  List<Unrelayed> of(VtlRuntime runtime, List<RelayInfo> relayed, int limit)
      throws InterruptedException {
    Set<Long> known = new HashSet<>();
    relayed.forEach(relay -> known.add(relay.connection()));
    List<ConnectionInfo> asked =
        runtime
            .connections(new ConnectionQuery(OPEN, "id", 0, limit + known.size()))
            .connections()
            .stream()
            .filter(connection -> !known.contains(connection.id()))
            .limit(limit)
            .toList();
    CountDownLatch answers = new CountDownLatch(asked.size());
    asked.forEach(connection -> ask(connection, answers));
    answers.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    List<Unrelayed> all = new ArrayList<>();
    asked.forEach(one -> all.add(found.getOrDefault(one.id(), new Unrelayed(one, null, ""))));
    return all;
  }

  private void ask(ConnectionInfo info, CountDownLatch answers) {
    for (Link link : context.links()) {
      if (link.name().equals(info.link()) && link.worker() == info.worker()) {
        link.execute(
            () -> {
              note(info, context.connections().find(link, key(info)));
              answers.countDown();
            });
        return;
      }
    }
    answers.countDown();
  }

  private void note(ConnectionInfo info, Connection connection) {
    if (connection == null || connection.id() != info.id() || !connection.has(slot)) {
      return;
    }
    Standing standing = connection.get(slot);
    found.put(info.id(), new Unrelayed(info, standing.refusal(), standing.rule()));
  }

  private static ConnectionKey key(ConnectionInfo info) {
    Address vm = Address.parse(info.vm().address());
    Address peer = Address.parse(info.network().address());
    return new ConnectionKey(
        Protocol.TCP,
        vm.high(),
        vm.low(),
        info.vm().port(),
        peer.high(),
        peer.low(),
        info.network().port(),
        info.vlan() < 0 ? 0 : 0x1000 | info.vlan());
  }
}
