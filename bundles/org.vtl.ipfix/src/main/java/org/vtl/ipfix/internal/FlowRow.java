package org.vtl.ipfix.internal;

/** Where in a row of {@link FlowRing} which number of a connection stands. */
final class FlowRow {
  static final int START_MILLIS = 0;
  static final int END_MILLIS = 1;

  /** The VM's end as the VM knows both: two halves of the address, and the port. */
  static final int VM_HIGH = 2;

  static final int VM_LOW = 3;
  static final int NETWORK_HIGH = 4;
  static final int NETWORK_LOW = 5;

  /** Both ends as the network knows them. */
  static final int OUTER_VM_HIGH = 6;

  static final int OUTER_VM_LOW = 7;
  static final int OUTER_NETWORK_HIGH = 8;
  static final int OUTER_NETWORK_LOW = 9;

  static final int VM_PORT = 10;
  static final int NETWORK_PORT = 11;
  static final int OUTER_VM_PORT = 12;
  static final int OUTER_NETWORK_PORT = 13;
  static final int OUT_PACKETS = 14;
  static final int OUT_OCTETS = 15;
  static final int IN_PACKETS = 16;
  static final int IN_OCTETS = 17;
  static final int DROPPED = 18;

  /** The code of the last reason for a drop; 0 for none. */
  static final int REASON = 19;

  static final int ID = 20;
  static final int PROTOCOL = 21;

  /** {@code Packet.vlanKey}. */
  static final int VLAN = 22;

  /** {@link #IPV6}, {@link #INBOUND} and {@link #PASSED}, and the reason of the end. */
  static final int FLAGS = 23;

  /** Numbers of a row. */
  static final int LENGTH = 24;

  static final int IPV6 = 0x100;

  /** The network's end opened it. */
  static final int INBOUND = 0x200;

  /** A packet came through all services. */
  static final int PASSED = 0x400;

  static final int END_REASON = 0xff;

  /** flowEndReason (RFC 5102 section 5.11.3). */
  static final int IDLE = 1;

  static final int ACTIVE = 2;
  static final int ENDED = 3;

  private FlowRow() {}
}
