package org.vtl.port;

import org.osgi.annotation.versioning.ConsumerType;
import org.vtl.connection.Connection;
import org.vtl.packet.Direction;

/**
 * The system itself carries connections from one port of a link to the other and back, so that
 * their packets do not come to VTL. Made by {@link PacketPort#offloadTo}; it belongs to both ports
 * and is closed before either.
 *
 * <p>A connection that is known here has a number, its <i>flow</i>. It is carried while the
 * generation it was given with {@link #carry} is the present one; so {@link #invalidate} takes back
 * all at one stroke. Each packet either comes to VTL or is carried, never both and never neither.
 * What begins, ends or breaks a connection comes to VTL always: TCP segments with SYN, FIN or RST,
 * ICMP errors, fragments, malformed packets, and packets that the other port could not send whole.
 * When a connection begins to be carried, packets of it that are still on their way through VTL are
 * not overtaken, unless so many come that VTL is never done with them.
 *
 * <p>Thread: the worker's, but for {@link #generation} and {@link #invalidate}. No method blocks or
 * allocates but {@link #close()}.
 */
@ConsumerType
public interface FlowOffload extends AutoCloseable {
  /** What {@link #open} returns when there is no room. */
  int NONE = -1;

  /** Connections that can be known at once; flows are numbered from 0 to one less. */
  int capacity();

  /**
   * Makes {@code connection}, TCP or UDP, known; it is not carried yet, and its counts are 0.
   *
   * @return its flow, or {@link #NONE} when there is no room
   */
  int open(Connection connection);

  /** Forgets a connection's flow; it is not carried any more, and its number may be another's. */
  void close(int flow, Connection connection);

  /** The present generation. Any thread. */
  int generation();

  /**
   * Begins the next generation: nothing is carried any more when this returns, but for packets that
   * the system is at this moment handing over. Any thread; after {@link #close()} it does nothing.
   */
  void invalidate();

  /**
   * Has the flow be carried as long as {@code generation} is the present one. For TCP the counting
   * goes on from where {@code connection}'s model stands. Called again for a flow that is carried
   * when a packet of it came to VTL nevertheless: the numbers go on from there, too, and no packet
   * overtakes that one.
   */
  void carry(int flow, Connection connection, int generation);

  /** Takes one flow back. */
  void halt(int flow);

  /** Packets of the flow that were carried in {@code direction} since it was opened. */
  long packets(int flow, Direction direction);

  /** Their bytes of IP. */
  long bytes(int flow, Direction direction);

  /**
   * For how long no packet of the flow was carried, in nanoseconds; meaningless before the first.
   */
  long idleNanos(int flow);

  /** TCP: the highest sequence number after one that was carried in {@code direction}. */
  int sequenceEnd(int flow, Direction direction);

  /** TCP: the highest acknowledgment number that was carried in {@code direction}. */
  int acknowledgment(int flow, Direction direction);

  /** TCP: the last window field that was carried in {@code direction}, not scaled. */
  int window(int flow, Direction direction);

  /** TCP: the furthest right edge that the windows carried in {@code direction} offered. */
  int windowEdge(int flow, Direction direction);

  /** Ends all: nothing is carried any more, and the system has forgotten everything. */
  @Override
  void close();
}
