package org.vtl.service.firewall.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Which of the connections that are open some rules would refuse, were they opened now. The workers
 * look through theirs, some at a time, while traffic goes on; numbers grow until it {@link #await
 * is done}. Any thread.
 */
public final class Review {
  /** Connections that are described, at most. */
  public static final int MAX_EXAMPLES = 20;

  private final CountDownLatch workers;
  private final LongAdder checked = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private final List<String> examples = new ArrayList<>();

  /** One that so many workers take part in. */
  Review(int workers) {
    this.workers = new CountDownLatch(workers);
  }

  void checked() {
    checked.increment();
  }

  void ended() {
    ended.increment();
  }

  /** Counts a connection that would be refused; false when no more need be described. */
  boolean refused() {
    refused.increment();
    synchronized (examples) {
      return examples.size() < MAX_EXAMPLES;
    }
  }

  void describe(String connection) {
    synchronized (examples) {
      if (examples.size() < MAX_EXAMPLES) {
        examples.add(connection);
      }
    }
  }

  void workerDone() {
    workers.countDown();
  }

  /** Waits until all workers are done; false if they are not within {@code patience}. */
  public boolean await(Duration patience) throws InterruptedException {
    return workers.await(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether all connections were looked at. */
  public boolean isDone() {
    return workers.getCount() == 0;
  }

  /** Connections looked at so far: those of which the firewall had accepted a packet. */
  public long checkedCount() {
    return checked.sum();
  }

  /** Connections that the rules would refuse. */
  public long refusedCount() {
    return refused.sum();
  }

  /** Connections that were ended. */
  public long endedCount() {
    return ended.sum();
  }

  /**
   * The first of those that would be refused: {@code vm1 inbound tcp 192.0.2.1:9 > 10.0.0.5:22}.
   */
  public List<String> examples() {
    synchronized (examples) {
      return List.copyOf(examples);
    }
  }
}
