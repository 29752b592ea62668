package org.vtl.core.internal.connection;

import org.vtl.connection.Endpoint;
import org.vtl.connection.TcpState;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;

/**
 * One end's half of a connection, recycled with it. Fields are written by the table (counts), by
 * {@link TcpTracker} (everything of TCP) and nobody else.
 *
 * <p>There are two for each of perhaps a million connections, so each field is as wide as what it
 * holds, and what is true or false is a flag: 96 bytes in all ({@code ConnectionSizeTest}).
 */
public final class EndpointState implements Endpoint {
  /** A segment of it was seen. */
  static final int KNOWN = 1;

  /** It has sent its FIN, which is the last before {@link #next}. */
  static final int FINISHED = 1 << 1;

  /** Its SYN permitted SACK. */
  static final int OFFERED_SACK = 1 << 2;

  /** Its SYN carried timestamps. */
  static final int OFFERED_TIMESTAMPS = 1 << 3;

  /** Both SYNs permitted SACK. */
  static final int SACK_PERMITTED = 1 << 4;

  /** Both SYNs carried timestamps, or midway a segment did. */
  static final int TIMESTAMPS = 1 << 5;

  /** The other end has offered it a window. */
  static final int WINDOW_OFFERED = 1 << 6;

  /** Its SYN was not seen, so its scale may be anything. */
  static final int SCALE_UNKNOWN = 1 << 7;

  /** It may have sent more than was seen: picked up midway, or sent fragments. */
  static final int UNSEEN = 1 << 8;

  /** {@link #unacknowledged} comes from an acknowledgment, not from a guess. */
  static final int ACKNOWLEDGED = 1 << 9;

  /** {@link #recentTimestamp} is set. */
  static final int RECENT_KNOWN = 1 << 10;

  /** It sent a SYN out of place: {@link RareState#vmRetrySequence}. */
  static final int RETRIED = 1 << 11;

  /** It will answer a half-open connection: {@link RareState#vmResetSequence}. */
  static final int RESET_EXPECTED = 1 << 12;

  private static final TcpState[] STATES = TcpState.values();
  private static final int MOST_INVALID = 0xffff;

  /** Whose half it is; has the address and port of both. */
  private final TrackedConnection connection;

  // Who it is.
  private int macLow;
  private char macHigh;
  byte timeToLive;
  char ipIdentification;

  // What it has sent.
  long packets;
  long bytes;
  private char invalid;

  // TCP, observed.
  private char flags;
  private byte state;
  int initialSequence;
  int next;
  int unacknowledged;
  char window;

  // TCP, delivered: what the other end really got.
  int delivered;
  int deliveredAcknowledgment;

  // TCP options as this end offered them in its SYN.
  byte offeredScale = -1;
  char maximumSegmentSize;

  // TCP options as negotiated by both.
  byte windowScale;
  int timestampValue;

  /** When {@link #timestampValue} was seen, as {@link CoarseTime}. */
  int timestampTime;

  /** Right edge of the window the other end offered: this end may send up to here. */
  int windowEdge;

  /** The largest window in bytes this end ever advertised. */
  int maximumWindow;

  /** The sequence number of the segment that last set {@link #window} (SND.WL1). */
  int windowSequence;

  // The other end's TS.Recent (RFC 7323 section 4.3), as far as it shows from between.
  int recentTimestamp;

  /** When {@link #recentTimestamp} was seen, as {@link CoarseTime}. */
  int recentTime;

  EndpointState(TrackedConnection connection) {
    this.connection = connection;
  }

  void clear() {
    setMac(0);
    timeToLive = 0;
    ipIdentification = 0;
    packets = 0;
    bytes = 0;
    invalid = 0;
    clearTcp();
  }

  /** Forgets all that {@link TcpTracker} knows. */
  void clearTcp() {
    flags = 0;
    become(TcpState.CLOSED);
    initialSequence = 0;
    next = 0;
    unacknowledged = 0;
    window = 0;
    delivered = 0;
    deliveredAcknowledgment = 0;
    offeredScale = -1;
    maximumSegmentSize = 0;
    windowScale = 0;
    timestampValue = 0;
    timestampTime = 0;
    windowEdge = 0;
    maximumWindow = 0;
    windowSequence = 0;
    recentTimestamp = 0;
    recentTime = 0;
  }

  boolean is(int flag) {
    return (flags & flag) != 0;
  }

  void set(int flag) {
    flags |= (char) flag;
  }

  void set(int flag, boolean value) {
    flags = (char) (value ? flags | flag : flags & ~flag);
  }

  void become(TcpState newState) {
    state = (byte) newState.ordinal();
  }

  void setMac(long mac) {
    macLow = (int) mac;
    macHigh = (char) (mac >>> 32);
  }

  /**
   * Notes what every packet tells of the end that sent it.
   *
   * @return the packet's source MAC address if this end was known by another until now, which a
   *     service may refuse to believe; else 0
   */
  long sent(Packet packet) {
    long mac = packet.ethernet().source();
    long newMac = 0;
    if (packets == 0) {
      setMac(mac);
    } else if (mac() != mac) {
      newMac = mac;
    }
    packets++;
    bytes += packet.datagramEnd() - packet.networkOffset();
    if (packet.isIpv4()) {
      timeToLive = (byte) packet.ipv4().timeToLive();
      ipIdentification = (char) packet.ipv4().identification();
    } else {
      timeToLive = (byte) packet.ipv6().hopLimit();
    }
    return newMac;
  }

  /** Notes what a packet to this end tells of it, as long as it has not spoken itself. */
  void addressed(Packet packet) {
    if (packets == 0) {
      setMac(packet.ethernet().destination());
    }
  }

  /** Counts a packet of this end that does not fit the model. */
  void countInvalid() {
    if (invalid < MOST_INVALID) {
      invalid++;
    }
  }

  /** Packets of this end that did not fit the model; of more than 65,535, so many. */
  int invalid() {
    return invalid;
  }

  /** It sent a SYN out of place, which takes the numbers from {@code sequence} to {@code end}. */
  void retry(int sequence, int end) {
    set(RETRIED);
    RareState rare = connection.rareState();
    if (isVm()) {
      rare.vmRetrySequence = sequence;
      rare.vmRetryEnd = end;
    } else {
      rare.networkRetrySequence = sequence;
      rare.networkRetryEnd = end;
    }
  }

  /** Whether {@code acknowledgment} answers the SYN that it sent out of place, if it did. */
  boolean isRetryAnsweredBy(int acknowledgment) {
    if (!is(RETRIED)) {
      return false;
    }
    RareState rare = connection.rareState();
    return Seq.after(acknowledgment, retrySequence())
        && Seq.atOrBefore(acknowledgment, isVm() ? rare.vmRetryEnd : rare.networkRetryEnd);
  }

  /** Meaningless unless it is {@link #RETRIED}. */
  int retrySequence() {
    RareState rare = connection.rareState();
    return isVm() ? rare.vmRetrySequence : rare.networkRetrySequence;
  }

  /** It will answer a half-open connection with a RST numbered {@code sequence}. */
  void expectReset(int sequence) {
    set(RESET_EXPECTED);
    RareState rare = connection.rareState();
    if (isVm()) {
      rare.vmResetSequence = sequence;
    } else {
      rare.networkResetSequence = sequence;
    }
  }

  /** Whether a RST numbered {@code sequence} is the one that is expected of it. */
  boolean isExpectedReset(int sequence) {
    return is(RESET_EXPECTED) && sequence == resetSequence();
  }

  /** Meaningless unless it is {@link #RESET_EXPECTED}. */
  int resetSequence() {
    RareState rare = connection.rareState();
    return isVm() ? rare.vmResetSequence : rare.networkResetSequence;
  }

  private boolean isVm() {
    return connection.vm == this;
  }

  @Override
  public boolean isKnown() {
    return is(KNOWN);
  }

  @Override
  public TcpState state() {
    return STATES[state];
  }

  @Override
  public long addressHigh() {
    return isVm() ? connection.vmHigh : connection.networkHigh;
  }

  @Override
  public long addressLow() {
    return isVm() ? connection.vmLow : connection.networkLow;
  }

  @Override
  public int port() {
    return isVm() ? connection.ports >>> 16 : connection.ports & 0xffff;
  }

  @Override
  public long mac() {
    return (long) macHigh << 32 | macLow & 0xffff_ffffL;
  }

  @Override
  public int timeToLive() {
    return timeToLive & 0xff;
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
    boolean fromSyn = windowSequence == initialSequence; // never scaled (RFC 7323 section 2.2)
    return fromSyn ? window : (long) window << windowScale;
  }

  @Override
  public int maximumSegmentSize() {
    return maximumSegmentSize;
  }

  @Override
  public boolean sackPermitted() {
    return is(SACK_PERMITTED);
  }

  @Override
  public boolean timestamps() {
    return is(TIMESTAMPS);
  }

  @Override
  public int timestampValue() {
    return timestampValue;
  }

  @Override
  public long timestampNanos() {
    return CoarseTime.nanos(timestampTime);
  }

  @Override
  public boolean finished() {
    return is(FINISHED);
  }

  @Override
  public int finSequence() {
    return is(FINISHED) ? next - 1 : 0;
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
