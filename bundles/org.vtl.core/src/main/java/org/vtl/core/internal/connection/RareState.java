package org.vtl.core.internal.connection;

import java.util.Arrays;

/**
 * What few connections have, apart from the others so that those stay small: services' states,
 * translations, timers, segments out of place. Made when first needed, kept for the place's next
 * connections.
 */
final class RareState {
  private static final int NO_TIMERS = -1;
  private static final Object[] NOTHING = {};
  private static final ServiceSlot<?>[] NO_SLOTS = {};

  /** A list of the timer wheel's. */
  int timers = NO_TIMERS;

  SequenceTranslation translations;

  /** Its number where the system may carry it; where the connection says so. */
  int flow;

  /** Of the services that left, those that still judge what does not fit. */
  long guarded;

  // A SYN of each end within the connection, from and to; where the end is RETRIED.
  int vmRetrySequence;
  int vmRetryEnd;
  int networkRetrySequence;
  int networkRetryEnd;

  // A RST of each end that answers a half-open connection; where the end is RESET_EXPECTED.
  int vmResetSequence;
  int networkResetSequence;

  /** By the slots' index, as far as any was used. */
  private Object[] states = NOTHING;

  private ServiceSlot<?>[] slots = NO_SLOTS;

  /** The state in {@code slot}, made if there is none. */
  @SuppressWarnings("unchecked")
  <T> T get(ServiceSlot<T> slot) {
    int index = slot.index();
    if (index >= states.length) {
      states = Arrays.copyOf(states, index + 1);
      slots = Arrays.copyOf(slots, index + 1);
    }
    Object state = states[index];
    if (state == null || slots[index] != slot) {
      state = slot.take();
      states[index] = state;
      slots[index] = slot;
    }
    return (T) state;
  }

  boolean has(ServiceSlot<?> slot) {
    int index = slot.index();
    return index < states.length && slots[index] == slot && states[index] != null;
  }

  void clear(ServiceSlot<?> slot) {
    if (has(slot)) {
      Object state = states[slot.index()];
      states[slot.index()] = null;
      slots[slot.index()] = null;
      slot.give(state);
    }
  }

  /** Makes it fresh; slots get their states back. */
  void recycle() {
    for (ServiceSlot<?> slot : slots) {
      if (slot != null) {
        clear(slot);
      }
    }
    translations = null;
    guarded = 0;
  }
}
