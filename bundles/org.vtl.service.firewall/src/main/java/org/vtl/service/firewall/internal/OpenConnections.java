package org.vtl.service.firewall.internal;

/**
 * The connections of one worker of which the firewall accepted a packet, in the order in which they
 * were last looked through. The worker's.
 */
final class OpenConnections {
  private Verdicts oldest;
  private Verdicts newest;
  private int size;

  int size() {
    return size;
  }

  void add(Verdicts verdicts) {
    verdicts.list = this;
    verdicts.older = newest;
    verdicts.newer = null;
    if (newest == null) {
      oldest = verdicts;
    } else {
      newest.newer = verdicts;
    }
    newest = verdicts;
    size++;
  }

  void remove(Verdicts verdicts) {
    if (verdicts.older == null) {
      oldest = verdicts.newer;
    } else {
      verdicts.older.newer = verdicts.newer;
    }
    if (verdicts.newer == null) {
      newest = verdicts.older;
    } else {
      verdicts.newer.older = verdicts.older;
    }
    verdicts.list = null;
    verdicts.older = null;
    verdicts.newer = null;
    size--;
  }

  /** The oldest, which becomes the newest; null if there is none. */
  Verdicts next() {
    Verdicts next = oldest;
    if (next != null) {
      remove(next);
      add(next);
    }
    return next;
  }
}
