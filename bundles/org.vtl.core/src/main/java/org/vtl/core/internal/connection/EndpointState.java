package org.vtl.core.internal.connection;

import org.vtl.connection.Endpoint;
import org.vtl.connection.TcpState;

/**
 * One end's half of a connection, recycled with it. Fields are written by the table (addresses,
 * counts), by {@link TcpTracker} (everything of TCP) and nobody else.
 */
public final class EndpointState implements Endpoint {
  // Who it is.
  long addressHigh;
  long addressLow;
  int port;
  long mac;
  int timeToLive;
  int ipIdentification;

  // What it has sent.
  long packets;
  long bytes;

  // TCP, observed.
  boolean known;
  TcpState state = TcpState.CLOSED;
  int initialSequence;
  int next;
  int unacknowledged;
  int window;
  boolean finished;
  int finSequence;

  // TCP, delivered: what the other end really got.
  int delivered;
  int deliveredAcknowledgment;

  // TCP options as this end offered them in its SYN.
  int offeredScale = -1;
  int maximumSegmentSize;
  boolean offeredSack;
  boolean offeredTimestamps;

  // TCP options as negotiated by both.
  int windowScale;
  boolean sackPermitted;
  boolean timestamps;
  int timestampValue;
  long timestampNanos;

  /** Right edge of the window the other end offered: this end may send up to here. */
  int windowEdge;

  /** Whether the other end has offered a window yet. */
  boolean windowOffered;

  /** The largest window in bytes this end ever advertised. */
  int maximumWindow;

  /** The sequence number of the segment that last set {@link #window} (SND.WL1). */
  int windowSequence;

  /** Its SYN was not seen, so its scale may be anything. */
  boolean scaleUnknown;

  /** It may have sent more than was seen: picked up midway, or sent fragments. */
  boolean unseen;

  /** Whether {@link #unacknowledged} comes from an acknowledgment, not from a guess. */
  boolean acknowledged;

  // The other end's TS.Recent (RFC 7323 section 4.3), as far as it shows from between.
  boolean recentKnown;
  int recentTimestamp;
  long recentNanos;

  /** A SYN of this end that came out of place: from and to its sequence numbers. */
  boolean retried;

  int retrySequence;
  int retryEnd;

  /** The sequence number of a RST this end will send, answering a half-open connection. */
  boolean resetExpected;

  int resetSequence;

  void clear() {
    addressHigh = 0;
    addressLow = 0;
    port = 0;
    mac = 0;
    timeToLive = 0;
    ipIdentification = 0;
    packets = 0;
    bytes = 0;
    clearTcp();
  }

  /** Forgets all that {@link TcpTracker} knows. */
  void clearTcp() {
    known = false;
    state = TcpState.CLOSED;
    initialSequence = 0;
    next = 0;
    unacknowledged = 0;
    window = 0;
    finished = false;
    finSequence = 0;
    delivered = 0;
    deliveredAcknowledgment = 0;
    offeredScale = -1;
    maximumSegmentSize = 0;
    offeredSack = false;
    offeredTimestamps = false;
    windowScale = 0;
    sackPermitted = false;
    timestamps = false;
    timestampValue = 0;
    timestampNanos = 0;
    windowEdge = 0;
    windowOffered = false;
    maximumWindow = 0;
    windowSequence = 0;
    scaleUnknown = false;
    unseen = false;
    acknowledged = false;
    recentKnown = false;
    recentTimestamp = 0;
    recentNanos = 0;
    retried = false;
    retrySequence = 0;
    retryEnd = 0;
    resetExpected = false;
    resetSequence = 0;
  }

  @Override
  public boolean isKnown() {
    return known;
  }

  @Override
  public TcpState state() {
    return state;
  }

  @Override
  public long addressHigh() {
    return addressHigh;
  }

  @Override
  public long addressLow() {
    return addressLow;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public long mac() {
    return mac;
  }

  @Override
  public int timeToLive() {
    return timeToLive;
  }

  @Override
  public int ipIdentification() {
    return ipIdentification;
  }

  @Override
  public int initialSequence() {
    return initialSequence;
  }

  @Override
  public int next() {
    return next;
  }

  @Override
  public int delivered() {
    return delivered;
  }

  @Override
  public int unacknowledged() {
    return unacknowledged;
  }

  @Override
  public int deliveredAcknowledgment() {
    return deliveredAcknowledgment;
  }

  @Override
  public int window() {
    return window;
  }

  @Override
  public int windowScale() {
    return windowScale;
  }

  @Override
  public long windowBytes() {
    return (long) window << windowScale;
  }

  @Override
  public int maximumSegmentSize() {
    return maximumSegmentSize;
  }

  @Override
  public boolean sackPermitted() {
    return sackPermitted;
  }

  @Override
  public boolean timestamps() {
    return timestamps;
  }

  @Override
  public int timestampValue() {
    return timestampValue;
  }

  @Override
  public long timestampNanos() {
    return timestampNanos;
  }

  @Override
  public boolean finished() {
    return finished;
  }

  @Override
  public int finSequence() {
    return finSequence;
  }

  @Override
  public long packets() {
    return packets;
  }

  @Override
  public long bytes() {
    return bytes;
  }
}
