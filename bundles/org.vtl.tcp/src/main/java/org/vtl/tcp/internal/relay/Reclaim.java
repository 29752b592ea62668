package org.vtl.tcp.internal.relay;

import org.vtl.tcp.internal.stream.ChunkShare;

/**
 * Takes memory back from relays that only hold it, once others find none, be it to begin with: of
 * those whose bytes do not move on, the ones that hold most are ended. A reader that pauses harms
 * nobody while there is plenty, so nothing is ended then. One worker's.
 */
final class Reclaim {
  private static final long PAUSE_NANOS = 1_000_000_000L;

  /** Ended in one pass at most: each takes two packets, and time. */
  private static final int MOST_ENDED = 128;

  /** This part of what its link uses is enough to go on with. */
  private static final int ENOUGH = 8;

  private final Worker worker;
  private long next = Long.MIN_VALUE;
  private long refused;
  private boolean awaited;

  Reclaim(Worker worker) {
    this.worker = worker;
  }

  /** A relay finds too little memory to begin with, and its connection cannot go on without. */
  void await(long now) {
    awaited = true;
    look(now);
  }

  /** Looks after the relays if memory is short; once a second at most. Costs nothing else. */
  void look(long now) {
    ChunkShare memory = worker.share().memory;
    if (now < next || !memory.isLow()) {
      return;
    }
    next = now + PAUSE_NANOS;
    worker.outcomes.memoryRefused(worker.share().newRefusals());
    long refusedNow = memory.refusedInAll();
    boolean needed = awaited || refusedNow != refused && memory.isFull();
    refused = refusedNow;
    awaited = false;
    pass(needed ? memory.used() / ENOUGH : 0, now);
  }

  /** Sees which relays stall, and ends of them what frees {@code wanted} bytes. */
  private void pass(long wanted, long now) {
    long held = 0;
    int stalled = 0;
    for (int i = 0; i < worker.count(); i++) {
      long bytes = worker.relay(i).stalled(now);
      held += bytes;
      stalled += bytes > 0 ? 1 : 0;
    }
    long freed = 0;
    int ended = 0;
    for (int i = worker.count() - 1; i >= 0 && freed < wanted && ended < MOST_ENDED; i--) {
      LiveRelay relay = worker.relay(i);
      long bytes = relay.stalled(now);
      if (bytes > 0 && bytes >= held / stalled) {
        relay.giveWay(now);
        freed += bytes;
        ended++;
      }
    }
  }
}
