package org.vtl.service;

/**
 * A place of the pipeline where a {@link PacketTap} looks.
 *
 * @param kind what the place is
 * @param link the link's name
 * @param stage the service's name for {@link Kind#SERVICE} and drops in one, else {@code core}
 */
public record TapPoint(Kind kind, String link, String stage) {
  /** Kinds of places, in the order a packet meets them. */
  public enum Kind {
    /** Just arrived and tracked, as the sender sent it. */
    ARRIVAL,
    /** A service has returned its verdict. */
    SERVICE,
    /** Made or taken packet enters the pipeline after its service. */
    INJECTION,
    /** Sealed and about to be transmitted. */
    DEPARTURE,
    /** Discarded, by a service or by the engine. */
    DROP
  }
}
