package org.vtl.core.internal.connection;

/**
 * Sequence numbers of what one end sent, or will send, out of place; valid where the end's flags
 * say so.
 */
final class StraySegments {
  /** From and to: a SYN within a connection ({@link EndpointState#RETRIED}). */
  int retrySequence;

  int retryEnd;

  /** A RST that answers a half-open connection ({@link EndpointState#RESET_EXPECTED}). */
  int resetSequence;
}
