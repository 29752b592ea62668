package org.vtl.core.internal.engine;

/** Packets in order of arrival, linked through their states; any can leave. One thread. */
final class PacketQueue {
  private PacketState first;
  private PacketState last;
  private int size;

  int size() {
    return size;
  }

  PacketState first() {
    return first;
  }

  void add(PacketState state) {
    state.previous = last;
    state.next = null;
    if (last == null) {
      first = state;
    } else {
      last.next = state;
    }
    last = state;
    size++;
  }

  void remove(PacketState state) {
    if (state.previous == null) {
      first = state.next;
    } else {
      state.previous.next = state.next;
    }
    if (state.next == null) {
      last = state.previous;
    } else {
      state.next.previous = state.previous;
    }
    state.previous = null;
    state.next = null;
    size--;
  }

  /** Removes the first packet; null when there is none. */
  PacketState poll() {
    PacketState state = first;
    if (state != null) {
      remove(state);
    }
    return state;
  }
}
