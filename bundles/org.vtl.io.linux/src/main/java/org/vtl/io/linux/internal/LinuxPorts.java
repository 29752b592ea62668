package org.vtl.io.linux.internal;

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
  /** For the service registry. */
  public LinuxPorts() {}

  @Override
  public PacketPort open(PortAddress address, PortContext context) throws PortException {
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
}
