package org.vtl.tcp.internal.relay;

import org.vtl.metrics.Counter;
import org.vtl.metrics.Reason;
import org.vtl.service.ServiceContext;

/** What becomes of packets and relays, counted. */
final class Outcomes {
  /** Not an error: the packet's bytes go on in packets made here. */
  final Reason relayed;

  final Reason fragment;

  private final Counter opened;
  private final Counter refused;
  private final Counter memoryRefused;
  private final Counter[] ended = new Counter[Ending.values().length];

  Outcomes(ServiceContext context) {
    relayed = context.reason("relayed", "A relay read it: what it held goes on in other packets.");
    fragment = context.reason("fragment", "A relay cannot read a segment that comes in fragments.");
    opened = context.counter("relays-opened", "Relays opened, of all kinds.");
    refused = context.counter("relays-refused", "Relays asked for and not opened.");
    declare(context, Ending.FINISHED, "relays-finished", "Both ends finished; all was delivered.");
    declare(context, Ending.SPLICED, "relays-spliced", "Left connections that went on without.");
    declare(context, Ending.NOT_OPENED, "relays-not-opened", "The ends agreed on no connection.");
    declare(context, Ending.RESET, "relays-reset", "One end reset it, and the other was told.");
    declare(
        context, Ending.TIMED_OUT, "relays-timed-out", "One end was silent; the other was told.");
    declare(context, Ending.ABORTED, "relays-aborted", "Ended here; both ends were told.");
    declare(
        context, Ending.STALLED, "relays-stalled", "Held memory for nothing that others needed.");
    memoryRefused =
        context.counter("memory-refused", "A link had no memory left for bytes that came.");
    declare(
        context, Ending.FORGOTTEN, "relays-forgotten", "Their connections left the table first.");
  }

  private void declare(ServiceContext context, Ending ending, String name, String description) {
    ended[ending.ordinal()] = context.counter(name, description);
  }

  void opened() {
    opened.increment();
  }

  void refused() {
    refused.increment();
  }

  void memoryRefused(long times) {
    memoryRefused.add(times);
  }

  void ended(Ending why) {
    ended[why.ordinal()].increment();
  }
}
