package org.vtl.core.internal.connection;

import static org.vtl.core.internal.connection.TrackedConnection.ENDING;
import static org.vtl.core.internal.connection.TrackedConnection.ESTABLISHED;
import static org.vtl.core.internal.connection.TrackedConnection.FLOW;
import static org.vtl.core.internal.connection.TrackedConnection.LIVE;
import static org.vtl.core.internal.connection.TrackedConnection.MIDSTREAM;
import static org.vtl.core.internal.connection.TrackedConnection.OPENED_INBOUND;

import java.util.function.Consumer;
import org.vtl.connection.ConnectionKey;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/**
 * All conversations of one lane. A full table evicts those that are cheapest to lose, in the order
 * of {@link Timeout}, and never an established TCP connection that spoke within the last five
 * minutes. Of what a flood from the network opens, each kind has at most an eighth of the table, or
 * 1,024, and makes room for more of its kind among itself.
 */
public final class ConnectionTable {
  /** This part of the table at most holds each of the kinds of connections that floods open. */
  private static final int FLOOD_SHARE = 8;

  /** As many of each kind there may be at any rate, in a table that has the room. */
  private static final int SMALL = 1_024;

  private static final long SAFE_NANOS = 300_000_000_000L;
  private static final Timeout[] TIMEOUTS = Timeout.values();

  /** What a connection takes of the heap, at most, with its part of the table. */
  public static final int CONNECTION_BYTES = 320;

  /**
   * What a connection takes beside that once something unusual is noted of it, or a service keeps
   * something there; whoever floods VTL can have it noted of all.
   */
  public static final int RARE_BYTES = 64;

  /** Told of each opened and each ending connection. */
  public interface Listener {
    void opened(TrackedConnection connection);

    /** Called before the connection is recycled. */
    void closing(TrackedConnection connection);

    /** Called before a packet is held against the model: what others carried counts first. */
    void catchUp(TrackedConnection connection);
  }

  private final ConnectionPlaces places;
  private final ConnectionIndex index;
  private final TimeoutQueues queues;
  private final FlowKey key = new FlowKey();

  /** Apart from the key of the packet being tracked, since listeners may look things up. */
  private final FlowKey query = new FlowKey();

  private final Listener listener;
  private final long idStep;

  /** So many connections at most are under each of {@link Timeout#BOUNDED}. */
  private final int bound;

  private long nextId;
  private int size;
  private boolean invalid;
  private long newMac;
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
    places = new ConnectionPlaces(owner, capacity);
    index = new ConnectionIndex(places.connections, secret);
    queues = new TimeoutQueues(places.connections);
    this.nextId = firstId;
    this.idStep = idStep;
    bound = Math.max(SMALL, capacity / FLOOD_SHARE);
    this.listener = listener;
  }

  public int size() {
    return size;
  }

  public int capacity() {
    return places.capacity();
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

  /** Places, numbered from 0, in which connections are or were. */
  public int places() {
    return places.made();
  }

  /** The connection at {@code place}, or null when none is there now. */
  public TrackedConnection at(int place) {
    return places.at(place);
  }

  /** Calls {@code each} for every connection; it may close that one, and open none. */
  public void forEach(Consumer<TrackedConnection> each) {
    places.forEach(each);
  }

  /**
   * The source MAC address of the packet last tracked, if its sender was known by another until
   * now; else 0. It becomes the sender's by {@link TrackedConnection#moveTo}.
   */
  public long newMac() {
    return newMac;
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
    newMac = 0;
    if (!key.read(packet, direction)) {
      invalid = key.quoted;
      return null;
    }
    TrackedConnection connection = index.find(key);
    boolean corrupt = isCorrupt(packet);
    if (key.quoted) {
      invalid = corrupt || connection == null;
      return connection; // an error moves no model; it only follows its connection
    }
    if (connection != null && corrupt) {
      return refuse(connection, direction);
    }
    if (connection != null) {
      return follow(connection, packet, direction, now);
    }
    if (corrupt || key.isReply()) {
      invalid = true;
      return null;
    }
    return open(packet, direction, direction, now);
  }

  /**
   * Whether its receiver will throw it away for a wrong checksum (RFC 1122 sections 3.2.1.2,
   * 4.2.2.7): what it says then never happens, and a model that followed it would be led astray.
   */
  private static boolean isCorrupt(Packet packet) {
    return (packet.isIpv4() && !packet.ipv4().isChecksumRight())
        || (packet.checksumState() == ChecksumState.UNVERIFIED
            && !packet.isTransportChecksumRight());
  }

  private TrackedConnection refuse(TrackedConnection connection, Direction direction) {
    connection.end(direction).countInvalid();
    invalid = true;
    return connection;
  }

  private TrackedConnection follow(
      TrackedConnection connection, Packet packet, Direction direction, long now) {
    if (connection.is(FLOW)) {
      listener.catchUp(connection);
    }
    if (connection.protocol() == Protocol.TCP) {
      switch (TcpTracker.observe(connection, packet, direction, now)) {
        case INVALID -> {
          return refuse(connection, direction);
        }
        case REOPENS -> {
          close(connection, ConnectionEvent.REOPENED);
          // A SYN-ACK answers a SYN that has passed as one of the old connection's.
          return open(
              packet, direction, packet.tcp().isAck() ? direction.reverse() : direction, now);
        }
        case VALID -> {}
      }
    } else if (!connection.is(ESTABLISHED) && direction != connection.opener()) {
      connection.establish();
    }
    see(connection, packet, direction);
    queues.touch(connection, Timeout.of(connection), now);
    return connection;
  }

  private TrackedConnection open(Packet packet, Direction direction, Direction opener, long now) {
    TrackedConnection connection = take(now);
    key.read(packet, direction); // once more: a listener told of an eviction may track another
    invalid = false;
    refused = false;
    if (connection == null) {
      refused = true;
      refusals++;
      return null;
    }
    identify(connection, key, opener, now);
    if (connection.protocol() == Protocol.TCP
        && TcpTracker.open(connection, packet, direction, now) != TcpTracker.Finding.VALID) {
      places.give(connection);
      invalid = true;
      return null;
    }
    see(connection, packet, direction);
    insert(connection, key, Timeout.of(connection), now);
    connection.tell(
        connection.is(MIDSTREAM) ? ConnectionEvent.PICKED_UP : ConnectionEvent.OPENED, opener);
    if (connection.end(direction).finished()) {
      connection.tell(ConnectionEvent.FINISHED, direction); // midway, and with its last segment
    }
    listener.opened(connection);
    invalid = false;
    refused = false;
    return connection;
  }

  /** The connection that {@code packet} belongs to, its model untouched; null if there is none. */
  public TrackedConnection find(Packet packet, Direction direction) {
    return query.read(packet, direction) ? index.find(query) : null;
  }

  public TrackedConnection find(ConnectionKey wanted) {
    query.read(wanted);
    return index.find(query);
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
      identify(connection, query, Direction.OUTBOUND, now);
      insert(connection, query, Timeout.UNCONFIRMED, now);
      connection.tell(ConnectionEvent.OPENED, null);
      listener.opened(connection);
    }
    return connection;
  }

  /** Notes that VTL itself sent {@code packet}: the connection is alive. */
  public void keep(TrackedConnection connection, long now) {
    if (connection.is(LIVE)) {
      queues.touch(connection, TIMEOUTS[connection.timeout], now);
    }
  }

  /** Forgets all connections. */
  public void closeAll() {
    forEach(this::close);
  }

  /** Forgets {@code connection}, unless it is just being forgotten. */
  public void close(TrackedConnection connection) {
    close(connection, ConnectionEvent.CLOSED);
  }

  private void close(TrackedConnection connection, ConnectionEvent why) {
    if (!connection.isLive()) {
      return;
    }
    connection.tell(why, null);
    connection.set(ENDING);
    try {
      listener.closing(connection);
    } finally {
      connection.set(ENDING, false);
    }
    queues.remove(connection);
    index.remove(connection);
    size--;
    places.give(connection);
  }

  /**
   * Forgets connections that were silent for too long, at most {@code limit}.
   *
   * @return how many
   */
  public int expire(long now, int limit) {
    int closed = 0;
    while (closed < limit) {
      TrackedConnection expired = queues.expired(now);
      if (expired == null) {
        break;
      }
      close(expired, ConnectionEvent.EXPIRED);
      closed++;
    }
    return closed;
  }

  /**
   * A time, in nanoseconds of the clock, before which no connection expires; {@code
   * Long.MAX_VALUE}: there is none.
   */
  public long nextExpiry() {
    return queues.nextExpiry();
  }

  private void identify(TrackedConnection connection, FlowKey key, Direction opener, long now) {
    connection.identify(key);
    connection.id = nextId;
    nextId += idStep;
    connection.set(OPENED_INBOUND, opener == Direction.INBOUND);
    connection.openedTime = CoarseTime.of(now);
  }

  private void insert(TrackedConnection connection, FlowKey key, Timeout timeout, long now) {
    index.add(key, connection.place);
    queues.add(connection, timeout, now);
    connection.set(LIVE);
    size++;
  }

  /** Notes what every packet tells of its ends. */
  private void see(TrackedConnection connection, Packet packet, Direction direction) {
    newMac = connection.end(direction).sent(packet);
    connection.end(direction.reverse()).addressed(packet);
  }

  // ---- room ------------------------------------------------------------------------------------

  private TrackedConnection take(long now) {
    // Also while there is room: a place that was used once takes memory for ever.
    for (Timeout timeout : Timeout.BOUNDED) {
      if (queues.size(timeout) >= bound) {
        evict(timeout, now);
      }
    }
    return places.isFull() && !evict(now) ? null : places.take();
  }

  private boolean evict(long now) {
    for (Timeout timeout : TIMEOUTS) {
      if (evict(timeout, now)) {
        return true;
      }
    }
    return false;
  }

  /** Forgets the connection longest silent under {@code timeout}; false if none may be. */
  private boolean evict(Timeout timeout, long now) {
    TrackedConnection first = queues.first(timeout);
    while (first != null && first.is(ENDING)) {
      first = queues.after(first); // its listener is just opening another
    }
    if (first == null
        || (timeout == Timeout.TCP_ESTABLISHED && now - first.lastNanos <= SAFE_NANOS)) {
      return false;
    }
    close(first, ConnectionEvent.EVICTED);
    evictions++;
    return true;
  }
}
