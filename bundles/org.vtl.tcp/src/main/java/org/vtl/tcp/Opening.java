package org.vtl.tcp;

/** What became of the wish to open a relay. */
public enum Opening {
  /** It is open. */
  OPENED,
  /** The service {@code tcp} does not serve the connection's link. */
  UNAVAILABLE,
  /** The connection has a relay already. */
  TAKEN,
  /**
   * It is no connection that an endpoint can speak for: not TCP, a fragment, a SYN that the model
   * does not take, data in the SYN, or nothing but one end's SYN where a living one is needed.
   */
  UNSUITABLE,
  /** It was picked up midway: what its ends have negotiated is not known. */
  UNKNOWN_NEGOTIATION,
  /** It has begun to end, or has ended. */
  ENDING,
  /** There are as many relays as there may be. */
  TOO_MANY,
  /** Too little memory for streams is left. */
  NO_MEMORY
}
