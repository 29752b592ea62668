package org.vtl.tcp.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.connection.Slot;
import org.vtl.metrics.Counter;
import org.vtl.packet.Packet;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.ServiceContext;
import org.vtl.tcp.Opening;
import org.vtl.tcp.Relay;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.TcpRelays;

/**
 * What services that open relays have in common: rules that may change at any time, a count for
 * each reason not to relay, what is known of each connection, and relays that leave once nobody
 * wants them. Made in {@code attach}; what takes a connection runs on its worker.
 *
 * <p>Counters, in the service's name: {@code relayed}, {@code recalled} and for each {@link
 * Refusal} {@code not-} and its word.
 */
public final class RelayPolicy {
  /** Relays asked for: more than there can be. */
  private static final int ALL = 1 << 24;

  private final ServiceContext context;
  private final TcpRelays relays;
  private final Slot<Standing> slot;
  private final Counter relayed;
  private final Counter recalled;
  private final Counter[] refused = new Counter[Refusal.count()];
  private volatile ConnectionRules rules;

  /** The policy of the service {@code context} belongs to, which begins with {@code rules}. */
  public RelayPolicy(ServiceContext context, TcpRelays relays, ConnectionRules rules) {
    this.context = context;
    this.relays = relays;
    this.rules = rules;
    slot = context.slot("standing", Standing::new, Standing::clear);
    relayed = context.counter("relayed", "Connections that got a relay.");
    recalled = context.counter("recalled", "Relays asked to leave, as rules bypass them now.");
    for (int i = 0; i < refused.length; i++) {
      Refusal refusal = Refusal.at(i);
      refused[i] = context.counter("not-" + refusal.word(), "Not relayed. " + refusal.sentence());
    }
  }

  /** What is known of {@code connection}. */
  public Standing standing(Connection connection) {
    return connection.get(slot);
  }

  /** Whether the rules take {@code connection}; where not, that is noted. */
  public boolean takes(Connection connection) {
    ConnectionRules now = rules;
    int line = now.deciding(connection);
    if (now.takes(line)) {
      return true;
    }
    refuse(connection, Refusal.BY_RULE, now.lines().get(line));
    return false;
  }

  /** Whether {@code segment} has no {@link Obstacle}; where it has, that is noted. */
  public boolean permits(Packet segment, Connection connection) {
    Obstacle obstacle = Obstacle.of(segment);
    if (obstacle == null) {
      return true;
    }
    refuse(connection, Refusal.of(obstacle));
    return false;
  }

  /** Notes what became of the wish to relay {@code connection}; true if it is relayed. */
  public boolean note(Connection connection, Opening opening) {
    Refusal refusal = Refusal.of(opening);
    if (refusal != null) {
      refuse(connection, refusal);
      return false;
    }
    standing(connection).clear();
    relayed.increment();
    return true;
  }

  /** {@code connection} is not relayed; counted when that is new. */
  public void refuse(Connection connection, Refusal why) {
    refuse(connection, why, "");
  }

  private void refuse(Connection connection, Refusal why, String rule) {
    Standing standing = standing(connection);
    if (standing.refusal() != why) {
      refused[why.ordinal()].increment();
    }
    standing.refuse(why, rule);
  }

  /**
   * Whether {@code connection} has a relay already, of whoever opened it. One of this service that
   * the rules do not take any more is asked to leave; another's is noted as refusal.
   */
  public boolean isRelayed(Connection connection) {
    Relay relay = relays.of(connection);
    if (relay == null) {
      return false;
    }
    if (!relay.owner().equals(context.name())) {
      refuse(connection, Refusal.TAKEN);
    } else if (!takes(connection) && relay.state() != Relay.State.LEAVING) {
      recalled.increment();
      relay.leave();
    }
    return true;
  }

  /**
   * Puts other rules in force. Relays of connections that they bypass are asked to leave, soon; the
   * service sees its connections again by {@link ServiceContext#rejoinAll} or a changed
   * registration. Not on a worker.
   */
  public void change(ConnectionRules next) {
    if (next.lines().equals(rules.lines())) {
      return;
    }
    rules = next;
    for (RelayInfo info : relays.relays(ALL)) {
      if (info.owner().equals(context.name())) {
        onWorker(info, this::isRelayed); // silent connections, too, are decided anew
      }
    }
  }

  private void onWorker(RelayInfo info, Consumer<Connection> task) {
    for (Link link : context.links()) {
      if (link.name().equals(info.link())) {
        Link owner = link.owner(info.key());
        owner.execute(
            () -> {
              Connection connection = context.connections().find(owner, info.key());
              if (connection != null && connection.id() == info.connection()) {
                task.accept(connection);
              }
            });
        return;
      }
    }
  }

  /**
   * The service has left the pipeline: its relays are asked to leave, unless a successor of the
   * same name is there, whose they are now.
   *
   * @param runtime tells whether there is one; null for certainly not
   */
  public void end(VtlRuntime runtime) {
    boolean succeeded =
        runtime != null
            && runtime.services().stream()
                .anyMatch(
                    service ->
                        service.name().equals(context.name()) && service.state().equals("ACTIVE"));
    if (!succeeded) {
      relays.leaveAll(context.name());
    }
  }

  /**
   * Open TCP connections without a relay, the youngest first, {@code limit} at most. Not on a
   * worker; waits a second at most for each answer.
   */
  public List<Unrelayed> unrelayed(VtlRuntime runtime, int limit) throws InterruptedException {
    return new Survey(context, slot).of(runtime, own(ALL), limit);
  }

  /** This service's relays, {@code limit} at most. Not on a worker. */
  public List<RelayInfo> own(int limit) {
    List<RelayInfo> own = new ArrayList<>();
    for (RelayInfo info : relays.relays(ALL)) {
      if (info.owner().equals(context.name()) && own.size() < limit) {
        own.add(info);
      }
    }
    return own;
  }
}
