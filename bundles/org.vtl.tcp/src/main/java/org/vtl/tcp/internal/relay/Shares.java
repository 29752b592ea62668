package org.vtl.tcp.internal.relay;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.vtl.tcp.internal.stream.ChunkPool;

/** The shares of links by their names, for as long as a worker has them. Any thread. */
final class Shares {
  private final ChunkPool pool;
  private final Map<String, WeakReference<Share>> byLink = new HashMap<>();

  Shares(ChunkPool pool) {
    this.pool = pool;
  }

  /** The share of {@code link}, all workers of which have the same. */
  synchronized Share of(String link) {
    WeakReference<Share> known = byLink.get(link);
    Share share = known == null ? null : known.get();
    if (share == null) {
      byLink.values().removeIf(each -> each.get() == null); // links come and go
      share = new Share(pool.share());
      byLink.put(link, new WeakReference<>(share));
    }
    return share;
  }
}
