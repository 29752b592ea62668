package org.vtl.core.internal.connection;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vtl.connection.Slot;

/**
 * A service's place in every connection. The states of ended connections are kept for the next, up
 * to a limit. One service's slot is used by several workers, so the store is locked: once per
 * connection, never per packet.
 */
public final class ServiceSlot<T> implements Slot<T> {
  private static final int MAX_IDLE = 4_096;

  private final String name;
  private final int index;
  private final ArrayDeque<T> idle = new ArrayDeque<>();
  private volatile Supplier<T> create;
  private volatile Consumer<T> reset;
  private final Consumer<Throwable> failed;

  /** A slot at {@code index} of each connection's states; {@code failed} is told of exceptions. */
  public ServiceSlot(
      String name, int index, Supplier<T> create, Consumer<T> reset, Consumer<Throwable> failed) {
    this.name = name;
    this.index = index;
    this.create = create;
    this.reset = reset;
    this.failed = failed;
  }

  @Override
  public String name() {
    return name;
  }

  public int index() {
    return index;
  }

  T take() {
    synchronized (idle) {
      T state = idle.pollLast();
      if (state != null) {
        return state;
      }
    }
    return create.get();
  }

  /** Takes a state back, unless the service's own code fails to make it fresh. */
  @SuppressWarnings("unchecked")
  void give(Object state) {
    try {
      reset.accept((T) state);
    } catch (RuntimeException | Error e) {
      failed.accept(e); // its connection ends all the same
      return;
    }
    synchronized (idle) {
      if (idle.size() < MAX_IDLE) {
        idle.addLast((T) state);
      }
    }
  }

  /** Forgets the departed service's classes. */
  public void forget() {
    synchronized (idle) {
      idle.clear();
    }
    create =
        () -> {
          throw new IllegalStateException("The service of slot " + name + " has left.");
        };
    reset = state -> {};
  }
}
