package org.vtl.core.internal.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A task for a lane that another thread waits for. */
final class LaneCall implements Runnable {
  private static final long MOST_SECONDS = 10;
  private static final long LOOK_MILLIS = 100;

  private final Lane lane;
  private final Runnable task;
  private final CountDownLatch done = new CountDownLatch(1);

  LaneCall(Lane lane, Runnable task) {
    this.lane = lane;
    this.task = task;
  }

  @Override
  public void run() {
    try {
      task.run();
    } finally {
      done.countDown();
    }
  }

  /**
   * Waits for the task; a lane whose worker does not return in time is not waited for longer, and
   * one that has ended not at all.
   */
  void await() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
    try {
      while (!done.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (lane.helm().isClosed()) {
          return;
        }
        if (System.nanoTime() - end < 0) {
          continue;
        }
        throw new IllegalStateException(
            "The link's worker did not answer within "
                + MOST_SECONDS
                + " seconds; vtl:services shows the service it is stuck in.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for a link's worker.", e);
    }
  }
}
