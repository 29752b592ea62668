package org.vtl.core.internal.connection;

import java.util.function.Consumer;
import org.vtl.connection.ConnectionKey;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.service.Traffic;

/**
 * All conversations of one lane. Every connection is made at the start and recycled; a full table
 * evicts those that are cheapest to lose, in the order of {@link Timeout}, and never an established
 * TCP connection that spoke within the last five minutes.
 */
public final class ConnectionTable {
  private static final long SAFE_NANOS = 300_000_000_000L;
  private static final Timeout[] TIMEOUTS = Timeout.values();

  /** Told of each opened and each ending connection. */
  public interface Listener {
    void opened(TrackedConnection connection);

    /** Called before the connection is recycled. */
    void closing(TrackedConnection connection);
  }

  private final TrackedConnection[] connections;
  private final TrackedConnection[] buckets;
  private final TrackedConnection[] oldest = new TrackedConnection[TIMEOUTS.length];
  private final TrackedConnection[] newest = new TrackedConnection[TIMEOUTS.length];
  private final FlowKey key = new FlowKey();

  /** Apart from the key of the packet being tracked, since listeners may look things up. */
  private final FlowKey query = new FlowKey();

  private final Listener listener;
  private final long secret;
  private final long idStep;
  private TrackedConnection free;
  private long nextId;
  private int size;
  private boolean invalid;
  private boolean refused;
  private long evictions;
  private long refusals;

  /**
   * A table for {@code owner}.
   *
   * @param capacity connections at most, 1 to 16 million
   * @param secret makes the hash unpredictable
   * @param firstId the first connection's number
   * @param idStep added for each next one, so that lanes never give the same
   */
  public ConnectionTable(
      ConnectionOwner owner,
      int capacity,
      long secret,
      long firstId,
      long idStep,
      Listener listener) {
    connections = new TrackedConnection[capacity];
    buckets = new TrackedConnection[Integer.highestOneBit(Math.max(2, capacity * 2 - 1))];
    for (int i = capacity - 1; i >= 0; i--) {
      connections[i] = new TrackedConnection(owner, true);
      connections[i].hashNext = free;
      free = connections[i];
    }
    this.secret = secret;
    this.nextId = firstId;
    this.idStep = idStep;
    this.listener = listener;
  }

  public int size() {
    return size;
  }

  public int capacity() {
    return connections.length;
  }

  /** Connections forgotten before their time, to make room. */
  public long evictions() {
    return evictions;
  }

  /** Connections not opened because only established ones were left. */
  public long refusals() {
    return refusals;
  }

  /** Whether the packet last tracked does not fit its connection's model. */
  public boolean isInvalid() {
    return invalid;
  }

  /** Whether the packet last tracked needs a connection, and there is no room for one. */
  public boolean isRefused() {
    return refused;
  }

  /** Calls {@code each} for every connection; it may close that one, and open none. */
  public void forEach(Consumer<TrackedConnection> each) {
    for (TrackedConnection connection : connections) {
      if (connection.live) {
        each.accept(connection);
      }
    }
  }

  /**
   * Finds or opens the connection of {@code packet} and has the sender's half follow it. {@link
   * #isInvalid} and {@link #isRefused} tell more.
   *
   * @return null if it belongs to none, or there is no room
   */
  public TrackedConnection track(Packet packet, Direction direction, long now) {
    invalid = false;
    refused = false;
    if (!key.read(packet, direction)) {
      invalid = key.quoted;
      return null;
    }
    int hash = key.hash(secret);
    TrackedConnection connection = lookup(key, hash);
    if (key.quoted) {
      invalid = connection == null;
      return connection; // an error moves no model; it only follows its connection
    }
    if (connection == null) {
      return open(hash, packet, direction, now);
    }
    return follow(connection, hash, packet, direction, now);
  }

  private TrackedConnection follow(
      TrackedConnection connection, int hash, Packet packet, Direction direction, long now) {
    if (connection.protocol == Protocol.TCP) {
      switch (TcpTracker.observe(connection, packet, direction, now)) {
        case INVALID -> {
          connection.invalid++;
          invalid = true;
          return connection;
        }
        case REOPENS -> {
          close(connection);
          return open(hash, packet, direction, now);
        }
        case VALID -> {}
      }
    } else if (direction != connection.opener) {
      connection.established = true;
    }
    see(connection, packet, direction);
    touch(connection, timeout(connection), now);
    return connection;
  }

  private TrackedConnection open(int hash, Packet packet, Direction direction, long now) {
    TrackedConnection connection = take(now);
    key.read(packet, direction); // once more: a listener told of an eviction may track another
    invalid = false;
    refused = false;
    if (connection == null) {
      refused = true;
      refusals++;
      return null;
    }
    identify(connection, key, hash, direction, now);
    if (connection.protocol == Protocol.TCP
        && TcpTracker.open(connection, packet, direction, now) != TcpTracker.Finding.VALID) {
      connection.recycle();
      connection.hashNext = free;
      free = connection;
      invalid = true;
      return null;
    }
    see(connection, packet, direction);
    insert(connection);
    link(connection, timeout(connection), now);
    listener.opened(connection);
    invalid = false;
    refused = false;
    return connection;
  }

  /** The connection that {@code packet} belongs to, its model untouched; null if there is none. */
  public TrackedConnection find(Packet packet, Direction direction) {
    return query.read(packet, direction) ? lookup(query, query.hash(secret)) : null;
  }

  public TrackedConnection find(ConnectionKey wanted) {
    query.read(wanted);
    return lookup(query, query.hash(secret));
  }

  /** The connection {@code wanted} names, opened with nothing known; null if there is no room. */
  public TrackedConnection open(ConnectionKey wanted, long now) {
    TrackedConnection found = find(wanted);
    if (found != null) {
      return found;
    }
    TrackedConnection connection = take(now);
    if (connection != null) {
      query.read(wanted);
      identify(connection, query, query.hash(secret), Direction.OUTBOUND, now);
      insert(connection);
      link(connection, Timeout.UNCONFIRMED, now);
      listener.opened(connection);
    }
    return connection;
  }

  /** Notes that VTL itself sent {@code packet}: the connection is alive. */
  public void keep(TrackedConnection connection, long now) {
    if (connection.live) {
      touch(connection, connection.timeout, now);
    }
  }

  /** Forgets all connections. */
  public void closeAll() {
    forEach(this::close);
  }

  /** Forgets {@code connection}, unless it is just being forgotten. */
  public void close(TrackedConnection connection) {
    if (!connection.isLive()) {
      return;
    }
    connection.ending = true;
    try {
      listener.closing(connection);
    } finally {
      connection.ending = false;
    }
    unlink(connection);
    int bucket = connection.hash & buckets.length - 1;
    if (buckets[bucket] == connection) {
      buckets[bucket] = connection.hashNext;
    } else {
      TrackedConnection before = buckets[bucket];
      while (before.hashNext != connection) {
        before = before.hashNext;
      }
      before.hashNext = connection.hashNext;
    }
    size--;
    connection.recycle();
    connection.hashNext = free;
    free = connection;
  }

  /**
   * Forgets connections that were silent for too long, at most {@code limit}.
   *
   * @return how many
   */
  public int expire(long now, int limit) {
    int closed = 0;
    for (Timeout timeout : TIMEOUTS) {
      TrackedConnection first = oldest[timeout.ordinal()];
      while (first != null && closed < limit && now - first.lastNanos >= timeout.nanos()) {
        close(first);
        closed++;
        first = oldest[timeout.ordinal()];
      }
    }
    return closed;
  }

  /**
   * When the next connection expires, in nanoseconds of the clock; {@code Long.MAX_VALUE}: none.
   */
  public long nextExpiry() {
    long next = Long.MAX_VALUE;
    for (Timeout timeout : TIMEOUTS) {
      TrackedConnection first = oldest[timeout.ordinal()];
      if (first != null) {
        next = Math.min(next, first.lastNanos + timeout.nanos());
      }
    }
    return next;
  }

  // ---- the hash --------------------------------------------------------------------------------

  private TrackedConnection lookup(FlowKey key, int hash) {
    TrackedConnection at = buckets[hash & buckets.length - 1];
    while (at != null && !(at.hash == hash && key.matches(at))) {
      at = at.hashNext;
    }
    return at;
  }

  private void insert(TrackedConnection connection) {
    int bucket = connection.hash & buckets.length - 1;
    connection.hashNext = buckets[bucket];
    buckets[bucket] = connection;
    connection.live = true;
    size++;
  }

  private void identify(
      TrackedConnection connection, FlowKey key, int hash, Direction opener, long now) {
    connection.hash = hash;
    connection.id = nextId;
    nextId += idStep;
    connection.protocol = key.protocol;
    connection.ipv6 = key.ipv6;
    connection.vlan = key.vlan;
    connection.traffic = traffic(key.protocol);
    connection.opener = opener;
    connection.openedNanos = now;
    connection.lastNanos = now;
    connection.vm.addressHigh = key.vmHigh;
    connection.vm.addressLow = key.vmLow;
    connection.vm.port = key.vmPort;
    connection.network.addressHigh = key.networkHigh;
    connection.network.addressLow = key.networkLow;
    connection.network.port = key.networkPort;
  }

  private static Traffic traffic(int protocol) {
    return switch (protocol) {
      case Protocol.TCP -> Traffic.TCP;
      case Protocol.UDP -> Traffic.UDP;
      case Protocol.ICMP, Protocol.ICMPV6 -> Traffic.ICMP;
      default -> Traffic.OTHER_IP;
    };
  }

  /** Notes what every packet tells of its sender. */
  private static void see(TrackedConnection connection, Packet packet, Direction direction) {
    EndpointState sender = connection.end(direction);
    sender.mac = packet.ethernet().source();
    sender.packets++;
    if (packet.isIpv4()) {
      sender.timeToLive = packet.ipv4().timeToLive();
      sender.ipIdentification = packet.ipv4().identification();
    } else {
      sender.timeToLive = packet.ipv6().hopLimit();
    }
    sender.bytes += packet.datagramEnd() - packet.networkOffset();
    if (connection.end(direction.reverse()).mac == 0) {
      connection.end(direction.reverse()).mac = packet.ethernet().destination();
    }
  }

  // ---- room ------------------------------------------------------------------------------------

  private TrackedConnection take(long now) {
    if (free == null && !evict(now)) {
      return null;
    }
    TrackedConnection connection = free;
    free = connection.hashNext;
    connection.hashNext = null;
    return connection;
  }

  private boolean evict(long now) {
    for (Timeout timeout : TIMEOUTS) {
      TrackedConnection first = oldest[timeout.ordinal()];
      while (first != null && first.ending) {
        first = first.newer; // its listener is just opening another
      }
      if (first != null
          && (timeout != Timeout.TCP_ESTABLISHED || now - first.lastNanos > SAFE_NANOS)) {
        close(first);
        evictions++;
        return true;
      }
    }
    return false;
  }

  // ---- timeouts --------------------------------------------------------------------------------

  private static Timeout timeout(TrackedConnection connection) {
    return switch (connection.traffic) {
      case TCP -> TcpTracker.timeout(connection);
      case UDP -> connection.established ? Timeout.UDP_STREAM : Timeout.UDP_SINGLE;
      case ICMP -> Timeout.ICMP;
      default -> Timeout.OTHER;
    };
  }

  private void touch(TrackedConnection connection, Timeout timeout, long now) {
    unlink(connection);
    link(connection, timeout, now);
  }

  private void link(TrackedConnection connection, Timeout timeout, long now) {
    int list = timeout.ordinal();
    connection.timeout = timeout;
    connection.lastNanos = now;
    connection.older = newest[list];
    connection.newer = null;
    if (newest[list] == null) {
      oldest[list] = connection;
    } else {
      newest[list].newer = connection;
    }
    newest[list] = connection;
  }

  private void unlink(TrackedConnection connection) {
    int list = connection.timeout.ordinal();
    if (connection.older == null) {
      oldest[list] = connection.newer;
    } else {
      connection.older.newer = connection.newer;
    }
    if (connection.newer == null) {
      newest[list] = connection.older;
    } else {
      connection.newer.older = connection.older;
    }
    connection.older = null;
    connection.newer = null;
  }
}
