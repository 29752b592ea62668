package org.vtl.service.tor.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.Priority;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.service.VtlService;
import org.vtl.tcp.TcpRelays;

/** Carries a VM's traffic through Tor and answers the rest of it itself: nothing passes. */
@Component(
    name = "org.vtl.service.tor",
    service = {PacketService.class, TorService.class})
@VtlService(name = TorService.NAME, priority = Priority.REDIRECT)
public final class TorService implements PacketService {
  /** The service's name in the pipeline. */
  public static final String NAME = "tor";

  private final TcpRelays relays;
  private Reason refused;

  @Activate
  public TorService(@Reference(name = "relays") TcpRelays relays) {
    this.relays = relays;
  }

  @Override
  public void attach(ServiceContext context) {
    refused = context.reason("refused", "Tor does not carry it.");
  }

  @Override
  public Verdict process(Packet packet, Connection connection) {
    return relays.of(connection) != null ? Verdict.CONTINUE : refused.drop(packet);
  }
}
