package org.vtl.io.linux.internal;

/** A port with an interface of the kernel, at which it can carry packets past VTL. */
interface KernelSide {
  /** The interface's number. */
  int deviceIndex();

  /** The AF_PACKET socket that receives its packets. */
  int socket();

  /** Whether the interface is an end of a veth pair and the other end in another namespace. */
  boolean isPeerElsewhere();

  int mtu();

  /** Through which a filter of the socket must let packets pass; null if there is none. */
  FloodGate gate();

  /** Has the port tell what it polled, or nobody any more with null. */
  void tell(SettledPackets settled);
}
