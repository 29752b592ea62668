package org.vtl.service.impair.internal;

import org.vtl.metrics.Counter;
import org.vtl.metrics.Reason;
import org.vtl.service.Injector;
import org.vtl.service.ServiceContext;
import org.vtl.service.Timers;

/** What can become of a packet, each counted, and the means to do it. */
record Outcomes(
    Injector injector,
    Timers timers,
    Reason lost,
    Reason queueFull,
    Reason holdFull,
    Counter delayed,
    Counter duplicated,
    Counter corrupted,
    Counter reordered,
    Counter early) {

  static Outcomes of(ServiceContext context) {
    return new Outcomes(
        context.injector(),
        context.timers(),
        context.reason("lost", "The emulated line lost the packet."),
        context.reason("queue-full", "The queue for the line's rate was full."),
        context.reason(
            "hold-full", "More packets were on the way than hold.packets or the engine allow."),
        context.counter("delayed", "Packets held until they were due."),
        context.counter("duplicated", "Packets sent twice."),
        context.counter("corrupted", "Packets of which a byte was damaged."),
        context.counter("reordered", "Packets held back so that others overtake them."),
        context.counter("early", "Packets sent before they were due, for want of a timer."));
  }
}
