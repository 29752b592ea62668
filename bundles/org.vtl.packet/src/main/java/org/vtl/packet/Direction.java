package org.vtl.packet;

/** Which way a packet travels on its link. */
public enum Direction {
  /** From the VM to the network. */
  OUTBOUND,
  /** From the network to the VM. */
  INBOUND;

  private static final Direction[] REVERSED = {INBOUND, OUTBOUND};

  /** The other direction. */
  public Direction reverse() {
    return REVERSED[ordinal()];
  }
}
