package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Direction;
import org.vtl.service.Traffic;

/** A pipeline as one link uses it: which services see which traffic, and whether any may pass. */
final class Plan {
  private static final Traffic[] KINDS = Traffic.values();

  final Pipeline pipeline;

  /** Differs from every other plan's of the lane. */
  final int serial;

  /** Names of required services that are not active. */
  final List<String> missing = new ArrayList<>();

  /** Bits of the services the link requires, by position. */
  private long required;

  private final long[] byTraffic = new long[KINDS.length];

  /** The same by number instead of position. */
  private final long[] numbersByTraffic = new long[KINDS.length];

  /** By number, the serial of the first plan that has the service in its present edition. */
  private final int[] since;

  /** Numbers of the services that left the link. */
  private final long leftLink;

  private Plan(Pipeline pipeline, int serial, Lane lane, int[] since, long leftLink) {
    this.pipeline = pipeline;
    this.serial = serial;
    this.since = since;
    this.leftLink = leftLink;
    List<String> requiredNames = lane.settings().required();
    for (int position = 0; position < pipeline.size(); position++) {
      ServiceEntry entry = pipeline.stage(position);
      if (entry.serves(lane)) {
        if (!hasLeft(entry)) {
          for (Traffic kind : entry.traffic()) {
            byTraffic[kind.ordinal()] |= 1L << position;
            numbersByTraffic[kind.ordinal()] |= 1L << entry.id;
          }
        }
        if (requiredNames.contains(entry.name)) {
          required |= 1L << position;
        }
      }
    }
    for (String name : requiredNames) {
      ServiceEntry entry = pipeline.find(name);
      if (entry == null || !entry.serves(lane)) {
        missing.add(name);
      }
    }
  }

  /** A lane's first plan, without a service. */
  static Plan first(Lane lane) {
    return new Plan(Pipeline.EMPTY, 0, lane, new int[Pipeline.MAX_SERVICES], 0);
  }

  /**
   * The plan after this one, with the settings that {@code lane} has now.
   *
   * @param leaving numbers of the services that leave the link now
   */
  Plan next(Pipeline newest, Lane lane, long leaving) {
    int[] nextSince = since.clone();
    long left = leftLink | leaving;
    for (int id = 0; id < nextSince.length; id++) {
      if (newest.edition(id) != pipeline.edition(id)) {
        nextSince[id] = serial + 1;
        left &= ~(1L << id);
      }
    }
    return new Plan(newest, serial + 1, lane, nextSince, left);
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
    long without = numbersByTraffic[traffic.ordinal()] & left;
    if (without == numbersByTraffic[traffic.ordinal()]) {
      return 0;
    }
    if (without != 0) {
      for (long rest = chain; rest != 0; rest &= rest - 1) {
        int position = Long.numberOfTrailingZeros(rest);
        if ((left >>> pipeline.stage(position).id & 1) != 0) {
          chain &= ~(1L << position);
        }
      }
    }
    return chain;
  }

  /** Whether {@code entry} left the link. */
  boolean hasLeft(ServiceEntry entry) {
    return (leftLink >>> entry.id & 1) != 0;
  }

  /** Numbers of the services that left {@code connection} and have not changed since. */
  long left(TrackedConnection connection) {
    long left = connection.left;
    for (long rest = left; rest != 0; rest &= rest - 1) {
      int id = Long.numberOfTrailingZeros(rest);
      if (since[id] > connection.planSerial) {
        left &= ~(1L << id);
      }
    }
    return left;
  }

  /** Takes the services whose numbers are {@code left} out of the chain of {@code connection}. */
  void fit(TrackedConnection connection, long left) {
    connection.left = left;
    connection.planSerial = serial;
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
