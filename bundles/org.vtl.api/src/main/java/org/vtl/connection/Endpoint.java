package org.vtl.connection;

import org.osgi.annotation.versioning.ProviderType;

/**
 * One end's half of a connection's state. Sequence numbers are those of the data this end sends and
 * compare only through {@link org.vtl.packet.Seq}; they mean nothing before {@link #isKnown}. Read
 * on the connection's worker.
 */
@ProviderType
public interface Endpoint {
  /** Whether a segment of this end was seen, so that its sequence numbers mean something. */
  boolean isKnown();

  TcpState state();

  /** High half of its IP address. */
  long addressHigh();

  /** Low half of its IP address; IPv4 is mapped. */
  long addressLow();

  /** Its port, or the identifier of an ICMP echo. */
  int port();

  /**
   * Its MAC address on this link: the source of the last of its frames that was sent on, or of its
   * first; 0 before it.
   */
  long mac();

  /** Time to live or hop limit of its last packet. */
  int timeToLive();

  /** IP identification of its last IPv4 packet. */
  int ipIdentification();

  /** Its initial sequence number; of a connection picked up midway, the first one seen. */
  int initialSequence();

  /** The sequence number after the last one it sent (SND.NXT), observed; only moves forward. */
  int next();

  /**
   * The sequence number after the last one that was really sent on to the other end, as that end
   * counts: behind all {@link SequenceMap}s.
   */
  int delivered();

  /** The highest acknowledgment the other end sent for its data (SND.UNA), observed. */
  int unacknowledged();

  /** The highest acknowledgment of its data that was really sent on to it. */
  int deliveredAcknowledgment();

  /** The window field it last advertised, not scaled. */
  int window();

  /** The shift it announced in its SYN; 0 when either end did not, or the SYN was not seen. */
  int windowScale();

  /** The window it last advertised in bytes. */
  long windowBytes();

  /** The maximum segment size of its SYN; without one 536 (IPv4) or 1,220 (IPv6). */
  int maximumSegmentSize();

  /** Whether both SYNs permitted SACK. */
  boolean sackPermitted();

  /** Whether both SYNs carried timestamps, or midway a segment did. */
  boolean timestamps();

  /** The last in-order TSval it sent. */
  int timestampValue();

  /**
   * When {@link #timestampValue} was seen, in nanoseconds of the worker's clock, but to an eighth
   * of a second only.
   */
  long timestampNanos();

  /** Whether it has sent a FIN. */
  boolean finished();

  /** The sequence number of its FIN, where {@link #finished}. */
  int finSequence();

  /** Packets it sent. */
  long packets();

  /** Bytes of IP it sent. */
  long bytes();
}
