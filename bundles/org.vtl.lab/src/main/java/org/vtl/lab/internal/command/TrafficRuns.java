package org.vtl.lab.internal.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.vtl.lab.internal.Host;
import org.vtl.lab.internal.Lab;
import org.vtl.lab.internal.traffic.Latency;
import org.vtl.lab.internal.traffic.Ping;
import org.vtl.lab.internal.traffic.TcpRequests;
import org.vtl.lab.internal.traffic.TcpTransfer;
import org.vtl.lab.internal.traffic.UdpNumbers;

/** Runs the traffic that a call of {@code vtl:lab} asks for, between two hosts. */
public final class TrafficRuns {
  private final Words words;
  private final Host from;
  private final Host to;
  private final String address;

  TrafficRuns(Lab lab, Words words) {
    this.words = words;
    from = lab.host(words.text("--from", "vm"));
    to = lab.peer(from);
    address = to.plan().address(words.has("--ipv6"));
  }

  /** ICMP echo. */
  PingReport ping() throws IOException {
    int count = words.number("--count", 10, 1, 10_000);
    Ping.Result result = Ping.run(from, InetAddress.getByName(address), count, 1_000);
    return new PingReport(
        from.plan().name(),
        to.plan().name(),
        address,
        result.sent(),
        result.answered(),
        result.latency());
  }

  /** Transfers in parallel, then requests and answers. */
  TcpReport tcp() throws IOException, InterruptedException {
    int seconds = words.number("--seconds", 3, 1, 3600);
    int connections = words.number("--connections", 1, 1, 1000);
    long bytesPerSecond = words.number("--rate", 0, 1, 1_000_000) * 125_000L / connections;
    List<TcpTransfer> transfers = new ArrayList<>();
    List<TcpTransfer.Result> results = new ArrayList<>();
    try {
      for (int i = 0; i < connections; i++) {
        transfers.add(TcpTransfer.start(from, to, at(), bytesPerSecond));
      }
      Thread.sleep(seconds * 1000L);
      transfers.forEach(transfer -> results.add(transfer.finish()));
    } finally {
      transfers.forEach(TcpTransfer::close);
    }
    Latency latency = TcpRequests.run(from, to, at(), Duration.ofSeconds(1));
    return new TcpReport(
        from.plan().name(),
        to.plan().name(),
        address,
        seconds,
        connections,
        (int) results.stream().filter(TcpTransfer.Result::intact).count(),
        results.stream().mapToLong(TcpTransfer.Result::bytes).sum(),
        results.stream().mapToDouble(TcpTransfer.Result::megabitsPerSecond).sum(),
        results.stream()
            .map(TcpTransfer.Result::failure)
            .filter(failure -> !failure.isEmpty())
            .findFirst()
            .orElse(""),
        latency);
  }

  /** Numbered datagrams. */
  UdpReport udp() throws IOException, InterruptedException {
    int seconds = words.number("--seconds", 3, 1, 3600);
    int rate = words.number("--rate", 10_000, 1, 1_000_000);
    int size = words.number("--size", 64, 20, 65_507);
    try (UdpNumbers numbers = UdpNumbers.start(from, to, at(), rate, size)) {
      Thread.sleep(seconds * 1000L);
      return new UdpReport(
          from.plan().name(), to.plan().name(), address, rate, size, numbers.finish());
    }
  }

  private InetSocketAddress at() {
    return new InetSocketAddress(address, words.number("--port", 0, 1, 65_535));
  }

  /** Result of {@link #ping}. Latency in microseconds. */
  public record PingReport(
      String from, String to, String address, int sent, int answered, Latency latency) {
    String text() {
      return """
      ping %s > %s  %s
      sent %d  answered %d
      %s\
      """
          .formatted(
              from,
              to,
              address,
              sent,
              answered,
              answered == 0 ? "" : line("round trip", latency) + "\n");
    }
  }

  /**
   * Result of {@link #tcp}.
   *
   * @param intact connections whose bytes all arrived
   * @param failure what the first of the others met; empty when there is none
   * @param latency of requests of one byte, in microseconds
   */
  public record TcpReport(
      String from,
      String to,
      String address,
      int seconds,
      int connections,
      int intact,
      long bytes,
      double megabitsPerSecond,
      String failure,
      Latency latency) {
    String text() {
      return """
      tcp %s > %s  %s  %d s
      transfer    %,.0f Mbit/s  %,d bytes  connections %d  intact %d%s
      requests    %,d
      %s
      """
          .formatted(
              from,
              to,
              address,
              seconds,
              megabitsPerSecond,
              bytes,
              connections,
              intact,
              failure.isEmpty() ? "" : "  failure: " + failure,
              latency.samples(),
              line("answer", latency));
    }
  }

  /**
   * Result of {@link #udp}.
   *
   * @param rate datagrams per second as asked
   * @param size payload bytes of each
   */
  public record UdpReport(
      String from, String to, String address, int rate, int size, UdpNumbers.Result numbers) {
    String text() {
      return """
      udp %s > %s  %s  %,d per second of %d bytes (%,.0f sent)
      sent %,d  received %,d  lost %,d  duplicated %,d  reordered %,d  corrupted %,d%s%s
      %s
      """
          .formatted(
              from,
              to,
              address,
              rate,
              size,
              numbers.rate(),
              numbers.sent(),
              numbers.received(),
              numbers.lost(),
              numbers.duplicated(),
              numbers.reordered(),
              numbers.corrupted(),
              numbers.overrun() == 0
                  ? ""
                  : "\nof the lost, %,d reached the receiver's kernel".formatted(numbers.overrun()),
              numbers.failure().isEmpty() ? "" : "\nfailure: " + numbers.failure(),
              line("one way", numbers.latency()));
    }
  }

  private static String line(String what, Latency latency) {
    return "%-11s median %,.0f us  90%% %,.0f us  99%% %,.0f us  longest %,.0f us"
        .formatted(what, latency.median(), latency.p90(), latency.p99(), latency.maximum());
  }
}
