package org.vtl.tcp.internal.segment;

import org.vtl.tcp.internal.stream.ByteStream;

/**
 * One segment that an endpoint wants sent: its header as it is to stand on the wire, and where its
 * payload is. An endpoint has one and fills it anew each time; it is read before {@link
 * SegmentOutput#send} returns.
 */
public final class OutgoingSegment {
  /** Most SACK blocks that fit the options of one segment. */
  public static final int MOST_SACK_BLOCKS = 4;

  public int sequence;
  public int acknowledgment;

  /** Bits of {@link org.vtl.packet.TcpHeader}. */
  public int flags;

  /** The window field as it stands in the header: already shifted. */
  public int window;

  /** The option's value in bytes; 0 for no such option. SYN only. */
  public int maximumSegmentSize;

  /** The option's shift; -1 for no such option. SYN only. */
  public int windowScale;

  /** Whether the option stands there. SYN only. */
  public boolean sackPermitted;

  public boolean timestamps;
  public int timestampValue;
  public int timestampEcho;

  public int sackBlocks;
  public final int[] sackLeft = new int[MOST_SACK_BLOCKS];
  public final int[] sackRight = new int[MOST_SACK_BLOCKS];

  /** Where the payload is; null where there is none. */
  public ByteStream payload;

  /** The payload's first byte, an offset of {@link #payload}. */
  public long payloadOffset;

  /** The payload's length in bytes; more than {@link #segmentSize} is for an offload to divide. */
  public int payloadLength;

  /** Bytes of payload in each segment on the wire. */
  public int segmentSize;

  /** The ECN field of the IP header (RFC 3168): 0 not capable, 1 ECT(1), 2 ECT(0). */
  public int ecn;

  /** Empties it: an ACK-less segment without options and payload. */
  public void clear() {
    sequence = 0;
    acknowledgment = 0;
    flags = 0;
    window = 0;
    maximumSegmentSize = 0;
    windowScale = -1;
    sackPermitted = false;
    timestamps = false;
    sackBlocks = 0;
    payload = null;
    payloadOffset = 0;
    payloadLength = 0;
    segmentSize = 0;
    ecn = 0;
  }
}
