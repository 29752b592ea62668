package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.vtl.packet.Direction;
import org.vtl.service.Traffic;

/** A pipeline as one link uses it: which services see which traffic, and whether any may pass. */
final class Plan {
  private static final Traffic[] KINDS = Traffic.values();

  final Pipeline pipeline;

  /** Differs from every other plan's of the lane. */
  final long serial;

  /** Names of required services that are not active. */
  final List<String> missing = new ArrayList<>();

  /** Bits of the services the link requires, by position. */
  private long required;

  private final long[] byTraffic = new long[KINDS.length];

  Plan(Pipeline pipeline, long serial, String link, List<String> requiredNames) {
    this.pipeline = pipeline;
    this.serial = serial;
    for (int position = 0; position < pipeline.size(); position++) {
      ServiceEntry entry = pipeline.stage(position);
      if (entry.serves(link)) {
        for (Traffic kind : entry.traffic()) {
          byTraffic[kind.ordinal()] |= 1L << position;
        }
        if (requiredNames.contains(entry.name)) {
          required |= 1L << position;
        }
      }
    }
    for (String name : requiredNames) {
      ServiceEntry entry = pipeline.find(name);
      if (entry == null || !entry.serves(link)) {
        missing.add(name);
      }
    }
  }

  /** Whether packets may pass: no required service is missing. */
  boolean isOpen() {
    return missing.isEmpty();
  }

  long required() {
    return required;
  }

  boolean isRequired(int position) {
    return (required >>> position & 1) != 0;
  }

  long chain(Traffic traffic) {
    return byTraffic[traffic.ordinal()];
  }

  /** The chain without the services whose numbers are set in {@code left}. */
  long chain(Traffic traffic, long left) {
    long chain = byTraffic[traffic.ordinal()];
    if (left != 0) {
      for (long rest = chain; rest != 0; rest &= rest - 1) {
        int position = Long.numberOfTrailingZeros(rest);
        if ((left >>> pipeline.stage(position).id & 1) != 0) {
          chain &= ~(1L << position);
        }
      }
    }
    return chain;
  }

  /** The positions that come after {@code entry} for a packet of {@code direction}. */
  long after(ServiceEntry entry, Direction direction) {
    int position = 0;
    while (position < pipeline.size() && pipeline.stage(position).id != entry.id) {
      position++;
    }
    boolean there = position < pipeline.size();
    if (!there) {
      position = 0; // it has left: where it would stand
      while (position < pipeline.size() && pipeline.stage(position).compareTo(entry) < 0) {
        position++;
      }
    }
    long inward = (1L << position) - 1; // of 64 services one at least is entry, so below 64
    if (direction == Direction.INBOUND) {
      return inward;
    }
    return there ? ~(inward | 1L << position) : ~inward;
  }
}
