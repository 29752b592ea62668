package org.vtl.runtime;

import java.util.List;

/**
 * One packet's passage through the pipeline.
 *
 * @param link the link's name
 * @param direction {@code OUTBOUND} or {@code INBOUND}
 * @param connection the connection's number; 0 for none
 * @param packet the packet on arrival, for people
 * @param bytes its length on arrival
 * @param stages what happened, in order
 * @param fate {@code SENT}, {@code DROPPED} or {@code TAKEN}
 */
public record TraceEvent(
    String link,
    String direction,
    long connection,
    String packet,
    int bytes,
    List<Stage> stages,
    String fate) {
  /**
   * What happened at one place.
   *
   * @param point the place: {@code arrival}, a service's name, {@code departure} or {@code drop}
   * @param verdict the service's verdict; empty elsewhere
   * @param reason why it was dropped; empty where it was not
   * @param changed the bytes changed here, as {@code offset: before > after}; empty when none were
   */
  public record Stage(String point, String verdict, String reason, List<String> changed) {}
}
