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
    try (EchoSocket socket = from.call(() -> new EchoSocket(address))) {
      for (int i = 0; i < count; i++) {
        long nanos = socket.exchange(i, timeoutMillis);
        if (nanos >= 0) {
          samples.add(nanos);
          answered++;
        }
        Thread.sleep(i < count - 1 ? 10 : 0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
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
