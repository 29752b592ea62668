package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The services at one moment, from the VM outward; immutable. A change makes a new pipeline with
 * the next version.
 */
final class Pipeline {
  /** Services there can be: a chain is a {@code long} with a bit for each. */
  static final int MAX_SERVICES = 64;

  static final Pipeline EMPTY = new Pipeline(0, List.of());

  private final long version;
  private final ServiceEntry[] stages;

  /** A pipeline of {@code entries}, in any order. */
  Pipeline(long version, List<ServiceEntry> entries) {
    this.version = version;
    List<ServiceEntry> sorted = new ArrayList<>(entries);
    sorted.sort(null);
    this.stages = sorted.toArray(ServiceEntry[]::new);
  }

  long version() {
    return version;
  }

  int size() {
    return stages.length;
  }

  ServiceEntry stage(int position) {
    return stages[position];
  }

  boolean contains(ServiceEntry entry) {
    for (ServiceEntry stage : stages) {
      if (stage == entry) {
        return true;
      }
    }
    return false;
  }

  /** The active service called {@code name}, or null. */
  ServiceEntry find(String name) {
    for (ServiceEntry stage : stages) {
      if (stage.name.equals(name)) {
        return stage;
      }
    }
    return null;
  }
}
