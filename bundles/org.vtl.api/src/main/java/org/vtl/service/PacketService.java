package org.vtl.service;

import org.osgi.annotation.versioning.ConsumerType;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;

/**
 * A network service: sees, changes, takes or makes the packets of the connections it asked for.
 * Registered as an OSGi service with the properties below, which {@link VtlService} writes.
 *
 * <pre>{@code
 * @Component
 * @VtlService(name = "portblock", priority = Priority.FILTER, protocols = Traffic.TCP)
 * public final class PortBlock implements PacketService { ... }
 * }</pre>
 *
 * <p>Optional mix-ins on the same object: {@link ConnectionListener}, {@link TimerListener}, {@link
 * StateHandover}.
 */
@ConsumerType
public interface PacketService {
  /** Service property: the service's name, unique; the same name again means a successor. */
  String NAME = "vtl.name";

  /** Service property: distance from the VM (Integer), see {@link Priority}. */
  String PRIORITY = "vtl.priority";

  /** Service property: names of {@link Traffic} kinds (String[]); absent means all. */
  String PROTOCOLS = "vtl.protocols";

  /** Service property: names of the links to serve (String[]); absent or empty means all. */
  String LINKS = "vtl.links";

  /**
   * Service property: whether both directions must meet on one worker although they do not have the
   * same two addresses (Boolean), absent means no. The packets between two addresses, both ways,
   * with their fragments and ICMP errors, are one worker's; those of a service that changes
   * addresses come back by others, so it says yes, and is not in the chain of a link with several
   * workers: {@code vtl:services} tells why, and a link that requires it lets nothing pass.
   */
  String ONE_WORKER = "vtl.one.worker";

  /**
   * Looks at one packet and decides.
   *
   * <p>Thread: the worker that owns the connection; never two at once for one connection, but
   * several for different connections, of different links and of one (see {@link
   * org.vtl.connection.Link#workers}). So fields of the service that packets change must bear
   * several threads; state in slots need not. Ownership: the packet is the service's during the
   * call; {@link Verdict#TAKE} keeps it. Fields are set through the packet's views, checksums
   * never. Must not block, allocate, log per packet or throw: a service that throws five times
   * within a second is fenced off, and its link's policy holds.
   *
   * <p>A service that has decided about a connection {@linkplain Connection#leave leaves} it; one
   * that has nothing to do on a link {@linkplain ServiceContext#leave leaves that}. It comes back
   * to both by itself when its configuration changes.
   *
   * @param packet parsed; its {@link Packet#direction} says where it goes
   * @param connection the conversation, or the link's {@link Connection#isTracked untracked} one
   *     for packets that belong to none
   */
  Verdict process(Packet packet, Connection connection);

  /**
   * Called once before the first packet, on the registering thread. The context lives until {@link
   * #detach}.
   */
  default void attach(ServiceContext context) {}

  /**
   * Called once after the last packet: no worker is in the service any more, nor will be. On the
   * unregistering thread.
   */
  default void detach() {}
}
