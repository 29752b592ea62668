package org.vtl.io.linux.internal;

import java.util.HashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;
import org.vtl.port.PortProvider;

/**
 * Opens the ports of the Linux kernel: {@code packet:INTERFACE}, {@code tap:INTERFACE}, {@code
 * xdp:INTERFACE} and {@code qemu:PATH}.
 */
@Component(
    property = {
      PortProvider.SCHEMES + "=packet",
      PortProvider.SCHEMES + "=tap",
      PortProvider.SCHEMES + "=xdp",
      PortProvider.SCHEMES + "=qemu"
    })
public final class LinuxPorts implements PortProvider {
  /** By the link that has it and by address. */
  private final Map<String, PortTeam> teams = new HashMap<>();

  /** For the service registry. */
  public LinuxPorts() {}

  @Override
  public PacketPort open(PortAddress address, PortContext context) throws PortException {
    boolean divides = address.scheme().equals("packet") || address.scheme().equals("tap");
    if (divides && context != null && context.workers() > 1) {
      return openForTeam(address, context);
    }
    return switch (address.scheme()) {
      case "packet" -> AfPacketOpener.open(address);
      case "tap" -> TapOpener.open(address);
      case "xdp" -> XdpOpener.open(address, context);
      case "qemu" -> QemuOpener.open(address, context);
      default ->
          throw new IllegalArgumentException(
              "Port \""
                  + address
                  + "\" is none of packet:INTERFACE, tap:INTERFACE, xdp:INTERFACE and qemu:PATH.");
    };
  }

  private synchronized PacketPort openForTeam(PortAddress address, PortContext context)
      throws PortException {
    teams.values().removeIf(PortTeam::isGone);
    String key = context.link() + " " + address.text();
    PortTeam team = teams.get(key);
    if (team == null) {
      team = new PortTeam(address, context.workers(), opener(address, context.workers()));
      teams.put(key, team);
    }
    return team.take(context);
  }

  private static PortTeam.Opener opener(PortAddress address, int workers) {
    if (address.scheme().equals("tap")) {
      return worker -> TapOpener.open(address, worker, workers);
    }
    PacketFanout group = new PacketFanout(workers);
    return worker -> AfPacketOpener.open(address, group);
  }
}
