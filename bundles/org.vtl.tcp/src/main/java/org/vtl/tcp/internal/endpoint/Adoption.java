package org.vtl.tcp.internal.endpoint;

import org.vtl.connection.TcpState;

/**
 * A live connection as one end had it until now, for {@link TcpEndpoint#adopt}: the endpoint goes
 * on in that end's place. All numbers are as the other end knows them.
 */
public final class Adoption {
  /**
   * ESTABLISHED, CLOSE_WAIT (the other end's FIN was received: the incoming stream is finished) or
   * FIN_WAIT_2 (this end's FIN was acknowledged: the outgoing stream is finished and empty).
   */
  public TcpState state = TcpState.ESTABLISHED;

  /** SND.UNA: the number of the outgoing stream's first byte ({@code outgoing.start()}). */
  public int sendUnacknowledged;

  /**
   * SND.NXT: what this end has sent up to here is not in the outgoing stream unless {@code
   * outgoing.end()} says so; when the other end acknowledges it, the stream is advanced over it.
   */
  public int sendNext;

  /** SND.WND in bytes, counted from {@link #sendUnacknowledged}. */
  public long sendWindow;

  /** RCV.NXT: the number of the byte at {@code incoming.end()}. */
  public int receiveNext;

  /** The right edge of the window announced so far: it is not taken back. */
  public int receiveEdge;

  /** Shift of windows that the other end announces, 0 to 14. */
  public int sendShift;

  /** Shift of windows that this end announces, 0 to 14. */
  public int receiveShift;

  /** Most bytes behind the TCP header without options that may be sent in a segment. */
  public int segmentSize;

  public boolean sack;
  public boolean timestamps;

  /** TS.Recent: the other end's newest timestamp. */
  public int recentTimestamp;

  /** The newest timestamp the other end has had of this end: the clock goes on behind it. */
  public int lastTimestamp;

  public boolean ecn;
}
