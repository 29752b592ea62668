package org.vtl.core.internal.connection;

/** What can happen to a connection, or to all of a link, that explains later why it is as it is. */
public enum ConnectionEvent {
  /** Its first packet came, or a service opened it by hand. */
  OPENED,
  /** The same, of a conversation that was under way. */
  PICKED_UP,
  /** A SYN was answered with a SYN. */
  ANSWERED,
  /** Both ends have spoken, or shaken hands. */
  ESTABLISHED,
  /** An end has sent its FIN. */
  FINISHED,
  /** An end has aborted it. */
  RESET,
  /** An end has another MAC address. */
  MOVED,
  /** A service has left it. */
  LEFT,
  /** A service that had left is back. */
  REJOINED,
  /** A service took a packet, the first. */
  TAKEN,
  /** A packet was dropped, the first before or after it was established. */
  DROPPED,
  /** The system carries it. */
  TO_KERNEL,
  /** VTL carries it again. */
  FROM_KERNEL,

  /** It was silent for too long. */
  EXPIRED,
  /** It made room for another. */
  EVICTED,
  /** A SYN began another between the same ports. */
  REOPENED,
  /** A service ended it, or its link did. */
  CLOSED,

  /** A service entered the link's pipeline. */
  SERVICE_ENTERED,
  /** One has other settings, another place, or a successor. */
  SERVICE_CHANGED,
  /** One left the link's pipeline, or was fenced off. */
  SERVICE_GONE,
  /** A required service is missing: nothing passes. */
  LINK_SHUT,
  /** It is there: packets pass. */
  LINK_OPEN,
  /** VTL carries all that the system carried. */
  ALL_FROM_KERNEL;

  /** Whether nothing happened to the connection before it. */
  public boolean isBeginning() {
    return this == OPENED || this == PICKED_UP;
  }

  /** Whether the connection is gone with it. */
  public boolean isEnd() {
    return this == EXPIRED || this == EVICTED || this == REOPENED || this == CLOSED;
  }
}
