package org.vtl.tcp.internal.relay;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.vtl.tcp.internal.stream.ChunkShare;

/**
 * What one link's relays have of what all links have together: memory, and places among the most
 * relays there may be. Any thread.
 */
final class Share {
  private static final int MOST = 7;

  final ChunkShare memory;
  private final AtomicInteger relays = new AtomicInteger();
  private final AtomicLong refusals = new AtomicLong();

  Share(ChunkShare memory) {
    this.memory = memory;
  }

  /** Counts relays: 1 for one more, -1 for one that has ended. */
  void relays(int change) {
    relays.addAndGet(change);
  }

  /** Whether it has its part of all relays there may be: as of memory, seven times what is free. */
  boolean hasItsRelays(int free) {
    return relays.get() >= MOST * (long) free;
  }

  /** How often memory was refused since this was last asked. */
  long newRefusals() {
    long all = memory.refused();
    return all - refusals.getAndSet(all);
  }
}
