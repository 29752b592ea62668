package org.vtl.packet;

/** What is known of a packet's transport checksum. */
public enum ChecksumState {
  /**
   * Complete, not verified: forwarded as it is, so a corrupt packet stays corrupt; but no model of
   * a connection follows one that is wrong.
   */
  UNVERIFIED,
  /** Complete, and verified by the port or the sender's kernel. */
  VALID,
  /**
   * Only the pseudo-header is summed into the field (a sender's checksum offload); a port that
   * carries offloads passes it on, any other gets it completed.
   */
  PARTIAL,
  /** Not summed at all: a packet made here, summed when it is sealed. */
  ABSENT,
  /**
   * As a capture shows it: complete, or a sender's offload never came to it. Nobody can tell, so it
   * is forwarded as it is and believed.
   */
  UNKNOWN
}
