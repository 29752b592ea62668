package org.vtl.core.internal.connection;

import static org.vtl.core.internal.connection.TrackedConnection.LIVE;

import java.util.function.Consumer;

/**
 * The objects of one table's connections, by their places: each is made when so many are open for
 * the first time, and recycled for ever.
 */
final class ConnectionPlaces {
  private final ConnectionOwner owner;

  /** By their places, as far as any were made. */
  final TrackedConnection[] connections;

  private int made;

  /** Places without a connection, a list through {@link TrackedConnection#newer}. */
  private int free = TimeoutQueues.NONE;

  ConnectionPlaces(ConnectionOwner owner, int capacity) {
    this.owner = owner;
    connections = new TrackedConnection[capacity];
  }

  int capacity() {
    return connections.length;
  }

  /** Places, numbered from 0, in which connections are or were. */
  int made() {
    return made;
  }

  /** The connection at {@code place}, or null when none is there now. */
  TrackedConnection at(int place) {
    return connections[place].is(LIVE) ? connections[place] : null;
  }

  /** Calls {@code each} for every connection; it may free that one's place, and take none. */
  void forEach(Consumer<TrackedConnection> each) {
    for (int place = 0; place < made; place++) {
      if (connections[place].is(LIVE)) {
        each.accept(connections[place]);
      }
    }
  }

  /** Whether all places are taken. */
  boolean isFull() {
    return free == TimeoutQueues.NONE && made == connections.length;
  }

  /** A connection of which nothing is known; some place must be free. */
  TrackedConnection take() {
    if (free == TimeoutQueues.NONE) {
      connections[made] = new TrackedConnection(owner, made);
      return connections[made++];
    }
    TrackedConnection connection = connections[free];
    free = connection.newer;
    return connection;
  }

  /** Makes the place of {@code connection} a free one. */
  void give(TrackedConnection connection) {
    connection.recycle();
    connection.newer = free;
    free = connection.place;
  }
}
