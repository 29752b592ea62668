package org.vtl.tcp.internal.endpoint;

import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;

/** What one end's SYN offered. An endpoint has one and fills it anew. */
public final class Offer {
  /** The option's value in bytes; -1 for no such option. */
  public int maximumSegmentSize;

  /** The option's shift, at most 14 (RFC 7323 section 2.3); -1 for no such option. */
  public int windowScale;

  public boolean sackPermitted;
  public boolean timestamps;

  /** Whether its ECE and CWR flags offer ECN, or accept it (RFC 3168 section 6.1.1). */
  public boolean ecn;

  /** Nothing was offered. */
  void clear() {
    maximumSegmentSize = -1;
    windowScale = -1;
    sackPermitted = false;
    timestamps = false;
    ecn = false;
  }

  /** What {@code syn} offers, a SYN or a SYN-ACK. */
  void read(Packet syn) {
    TcpHeader tcp = syn.tcp();
    maximumSegmentSize = tcp.maximumSegmentSize();
    windowScale = tcp.windowScale();
    sackPermitted = tcp.sackPermitted();
    timestamps = tcp.hasTimestamps();
    // A SYN sets both; a SYN-ACK ECE alone, for both would be a peer that echoes all it sees.
    int flags = tcp.flags() & (TcpHeader.ECE | TcpHeader.CWR);
    ecn = tcp.isAck() ? flags == TcpHeader.ECE : flags == (TcpHeader.ECE | TcpHeader.CWR);
  }
}
