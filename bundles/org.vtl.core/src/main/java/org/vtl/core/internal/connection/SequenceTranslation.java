package org.vtl.core.internal.connection;

import org.vtl.connection.SequenceMap;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;

/** The translation at one service's place in one connection. */
public final class SequenceTranslation implements SequenceMap, Comparable<SequenceTranslation> {
  private final int priority;
  private final String service;

  /** The next translation, further from the VM. */
  SequenceTranslation outward;

  /** A translation that changes nothing yet, at the place of {@code service}. */
  public SequenceTranslation(int priority, String service) {
    this.priority = priority;
    this.service = service;
  }

  public SequenceTranslation outward() {
    return outward;
  }

  public int priority() {
    return priority;
  }

  public String service() {
    return service;
  }

  /**
   * {@code number} of the data of {@code direction}, as that data's receiver knows it, in the
   * numbers of its sender: back through all translations of {@code connection}.
   */
  static int back(TrackedConnection connection, Direction direction, int number) {
    SequenceTranslation first = connection.translations();
    if (first == null) {
      return number;
    }
    if (direction == Direction.OUTBOUND) {
      return backInward(first, number);
    }
    int translated = number;
    for (SequenceTranslation each = first; each != null; each = each.outward) {
      translated = each.translateBack(Direction.INBOUND, translated);
    }
    return translated;
  }

  /** Outbound data passed the outermost translation last, so it is undone first. */
  private static int backInward(SequenceTranslation translation, int number) {
    return translation == null
        ? number
        : translation.translateBack(Direction.OUTBOUND, backInward(translation.outward, number));
  }

  /** Rewrites {@code packet}, which passes this place in its direction. */
  public void apply(Packet packet) {}

  @Override
  public void inserted(Direction direction, int sequence, int count) {}

  @Override
  public void removed(Direction direction, int sequence, int count) {}

  @Override
  public void shiftTimestamps(Direction direction, int delta) {}

  @Override
  public int translate(Direction direction, int sequence) {
    return sequence;
  }

  @Override
  public int translateBack(Direction direction, int acknowledgment) {
    return acknowledgment;
  }

  @Override
  public int compareTo(SequenceTranslation other) {
    return compareTo(other.priority, other.service);
  }

  /** Compares this place with that of a service. */
  public int compareTo(int otherPriority, String otherService) {
    int order = Integer.compare(priority, otherPriority);
    return order != 0 ? order : service.compareTo(otherService);
  }
}
