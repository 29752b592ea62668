package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.vtl.service.PacketService;

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
  private final long[] editions = new long[MAX_SERVICES];

  /** A pipeline of {@code entries}, in any order. */
  Pipeline(long version, List<ServiceEntry> entries) {
    this.version = version;
    List<ServiceEntry> sorted = new ArrayList<>(entries);
    sorted.sort(null);
    this.stages = sorted.toArray(ServiceEntry[]::new);
    for (ServiceEntry entry : stages) {
      editions[entry.id] = entry.edition();
    }
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

  /**
   * What {@link ServiceEntry#edition} the service numbered {@code id} had when this pipeline was
   * made, 0 if it has none of that number.
   */
  long edition(int id) {
    return editions[id];
  }

  boolean contains(ServiceEntry entry) {
    for (ServiceEntry stage : stages) {
      if (stage == entry) {
        return true;
      }
    }
    return false;
  }

  /** The number of the service whose registered object is {@code service}, or -1. */
  int idOf(PacketService service) {
    for (ServiceEntry stage : stages) {
      if (stage.service == service) {
        return stage.id;
      }
    }
    return -1;
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
