package org.vtl.service.tor.internal;

import org.osgi.service.component.annotations.Component;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.service.VtlService;

/**
 * Lets nothing pass between a VM and its network: the last door of a link whose VM is Tor's. What
 * {@link TorService} carries goes by sockets of the host and never comes here; all else is dropped,
 * whoever made it, also while {@code tor} is replaced. A link that {@code requires} this service
 * and {@code tor} has no moment without a closed door.
 *
 * <pre>
 * options   none but vtl.links
 * reasons   kept-in, kept-out
 * see also  docs/services/tor.md
 * </pre>
 */
@Component(
    name = "org.vtl.service.tor.guard",
    service = {PacketService.class, TorGuard.class})
@VtlService(name = TorGuard.NAME, priority = TorGuard.PRIORITY)
public final class TorGuard implements PacketService {
  /** The service's name in the pipeline. */
  public static final String NAME = "tor-guard";

  /** Behind every service that may send: nothing but the network's port comes after. */
  static final int PRIORITY = 10_000;

  private Reason keptIn;
  private Reason keptOut;

  @Override
  public void attach(ServiceContext context) {
    keptIn = context.reason("kept-in", "Of this link's VM nothing goes to the network but by Tor.");
    keptOut = context.reason("kept-out", "Nothing of the network goes to this link's VM.");
  }

  @Override
  public Verdict process(Packet packet, Connection connection) {
    return switch (packet.direction()) {
      case OUTBOUND -> keptIn.drop(packet);
      case INBOUND -> keptOut.drop(packet);
    };
  }
}
