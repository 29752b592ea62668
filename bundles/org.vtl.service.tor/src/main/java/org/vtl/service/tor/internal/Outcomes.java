package org.vtl.service.tor.internal;

import org.vtl.metrics.Counter;
import org.vtl.metrics.Reason;
import org.vtl.service.ServiceContext;

/** What becomes of streams, counted. Any thread. */
final class Outcomes {
  /** Its connection was relayed, and the relay has ended. */
  final Reason over;

  /** There is no relay to be had. */
  final Reason noRelay;

  private final Counter opened;
  private final Counter established;
  private final Counter failed;

  /** Declares them. */
  Outcomes(ServiceContext context) {
    over = context.reason("stream-over", "A segment of a stream that has ended.");
    noRelay =
        context.reason(
            "no-relay",
            "A SYN that is not answered: tcp is not there, has no relay left, or the SYN is none"
                + " that it can answer.");
    opened = context.counter("streams-opened", "Streams that Tor was asked for.");
    established = context.counter("streams-established", "Streams that Tor has connected.");
    failed =
        context.counter("streams-failed", "Streams that Tor, or who is there for it, refused.");
  }

  void opened() {
    opened.increment();
  }

  void established() {
    established.increment();
  }

  void failed() {
    failed.increment();
  }
}
