package org.vtl.ipfix.internal;

import org.vtl.connection.Connection;

/** What is noted of one connection until it ends. Its worker's. */
final class Flow {
  Connection connection;

  /** Neighbours in its worker's list, the one told of longest ago first. */
  Flow previous;

  Flow next;
  Flows list;

  /** When it was last told of; its start until then. */
  long toldNanos;

  long toldOutPackets;
  long toldOutOctets;
  long toldInPackets;
  long toldInOctets;

  /** Whether a packet came through all services, and the ends as the network knows them. */
  boolean passed;

  long vmHigh;
  long vmLow;
  long networkHigh;
  long networkLow;
  int vmPort;
  int networkPort;

  /** Packets dropped that are not told of, and why the last was. */
  long dropped;

  int reason;

  void reset() {
    if (list != null) {
      list.remove(this);
    }
    connection = null;
    toldNanos = 0;
    toldOutPackets = 0;
    toldOutOctets = 0;
    toldInPackets = 0;
    toldInOctets = 0;
    passed = false;
    vmHigh = 0;
    vmLow = 0;
    networkHigh = 0;
    networkLow = 0;
    vmPort = 0;
    networkPort = 0;
    dropped = 0;
    reason = 0;
  }
}
