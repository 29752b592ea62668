package org.vtl.connection;

import org.osgi.annotation.versioning.ProviderType;
import org.vtl.packet.Direction;

/**
 * Translates sequence numbers where a service has inserted bytes into a live connection or removed
 * some. The service sees the VM's side of its place outbound and, inbound, numbers already
 * translated for the VM's side; the engine rewrites sequence and acknowledgment numbers, SACK
 * blocks and timestamps of all later packets, also after the service has left.
 *
 * <p>Each change is told once, when its bytes first pass and in their order; a repetition that the
 * service edits again is not told. A repetition that it does not edit is fitted by the engine:
 * removed bytes are cut out, and what follows inserted bytes is cut off, to be repeated by the
 * sender. Inserted bytes are the service's to repeat until they are acknowledged.
 *
 * <p>Numbers are those of the sender before translation. At most 16 changes per direction are
 * remembered until they are acknowledged; more throw {@link IllegalStateException}.
 */
@ProviderType
public interface SequenceMap {
  /** {@code count} bytes were put before {@code sequence} of the sender of {@code direction}. */
  void inserted(Direction direction, int sequence, int count);

  /** The {@code count} bytes from {@code sequence} on of that sender were taken out. */
  void removed(Direction direction, int sequence, int count);

  /**
   * Adds {@code delta} to all sequence numbers of that sender, its initial one included, and takes
   * it off what acknowledges them: for a service that answered in its name before it was asked,
   * with an initial number of its own. Before any of its data has passed.
   */
  void shift(Direction direction, int delta);

  /** Adds {@code delta} to the TSval of that sender's segments, takes it off the echoes. */
  void shiftTimestamps(Direction direction, int delta);

  /** {@code sequence} of that sender as the receiver knows it. */
  int translate(Direction direction, int sequence);

  /** An acknowledgment by that sender's receiver as the sender knows it. */
  int translateBack(Direction direction, int acknowledgment);
}
