package org.vtl.runtime;

import java.util.List;

/**
 * What happened to a connection, as far as its worker remembers: each remembers its last events
 * only, also those of connections that are over.
 *
 * @param connection its number
 * @param link the link's name; empty when nothing is known of the number
 * @param whole whether these are all; false when older ones have made room for others' events, or
 *     nothing is known of the number
 * @param events the oldest first
 */
public record ConnectionTimeline(
    long connection, String link, boolean whole, List<ConnectionTimeline.Event> events) {
  /**
   * One thing that happened.
   *
   * @param kind of the connection {@code OPENED}, {@code PICKED_UP} (opened midway), {@code
   *     ANSWERED} (a SYN by a SYN), {@code ESTABLISHED}, {@code FINISHED} (an end's FIN), {@code
   *     RESET}, {@code MOVED} (another MAC address), {@code LEFT} and {@code REJOINED} (by a
   *     service), {@code TAKEN} (the first packet that a service took), {@code DROPPED} (the first
   *     packet, once before and once after it was established), {@code TO_KERNEL}, {@code
   *     FROM_KERNEL}; its end {@code EXPIRED}, {@code EVICTED}, {@code REOPENED} or {@code CLOSED};
   *     of the whole link {@code SERVICE_ENTERED}, {@code SERVICE_CHANGED}, {@code SERVICE_GONE},
   *     {@code LINK_SHUT}, {@code LINK_OPEN}, {@code ALL_FROM_KERNEL}
   * @param ageSeconds how long ago, by the clock that the worker reads once for each batch
   * @param end whose doing it was: {@code vm}, {@code network}, or empty for neither's
   * @param service the service whose doing it was; empty for none's
   * @param reason the name of the reason of a drop; empty elsewhere
   * @param text what happened, in one sentence
   */
  public record Event(
      String kind, double ageSeconds, String end, String service, String reason, String text) {}
}
