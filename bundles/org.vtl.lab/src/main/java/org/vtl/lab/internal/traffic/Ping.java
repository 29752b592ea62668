package org.vtl.lab.internal.traffic;

import java.io.IOException;
import java.net.InetAddress;

/** ICMP echo, as the program ping does it, without the program. */
public final class Ping {
  private Ping() {}

  /**
   * Asks {@code address} for an answer, {@code count} times, 10 ms apart.
   *
   * @param timeoutMillis how long to wait for each
   * @return how long those took that were answered
   */
  public static Result run(Site from, InetAddress address, int count, int timeoutMillis)
      throws IOException {
    Latency.Samples samples = new Latency.Samples();
    int answered = 0;
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      // As root of its network the JVM sends ICMP here; it opens the socket on this thread.
      if (from.call(() -> address.isReachable(timeoutMillis))) {
        samples.add(System.nanoTime() - start);
        answered++;
      }
      try {
        Thread.sleep(i < count - 1 ? 10 : 0);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return new Result(count, answered, samples.latency());
  }

  /**
   * What came back.
   *
   * @param sent requests
   * @param answered answers in time
   * @param latency of those
   */
  public record Result(int sent, int answered, Latency latency) {}
}
