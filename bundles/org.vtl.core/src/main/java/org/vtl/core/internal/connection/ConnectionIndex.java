package org.vtl.core.internal.connection;

/**
 * Finds connections by their key: a hash table of places, four bytes each, open to the next free
 * one (linear probing). A place stands beside some bits of its key's hash, so that hardly ever a
 * connection is touched but the one that is looked for. Numbers instead of references, since those
 * would have the collector look through all connections for what was opened lately.
 */
final class ConnectionIndex {
  private static final int EMPTY = 0;

  private final TrackedConnection[] connections;
  private final long secret;

  /** The place plus one in the bits of {@link #placeMask}, bits of the hash in the others. */
  private final int[] entries;

  private final int placeMask;

  /** What the key of a connection that is moved to another entry is read into. */
  private final FlowKey moved = new FlowKey();

  /** An index of {@code connections}, by their places there; {@code secret} keys the hash. */
  ConnectionIndex(TrackedConnection[] connections, long secret) {
    this.connections = connections;
    this.secret = secret;
    placeMask = powerOfTwo(connections.length + 1L) - 1;
    entries = new int[entries(connections.length)];
  }

  /** How many entries there are for {@code capacity} connections: a quarter at least is empty. */
  static int entries(int capacity) {
    return powerOfTwo(capacity * 4L / 3 + 1);
  }

  private static int powerOfTwo(long least) {
    return (int) Long.highestOneBit(2 * least - 1);
  }

  /** The connection that {@code key} names, or null. */
  TrackedConnection find(FlowKey key) {
    long hash = key.hash(secret);
    int tag = tag(hash);
    int at = home(hash);
    while (entries[at] != EMPTY) {
      if ((entries[at] & ~placeMask) == tag) {
        TrackedConnection connection = connections[place(at)];
        if (key.matches(connection)) {
          return connection;
        }
      }
      at = after(at);
    }
    return null;
  }

  /** Adds the connection at {@code place}, whose {@code key} is not in the index yet. */
  void add(FlowKey key, int place) {
    long hash = key.hash(secret);
    int at = home(hash);
    while (entries[at] != EMPTY) {
      at = after(at);
    }
    entries[at] = tag(hash) | place + 1;
  }

  /** Removes {@code connection}, which is in the index. */
  void remove(TrackedConnection connection) {
    moved.read(connection);
    int gap = home(moved.hash(secret));
    while (place(gap) != connection.place) {
      gap = after(gap);
    }
    // What was put behind it for want of room moves up, so that no search ends at the gap.
    for (int at = after(gap); entries[at] != EMPTY; at = after(at)) {
      moved.read(connections[place(at)]);
      int home = home(moved.hash(secret));
      if (distance(home, at) >= distance(gap, at)) {
        entries[gap] = entries[at];
        gap = at;
      }
    }
    entries[gap] = EMPTY;
  }

  private int place(int at) {
    return (entries[at] & placeMask) - 1;
  }

  private int tag(long hash) {
    return (int) (hash >>> 32) & ~placeMask;
  }

  private int home(long hash) {
    return (int) hash & entries.length - 1;
  }

  private int after(int at) {
    return at + 1 & entries.length - 1;
  }

  private int distance(int from, int to) {
    return to - from & entries.length - 1;
  }
}
