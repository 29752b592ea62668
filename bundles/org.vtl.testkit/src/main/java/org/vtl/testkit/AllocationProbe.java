package org.vtl.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Asserts that what runs per packet allocates nothing on the thread that runs it.
 *
 * <pre>{@code
 * AllocationProbe.assertNone(10_000, () -> service.process(packet, connection));
 * }</pre>
 *
 * <p>Each attempt runs {@code runs} times to warm up, then as often under measurement. Attempts may
 * fail for half a minute, because the compiler removes some allocations only after a while, and on
 * a busy machine it is late; what really allocates does so in every attempt. Lambdas given here
 * should not capture anew in their body what they allocate then.
 */
public final class AllocationProbe {
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private AllocationProbe() {}

  /**
   * Runs {@code body} and asserts that it allocates less than one byte per run.
   *
   * @param runs how often per attempt, best 10,000 or more
   */
  public static void assertNone(int runs, Runnable body) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    long allocated;
    do {
      measure(runs, body);
      allocated = measure(runs, body);
      if (allocated < runs) {
        return;
      }
    } while (System.nanoTime() < end);
    throw new AssertionError(
        allocated + " bytes were allocated in " + runs + " runs: " + allocated / runs + " each.");
  }

  /** Bytes the calling thread allocates while {@code body} runs {@code runs} times. */
  public static long measure(int runs, Runnable body) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs; i++) {
      body.run();
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
