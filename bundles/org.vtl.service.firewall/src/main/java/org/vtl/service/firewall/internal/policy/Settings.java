package org.vtl.service.firewall.internal.policy;

import org.vtl.packet.Direction;

/**
 * What holds besides rules, for all links or for one; null where nothing is said.
 *
 * @param inbound what becomes of inbound packets that no rule decides
 * @param outbound what becomes of outbound ones
 * @param antispoof whether packets with foreign addresses are refused
 */
public record Settings(Ending inbound, Ending outbound, Boolean antispoof) {
  /** Nothing said. */
  public static final Settings NONE = new Settings(null, null, null);

  /** The ending of {@code direction}, or null. */
  public Ending ending(Direction direction) {
    return direction == Direction.INBOUND ? inbound : outbound;
  }
}
