package org.vtl.io.pcap.internal;

import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.BlockingMode;
import org.pcap4j.core.PcapHandle.PcapDirection;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.packet.namednumber.DataLinkType;
import org.vtl.packet.Packet;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortException;

/**
 * Opens {@code pcap:INTERFACE}. Options: {@code promiscuous} (true or false, default true: frames
 * to any MAC address) and {@code receiveBuffer} (bytes that the system queues, default 32 MiB).
 */
final class LivePcapOpener {
  private static final int RECEIVE_BUFFER = 32 << 20;

  /** Without effect on a handle that does not block, but some systems refuse 0. */
  private static final int TIMEOUT_MILLIS = 1;

  private LivePcapOpener() {}

  /**
   * Opens the port.
   *
   * @throws PortException if it cannot be opened now
   * @throws IllegalArgumentException if it never can
   */
  static PacketPort open(PortAddress address) throws PortException {
    address.allowOptions("promiscuous", "receiveBuffer");
    boolean promiscuous = flag(address);
    int buffer = bytes(address);
    String name = address.target();
    try {
      InterfaceState state = InterfaceState.of(name);
      if (state != null && !state.up()) {
        throw cannot(
            address, "interface " + name + " is down; bring it up with your system's tool");
      }
      PcapHandle handle = handle(name, promiscuous, buffer);
      if (!handle.getDlt().equals(DataLinkType.EN10MB)) {
        handle.close();
        throw cannot(
            address,
            "interface " + name + " does not carry Ethernet frames; name an interface that does");
      }
      try {
        handle.setBlockingMode(BlockingMode.NONBLOCKING);
      } catch (PcapNativeException e) {
        handle.close();
        throw e;
      }
      return new LivePcapPort(address.text(), name, state, handle);
    } catch (PcapNativeException | NotOpenException e) {
      throw cannot(
          address,
          "libpcap says \""
              + e.getMessage()
              + "\"; correct the interface's name, or run VTL as root or with CAP_NET_RAW");
    } catch (LinkageError e) {
      throw cannot(
          address,
          "libpcap cannot be loaded; install it (Debian's package libpcap0.8, or Npcap on Windows)"
              + " and restart VTL");
    }
  }

  private static PcapHandle handle(String name, boolean promiscuous, int buffer)
      throws PcapNativeException {
    PcapHandle.Builder builder =
        new PcapHandle.Builder(name)
            .snaplen(Packet.MAX_FRAME)
            .promiscuousMode(
                promiscuous ? PromiscuousMode.PROMISCUOUS : PromiscuousMode.NONPROMISCUOUS)
            .timeoutMillis(TIMEOUT_MILLIS)
            .bufferSize(buffer)
            // Without it libpcap hands over frames only when a block is full or time is up.
            .immediateMode(true);
    try {
      return builder.direction(PcapDirection.IN).build();
    } catch (PcapNativeException e) {
      // Where the system cannot tell directions the first error comes again, or this one opens.
      return builder.direction(PcapDirection.INOUT).build();
    }
  }

  private static boolean flag(PortAddress address) {
    String text = address.options().getOrDefault("promiscuous", "true");
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(address, "promiscuous", text, "true or false");
    };
  }

  private static int bytes(PortAddress address) {
    String text = address.options().getOrDefault("receiveBuffer", String.valueOf(RECEIVE_BUFFER));
    if (!text.matches("[0-9]{4,9}")) {
      throw invalid(address, "receiveBuffer", text, "a number of bytes, 1000 to 999999999");
    }
    return Integer.parseInt(text);
  }

  private static IllegalArgumentException invalid(
      PortAddress address, String option, String text, String expected) {
    return new IllegalArgumentException(
        "Port \"" + address + "\" has " + option + "=" + text + ", which is not " + expected + ".");
  }

  private static PortException cannot(PortAddress address, String why) {
    return new PortException("Port " + address + " cannot be opened: " + why + ".");
  }
}
