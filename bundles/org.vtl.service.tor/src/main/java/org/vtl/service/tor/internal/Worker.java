package org.vtl.service.tor.internal;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.packet.Packet;
import org.vtl.service.Timers;
import org.vtl.service.Verdict;
import org.vtl.service.tor.internal.address.AddressAnswers;
import org.vtl.service.tor.internal.dns.DnsStreamServer;
import org.vtl.service.tor.internal.dns.GuestDns;
import org.vtl.service.tor.internal.neighbor.NeighborAnswers;
import org.vtl.service.tor.internal.refuse.Refusals;

/** What one worker of a link has of its own: who answers the VM, and who refuses it. */
final class Worker {
  Setup setup;
  LinkGuest guest;
  Refusals refusals;
  private NeighborAnswers neighbors;
  private AddressAnswers addresses;
  private GuestDns dns;
  private SocketAddress dnsStreams;

  /** When the VM is told again who its router is. */
  long timer = Timers.NONE;

  /** Goes on as {@code setup} says. */
  void begin(Setup setup, Link link, LinkGuest guest, DnsStreamServer streams) {
    this.guest = guest;
    long mac = setup.settings().mac(link.name());
    refusals = setup.hubs().refusals().of(link.name());
    neighbors = setup.hubs().neighbors().of(link.name(), mac);
    AddressAnswers.Hub giving = setup.hubs().addresses();
    addresses = giving == null ? null : giving.of(link.name(), mac);
    dns = setup.hubs().dns().of(guest.dns());
    try {
      dnsStreams = streams.open(link.name(), guest.dns());
    } catch (IOException e) {
      dnsStreams = null; // the VM's DNS goes by UDP alone
      System.getLogger(Worker.class.getName())
          .log(Level.WARNING, "DNS over TCP is refused: its socket cannot be made.", e);
    }
    this.setup = setup;
  }

  Settings settings() {
    return setup.settings();
  }

  /** Where the VM's DNS over TCP is answered; null if it is not. */
  SocketAddress dnsStreams() {
    return dnsStreams;
  }

  /** Answers what VTL itself answers; null for anything else. */
  Verdict answer(Packet packet, Connection connection) {
    Verdict answered = neighbors.answer(packet, connection);
    if (answered == null && addresses != null) {
      answered = addresses.answer(packet, connection);
    }
    return answered == null ? dns.answer(packet, connection) : answered;
  }

  /** Whether the VM is to be told now and then that VTL is its router. */
  boolean advertises() {
    return addresses != null;
  }

  /** Tells it. */
  void advertise(Link link) {
    if (addresses != null) {
      addresses.advertise(link);
    }
  }
}
