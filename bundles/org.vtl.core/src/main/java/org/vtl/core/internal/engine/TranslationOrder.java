package org.vtl.core.internal.engine;

import org.vtl.core.internal.connection.SequenceTranslation;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Direction;

/**
 * The translations of one packet's connection in the order in which the packet meets them, and how
 * many it has behind it. Used for one packet after another. The worker's.
 */
final class TranslationOrder {
  /** Services that change the lengths of one connection's payloads. */
  static final int MOST = 16;

  private final SequenceTranslation[] inOrder = new SequenceTranslation[MOST];
  private PacketState state;
  private boolean outbound;
  private int count;
  private int next;

  /** Begins with a packet of {@code connection} where it stands in the chain. */
  void begin(PacketState packet, TrackedConnection connection) {
    state = packet;
    outbound = packet.packet.direction() == Direction.OUTBOUND;
    reread(connection);
    next = behind();
  }

  /** Reads the translations anew: a service may just have made its own. */
  void reread(TrackedConnection connection) {
    count = 0;
    for (SequenceTranslation at = connection.translations();
        at != null && count < MOST;
        at = at.outward()) {
      inOrder[count++] = at;
    }
    if (!outbound) {
      for (int i = 0, j = count - 1; i < j; i++, j--) {
        SequenceTranslation swapped = inOrder[i];
        inOrder[i] = inOrder[j];
        inOrder[j] = swapped;
      }
    }
  }

  /** Applies those that the packet meets before the service of {@code entry}. */
  void applyBefore(ServiceEntry entry) {
    while (next < count && passesBefore(inOrder[next], entry)) {
      inOrder[next++].apply(state.packet);
    }
  }

  /** Applies the rest: the packet has passed its chain. */
  void applyRest() {
    while (next < count) {
      inOrder[next++].apply(state.packet);
    }
  }

  /** Whether the packet meets {@code at} before the service: inward it meets its own first. */
  private boolean passesBefore(SequenceTranslation at, ServiceEntry entry) {
    int order = at.compareTo(entry.priority(), entry.name);
    return outbound ? order < 0 : order >= 0;
  }

  /** How many translations a packet that enters behind a service has behind it already. */
  private int behind() {
    ServiceEntry entry = state.service;
    if (entry == null) {
      return 0;
    }
    int passed = 0;
    while (passed < count) {
      int order = inOrder[passed].compareTo(entry.priority(), entry.name);
      // What the service made has its far side's numbers; what it took has its near side's.
      boolean behind = outbound ? order < 0 || order == 0 && state.made : order >= 0;
      if (!behind) {
        break;
      }
      passed++;
    }
    return passed;
  }
}
