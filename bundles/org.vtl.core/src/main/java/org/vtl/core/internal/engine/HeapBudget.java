package org.vtl.core.internal.engine;

import java.util.Collection;
import org.vtl.core.internal.connection.ConnectionTable;

/**
 * Whether all connections that the links may have fit into the heap, also if something unusual is
 * noted of each. They are made when they are needed, so that too many would show only when the
 * memory ends, in the midst of traffic.
 */
final class HeapBudget {
  /** What all else takes: the framework, bundles, the shell, and garbage. */
  private static final long OTHERS_BYTES = 64L << 20;

  /** Of a connection, whatever its ends send; but for what services keep in it. */
  private static final int BYTES = ConnectionTable.CONNECTION_BYTES + ConnectionTable.RARE_BYTES;

  private static final long MEGABYTE = 1 << 20;

  private HeapBudget() {}

  /**
   * Refuses a link of {@code settings} beside the {@code others}, when the heap can grow to {@code
   * heapBytes}.
   *
   * @throws IllegalArgumentException in one sentence beginning with {@code where}
   */
  static void check(
      LinkSettings settings, Collection<LinkSettings> others, long heapBytes, String where) {
    long all = bytes(settings);
    for (LinkSettings other : others) {
      all += bytes(other);
    }
    if (all > heapBytes - OTHERS_BYTES) {
      throw new IllegalArgumentException(
          where
              + ": key \"connections\" is "
              + settings.connections()
              + (settings.workers() > 1 ? " for each of " + settings.workers() + " workers" : "")
              + "; with the other links that takes up to "
              + megabytes(all)
              + " MB of the Java heap, which has room for "
              + megabytes(Math.max(0, heapBytes - OTHERS_BYTES))
              + "; set fewer, or start VTL with VTL_JAVA_OPTS=\"-XX:+UseSerialGC"
              + " -XX:+UseCompactObjectHeaders -Xmn8m -Xmx"
              + megabytes(all + 2 * OTHERS_BYTES)
              + "m\".");
    }
  }

  private static long bytes(LinkSettings settings) {
    return (long) settings.connections() * settings.workers() * BYTES;
  }

  private static long megabytes(long bytes) {
    return (bytes + MEGABYTE - 1) / MEGABYTE;
  }
}
