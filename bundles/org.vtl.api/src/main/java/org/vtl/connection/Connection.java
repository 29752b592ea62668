package org.vtl.connection;

import org.osgi.annotation.versioning.ProviderType;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;

/**
 * The state of one conversation between the VM and a peer, kept by the engine for as long as it
 * lasts. Objects are recycled: a service keeps none beyond {@link
 * org.vtl.service.ConnectionListener#connectionClosed}; {@link #id} tells two uses apart. All
 * methods on the worker that owns it.
 */
@ProviderType
public interface Connection {
  /** A number no other connection of this engine has had; 0 for an untracked one. */
  long id();

  /** False for the connection that stands for a link's packets that belong to none. */
  boolean isTracked();

  Link link();

  /** The IP protocol; {@link org.vtl.packet.Protocol#NONE} for an untracked one. */
  int protocol();

  boolean isIpv6();

  /** {@link Packet#vlanKey} of its packets. */
  int vlan();

  /** The VM's end. */
  Endpoint vm();

  /** The peer's end. */
  Endpoint network();

  /** The end that sends packets of {@code direction}. */
  default Endpoint sender(Direction direction) {
    return direction == Direction.OUTBOUND ? vm() : network();
  }

  /** The end that gets packets of {@code direction}. */
  default Endpoint receiver(Direction direction) {
    return direction == Direction.OUTBOUND ? network() : vm();
  }

  /** The direction of its first packet. */
  Direction opener();

  /** Whether it was picked up midway: its handshake was not seen, scales are not known. */
  boolean isMidstream();

  /** Whether both ends have sent a packet (UDP, ICMP) or the handshake is complete (TCP). */
  boolean isEstablished();

  /**
   * When its first packet came, in nanoseconds of the worker's clock, but to an eighth of a second
   * only.
   */
  long openedNanos();

  /** When its last packet came. */
  long lastNanos();

  /** This service's state here, made on first use. */
  <T> T get(Slot<T> slot);

  /** Whether the slot has a state here. */
  boolean has(Slot<?> slot);

  /** Gives the state back to be recycled. */
  void clear(Slot<?> slot);

  /**
   * Takes {@code service} out of this connection's chain: it has decided and need not see more.
   * Does nothing for an untracked one, which stands for many conversations. What is not routine is
   * shown to it all the same: ICMP errors about the connection, fragments, and packets from another
   * MAC address than the sender had.
   *
   * <p>Of a connection that every service has left, the system may carry the packets past VTL (the
   * link's key {@code offload}). The service then sees none of them, also none that would not fit
   * the model; segments with SYN, FIN or RST and ICMP errors still come to VTL. While VTL itself
   * carries the connection, a packet that does not fit ({@link #isInvalid}) is shown to the service
   * all the same; one that counts on these uses {@link #leaveGuarded}.
   *
   * <p>Holds until {@link #rejoin}, until {@link org.vtl.service.ServiceContext#rejoinAll}, or
   * until the service's registration changes (its configuration, its priority) or a successor takes
   * its place: whoever decides by other rules decides anew, also on old connections.
   */
  void leave(PacketService service);

  /**
   * As {@link #leave}, but VTL goes on to hold every packet against the model, and shows {@code
   * service} those that do not fit: the system never carries the connection while this holds.
   */
  void leaveGuarded(PacketService service);

  /** Puts {@code service} back into this connection's chain, from the next packet on. */
  void rejoin(PacketService service);

  /**
   * Whether the tracker found {@code packet} not to fit the model: outside the windows, flags that
   * make no sense in this state, a failed PAWS check, a wrong checksum. Such a packet does not
   * change the model.
   */
  boolean isInvalid(Packet packet);

  /**
   * Tells the model that {@code packet}, which the calling service took, counts as delivered though
   * it was not sent on (its bytes reached the other end another way).
   */
  void sync(Packet packet);
}
