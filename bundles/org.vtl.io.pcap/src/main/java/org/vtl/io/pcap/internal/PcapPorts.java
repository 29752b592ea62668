package org.vtl.io.pcap.internal;

import org.osgi.service.component.annotations.Component;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;
import org.vtl.port.PortProvider;

/** Opens {@code pcap:INTERFACE} through libpcap, and {@code file:PATH} without it. */
@Component(property = {PortProvider.SCHEMES + "=pcap", PortProvider.SCHEMES + "=file"})
public final class PcapPorts implements PortProvider {
  /** For the service registry. */
  public PcapPorts() {}

  @Override
  public PacketPort open(PortAddress address, PortContext context) throws PortException {
    if (context != null && context.workers() > 1) {
      throw new IllegalArgumentException(
          "Port \"" + address + "\" cannot be shared by workers; set the link's key workers to 1.");
    }
    return switch (address.scheme()) {
      case "pcap" -> LivePcapOpener.open(address);
      case "file" -> CaptureFileOpener.open(address);
      default ->
          throw new IllegalArgumentException(
              "Port \"" + address + "\" is neither pcap:INTERFACE nor file:PATH.");
    };
  }
}
