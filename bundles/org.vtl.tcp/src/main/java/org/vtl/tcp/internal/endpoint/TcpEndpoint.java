package org.vtl.tcp.internal.endpoint;

import org.vtl.connection.TcpState;
import org.vtl.packet.Packet;
import org.vtl.tcp.internal.segment.SegmentOutput;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * One end of a TCP connection (RFC 9293), on the worker that owns the connection. It knows no
 * clock: each call says what time it is, and {@link #nextDeadline} when {@link #expire} is due.
 * Recycled from {@link #open} to {@link #close}; allocates nothing between.
 *
 * <p>The incoming stream holds what the other end sent; its capacity is the window. The outgoing
 * stream holds what is to be sent, from its start (the first byte the other end has not
 * acknowledged) on; a finished stream is followed by a FIN. Whoever fills one or drains the other
 * calls {@link #pump}.
 */
public final class TcpEndpoint {

  /**
   * A new connection, CLOSED until {@link #connect}, {@link #hear} or {@link #adopt}. The streams
   * are begun by the caller and stay its own.
   */
  public void open(
      EndpointSettings settings,
      SegmentOutput output,
      ByteStream incoming,
      ByteStream outgoing,
      EndpointListener listener) {}

  /** Active open: sends the SYN with {@code initialSequence}. */
  public void connect(int initialSequence, long now) {}

  /**
   * Takes the other end's SYN and answers nothing, nor its retransmissions: {@link #answer} or
   * {@link #refuse} follows, or {@link #abort}, which then says nothing.
   */
  public void hear(Packet syn, long now) {}

  /** Answers the SYN that was heard with a SYN-ACK of number {@code initialSequence}. */
  public void answer(int initialSequence, long now) {}

  /** Answers the SYN that was heard with a RST, as a closed port does; CLOSED then. */
  public void refuse(long now) {}

  /** Goes on in the place of an end that was there until now. */
  public void adopt(Adoption state, long now) {}

  /**
   * Takes a parsed TCP packet of the connection, from the other end; only reads it.
   *
   * @return false for a SYN that ends TIME-WAIT (RFC 6191): this endpoint is CLOSED, and the SYN
   *     opens a connection of which it knows nothing
   */
  public boolean receive(Packet segment, long now) {
    return true;
  }

  /**
   * The outgoing stream has more bytes or is finished, or bytes of the incoming one were released:
   * sends what may be sent, a window update where it is worth one.
   */
  public void pump(long now) {}

  /** What was due by {@code now}; may be called early. */
  public void expire(long now) {}

  /** When {@link #expire} is due; {@link Long#MAX_VALUE} for never. May change with each call. */
  public long nextDeadline() {
    return Long.MAX_VALUE;
  }

  /** Ends the connection at once: RST where the other end knows of it, then CLOSED. */
  public void abort(long now) {}

  /**
   * ICMP said that the other end cannot be reached (RFC 5461). Ignored unless {@code sequence}
   * numbers something in flight (RFC 5927 section 4.1).
   *
   * @param sequence the sequence number of the segment it quotes
   * @param hard whether the other end itself says no: protocol or port unreachable
   */
  public void unreachable(int sequence, boolean hard, long now) {}

  /**
   * ICMP said that a segment was too big for the path. Ignored unless {@code sequence} numbers
   * something in flight.
   *
   * @param largestSegment the MTU it names, less the IP header and 20
   */
  public void packetTooBig(int sequence, int largestSegment, long now) {}

  /** The endpoint is used no more until {@link #open}: forgets its streams; says nothing. */
  public void close() {}

  public TcpState state() {
    return TcpState.CLOSED;
  }

  /** What the other end's SYN offered; meaningless before it came and after {@link #adopt}. */
  public Offer offered() {
    return null;
  }

  /** SND.NXT. */
  public int sendNext() {
    return 0;
  }

  /** SND.UNA. */
  public int sendUnacknowledged() {
    return 0;
  }

  /** RCV.NXT. */
  public int receiveNext() {
    return 0;
  }

  /** Whether this connection's segments carry timestamps. */
  public boolean usesTimestamps() {
    return false;
  }

  /** The TSval that a segment sent now carries. */
  public int timestamp(long now) {
    return 0;
  }

  /** TS.Recent: the other end's newest timestamp. */
  public int recentTimestamp() {
    return 0;
  }

  /**
   * Whether all that either end sent has been acknowledged and passed on: nothing is in flight, out
   * of order, or in either stream.
   */
  public boolean isQuiet() {
    return false;
  }
}
