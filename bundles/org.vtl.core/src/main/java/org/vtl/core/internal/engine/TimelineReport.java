package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.vtl.core.internal.connection.ConnectionEvent;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.runtime.ConnectionTimeline;

/**
 * Tells for people what a lane's {@link Chronicle} has of one connection. The worker only copies
 * it; what makes words of it is the thread that asks.
 */
final class TimelineReport {
  private static final double NANOS = 1e9;
  private static final int MINUTE = 60;
  private static final int HOUR = 3_600;

  private final Lane lane;
  private final Chronicle.Extract extract;

  /** One event in words, and when it happened. */
  private record Told(long nanos, ConnectionEvent what, ConnectionTimeline.Event event) {}

  private TimelineReport(Lane lane, Chronicle.Extract extract) {
    this.lane = lane;
    this.extract = extract;
  }

  /** What is known of connection {@code id}. Any thread but a worker's. */
  static ConnectionTimeline of(EngineCore engine, long id) {
    // As the lanes number them: each from its own index on, in steps of all there can be.
    Lane lane = id <= 0 ? null : engine.links().lane((int) ((id - 1) % Lane.MAX_LANES));
    List<Chronicle.Extract> found = new ArrayList<>(1); // a worker that has ended answers nothing
    if (lane != null) {
      engine.runOn(lane, () -> found.add(lane.chronicle().read(id)));
    }
    if (found.isEmpty() || found.getFirst().own().isEmpty()) {
      return new ConnectionTimeline(id, "", false, List.of());
    }
    return new TimelineReport(lane, found.getFirst()).of(id);
  }

  private ConnectionTimeline of(long id) {
    List<Told> all = new ArrayList<>();
    extract.ofLink().forEach(one -> all.add(new Told(one.nanos(), one.event(), told(one))));
    extract.own().forEach(one -> all.add(new Told(one.nanos(), one.event(), told(one))));
    all.sort(Comparator.comparingLong(Told::nanos)); // of the same time: the link's come first
    List<ConnectionTimeline.Event> events = new ArrayList<>();
    boolean isCarried = false;
    for (Told one : all) {
      boolean fromKernel =
          one.what() == ConnectionEvent.FROM_KERNEL
              || one.what() == ConnectionEvent.ALL_FROM_KERNEL;
      if (one.what() == ConnectionEvent.ALL_FROM_KERNEL && !isCarried) {
        continue; // others came back, this one was never away
      }
      isCarried = one.what() == ConnectionEvent.TO_KERNEL || isCarried && !fromKernel;
      events.add(one.event());
    }
    return new ConnectionTimeline(id, lane.name(), extract.isWhole(), List.copyOf(events));
  }

  private double age(long nanos) {
    return (extract.now() - nanos) / NANOS;
  }

  // ---- in words --------------------------------------------------------------------------------

  private ConnectionTimeline.Event told(EventRing.Entry one) {
    ConnectionEvent event = one.event();
    Direction by = one.by();
    String service =
        one.service() == EventRing.NONE ? "" : lane.engine().registry().name(one.service());
    Reason reason = event == ConnectionEvent.DROPPED ? lane.reasons().byCode(one.argument()) : null;
    String end = by == null ? "" : by == Direction.OUTBOUND ? "the VM" : "the network's end";
    String text =
        switch (event) {
          case OPENED -> opened(by, service);
          case PICKED_UP ->
              "It was under way already when its first packet came, from " + end + ".";
          case ANSWERED -> doer(service, end, "answered the SYN with its own") + ".";
          case ESTABLISHED -> "It is established: both ends have answered.";
          case FINISHED -> doer(service, end, "sent its last (FIN)") + ".";
          case RESET -> doer(service, end, "reset it (RST)") + ".";
          case MOVED -> capital(end) + " has another MAC address.";
          case LEFT -> service + " left it: it has decided, and sees no more than it must.";
          case REJOINED -> service + " is back: it sees its packets again.";
          case TAKEN ->
              service + " took a packet from " + end + ", the first: to hold, or to answer itself.";
          case DROPPED -> dropped(service, end, reason);
          case TO_KERNEL -> "The kernel carries it from here on, past VTL.";
          case FROM_KERNEL -> "VTL carries it again.";
          case EXPIRED ->
              "It was forgotten after " + seconds(one.argument()) + " without a packet.";
          case EVICTED -> "It was forgotten to make room for another: there were too many.";
          case REOPENED -> "It is over: a new one between the same ports took its place.";
          case CLOSED ->
              service.isEmpty() ? "It was closed." : service + " closed it: it is over in VTL.";
          default -> throw new IllegalStateException(event + " is of a link, not of a connection");
        };
    return new ConnectionTimeline.Event(
        event.name(),
        age(one.nanos()),
        by == null ? "" : by == Direction.OUTBOUND ? "vm" : "network",
        service,
        reason == null ? "" : reason.name(),
        text);
  }

  private static String opened(Direction by, String service) {
    if (!service.isEmpty()) {
      return service + " opened it.";
    }
    return by == Direction.INBOUND ? "The network opened it." : "The VM opened it.";
  }

  /** Whoever did {@code what}: an end, or a service in its name. */
  private static String doer(String service, String end, String what) {
    return service.isEmpty()
        ? capital(end) + " " + what
        : service + ", in the name of " + end + ", " + what;
  }

  private static String dropped(String service, String end, Reason reason) {
    return (service.isEmpty() ? "VTL" : service)
        + " dropped a packet from "
        + end
        + ", the first. "
        + (reason == null ? "No reason is known." : sentence(reason.description()));
  }

  /** What services write of their reasons may be a sentence already, or a part of one. */
  private static String sentence(String text) {
    return text.isEmpty() ? "" : capital(text) + (text.endsWith(".") ? "" : ".");
  }

  private ConnectionTimeline.Event told(Chronicle.OfLink one) {
    String about = one.about();
    String text =
        switch (one.event()) {
          case SERVICE_ENTERED -> about + " entered the pipeline of the link.";
          case SERVICE_CHANGED ->
              about
                  + (one.more().isEmpty()
                      ? " has other settings or another place"
                      : " " + one.more())
                  + ", and decides anew.";
          case SERVICE_GONE ->
              about
                  + " is out of the pipeline of the link"
                  + (one.more().isEmpty() ? "." : ": " + one.more());
          case LINK_SHUT -> "The link shut: it requires " + about + ", which is not there.";
          case LINK_OPEN -> "The link is open again: what it requires is there.";
          case ALL_FROM_KERNEL -> "VTL carries all again: " + one.more() + ".";
          default -> throw new IllegalStateException(one.event() + " is not of a link");
        };
    boolean ofService =
        one.event() == ConnectionEvent.SERVICE_ENTERED
            || one.event() == ConnectionEvent.SERVICE_CHANGED
            || one.event() == ConnectionEvent.SERVICE_GONE;
    return new ConnectionTimeline.Event(
        one.event().name(), age(one.nanos()), "", ofService ? about : "", "", text);
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static String seconds(int seconds) {
    if (seconds < 2 * MINUTE) {
      return seconds + " s";
    }
    return seconds < 2 * HOUR ? seconds / MINUTE + " min" : seconds / HOUR + " h";
  }
}
