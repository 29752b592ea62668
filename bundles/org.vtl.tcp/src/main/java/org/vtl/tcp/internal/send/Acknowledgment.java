package org.vtl.tcp.internal.send;

import org.vtl.tcp.internal.segment.OutgoingSegment;

/**
 * What a segment from the other end says about data that was sent to it. An endpoint has one, and
 * fills it anew for each segment that passed the checks of RFC 9293 section 3.10.7.4 and RFC 5961
 * section 5: its number is at or before {@link Sender#next}.
 */
public final class Acknowledgment {
  /** The acknowledgment number. */
  public int number;

  /** The window in bytes, shifted as agreed. */
  public long window;

  /** Whether the window counts: the segment is newer than the last that did (SND.WL1, SND.WL2). */
  public boolean updatesWindow;

  /** Payload bytes, SYN and FIN of the segment: with any, it is no duplicate acknowledgment. */
  public int length;

  /** How many SACK and D-SACK blocks there are, in the order of the option. */
  public int blocks;

  public final int[] left = new int[OutgoingSegment.MOST_SACK_BLOCKS];
  public final int[] right = new int[OutgoingSegment.MOST_SACK_BLOCKS];

  /** Whether {@link #timestampEcho} is there: the option is agreed, in this segment, and not 0. */
  public boolean hasTimestamp;

  /** TSecr. */
  public int timestampEcho;

  /** Whether ECE is set and ECN agreed (RFC 3168 section 6.1.2). */
  public boolean congestionEcho;

  /** Empties it. */
  public void clear() {
    number = 0;
    window = 0;
    updatesWindow = false;
    length = 0;
    blocks = 0;
    hasTimestamp = false;
    timestampEcho = 0;
    congestionEcho = false;
  }
}
