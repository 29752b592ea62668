package org.vtl.core.internal.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Where a lane's worker is while it runs code that is not the engine's, and whether it may come
 * back. A worker that stays away too long is abandoned by the supervisor; it or the supervisor
 * wins, never both, so no two threads ever turn a lane.
 */
final class Excursion {
  private static final VarHandle AWAY;

  static {
    try {
      AWAY = MethodHandles.lookup().findVarHandle(Excursion.class, "away", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The worker while it is away, else null. */
  private volatile Thread away;

  /** Whose code it is in; written before {@link #away}, null for a task without a service. */
  private ServiceEntry calling;

  /** The worker goes into the code of {@code whose}; returns whether it was away already. */
  boolean begin(ServiceEntry whose) {
    boolean nested = away != null;
    calling = whose;
    away = Thread.currentThread();
    return nested;
  }

  /**
   * The worker is back, in the code of {@code outer} if it was {@code nested} there.
   *
   * @throws AbandonedException if another thread turns the lane now; nothing of it may be touched
   */
  void end(ServiceEntry outer, boolean nested) {
    Thread me = Thread.currentThread();
    if (!AWAY.compareAndSet(this, me, null)) {
      throw new AbandonedException();
    }
    calling = outer;
    if (nested) {
      away = me;
    }
  }

  /** The thread that is away, or null. Any thread. */
  Thread away() {
    return away;
  }

  /** The service whose code the worker is in, or null. Any thread that has seen {@link #away}. */
  ServiceEntry calling() {
    return calling;
  }

  /** Gives up {@code stuck}; false if it has just come back. The supervisor's. */
  boolean abandon(Thread stuck) {
    return AWAY.compareAndSet(this, stuck, null);
  }
}
