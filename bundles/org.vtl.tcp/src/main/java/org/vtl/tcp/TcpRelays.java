package org.vtl.tcp;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.service.Verdict;

/**
 * Opens relays: has VTL speak TCP itself in a connection. An OSGi service; a relay belongs to the
 * bundle that registers it, and outlives whoever opened it.
 *
 * <p>A service decides in its {@code process}, on the SYN that opens a connection:
 *
 * <pre>{@code
 * relays.split(packet, connection, options);
 * connection.leave(this);
 * return Verdict.CONTINUE;
 * }</pre>
 *
 * <p>All methods but {@link #relays} and {@link #leaveAll} run on the worker that owns the
 * connection, and throw {@link IllegalStateException} elsewhere. The service that relays is named
 * {@code tcp}; while it is not on a link, every opening there is {@link Opening#UNAVAILABLE}.
 */
@ProviderType
public interface TcpRelays {
  /**
   * Splits the connection that {@code syn} opens: one endpoint speaks to the VM in the peer's name,
   * another to the peer in the VM's, both with the sequence numbers, scales and options that the
   * ends have chosen. The ends shake hands with each other, so who opened gets its SYN-ACK when the
   * other end has answered, a RST or an ICMP error in its place is the other's own, and no answer
   * stays none; the endpoints take over when the handshake is complete.
   *
   * @param syn the connection's first packet, of either direction; what {@code options} limit is
   *     changed in it, and it goes on: the caller returns {@link Verdict#CONTINUE}
   * @return whether it is split; where not, nothing has changed
   */
  Opening split(Packet syn, Connection connection, SplitOptions options);

  /**
   * Splits a connection that lives. What is on its way passes on until it is acknowledged, what
   * comes after is the endpoints', so nothing is lost or repeated for it. Refused where the model
   * does not know what the ends have negotiated. The packet being processed, if any, goes on.
   */
  Opening insert(Connection connection, SplitOptions options);

  /**
   * Answers the VM in the peer's name and carries its bytes through a socket of VTL's own. The VM
   * gets its SYN-ACK when {@code dialer} is through; where that is refused or finds nothing, the VM
   * is told so by RST or ICMP.
   *
   * @param syn a SYN of the VM; one of the peer's is {@link Opening#UNSUITABLE}. It is read when
   *     this returns {@link Opening#OPENED}: the caller returns {@link #taken} for it
   * @param owner whose relay it is, for {@link #leaveAll} and people: the service's name
   */
  Opening connect(
      Packet syn, Connection connection, String owner, SideOptions vmSide, Dialer dialer);

  /**
   * Keeps what one end or both send until the other has acknowledged it, acknowledges it at once in
   * that one's name, and repeats it where it is lost. The ends keep their own connection: it begins
   * when both have spoken, at once in one that lives. The packet being processed, if any, goes on.
   */
  Opening acknowledge(Connection connection, LocalAcknowledgmentOptions options);

  /** The relay in {@code connection}; null if there is none. */
  Relay of(Connection connection);

  /**
   * What a service returns for the SYN that {@link #connect} has read: it goes no further, counted
   * as {@code tcp/relayed}.
   */
  Verdict taken(Packet packet);

  /**
   * {@link Relay#leave} for all that {@code owner} opened, soon. From any thread; waits for none.
   */
  void leaveAll(String owner);

  /**
   * What is known of all relays, no more than {@code limit}. From any thread but a worker's: asks
   * each worker and waits, a second at most, for its answer.
   */
  List<RelayInfo> relays(int limit);
}
