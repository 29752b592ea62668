package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vtl.metrics.Counter;

/** The counters of all services, by {@code owner/name}; they outlive the service. Any thread. */
final class Counters {
  private static final int MAX = 4_096;

  private final Map<String, Counter> byName = new LinkedHashMap<>();

  synchronized Counter declare(String owner, String name, String description) {
    String full = owner + "/" + Names.check("counter", name);
    Counter counter = byName.get(full);
    if (counter == null) {
      if (byName.size() == MAX) {
        throw new IllegalStateException(
            "Service "
                + owner
                + " declares a counter too many: an engine has at most "
                + MAX
                + ".");
      }
      counter = new CellCounter(full, description);
      byName.put(full, counter);
    }
    return counter;
  }

  synchronized List<Counter> all() {
    return new ArrayList<>(byName.values());
  }
}
