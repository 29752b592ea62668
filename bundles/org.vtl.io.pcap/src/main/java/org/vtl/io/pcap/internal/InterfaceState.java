package org.vtl.io.pcap.internal;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An interface as the system shows it now.
 *
 * @param index its number; another number means another interface under the same name
 * @param up whether it is up
 * @param mtu its longest IP packet, in bytes
 */
record InterfaceState(int index, boolean up, int mtu) {
  private static final Path SYSFS = Path.of("/sys/class/net");
  private static final int IFF_UP = 1;

  /** The state of interface {@code name}, or null where there is none. Allocates, reads files. */
  static InterfaceState of(String name) {
    try {
      // On Linux, Java's own list leaves out interfaces without an IP address.
      return Files.isDirectory(SYSFS) ? sysfs(name) : portable(name);
    } catch (IOException | NumberFormatException e) {
      return null;
    }
  }

  private static InterfaceState sysfs(String name) throws IOException {
    return new InterfaceState(
        number(name, "ifindex"), (number(name, "flags") & IFF_UP) != 0, number(name, "mtu"));
  }

  private static int number(String name, String file) throws IOException {
    return Integer.decode(Files.readString(SYSFS.resolve(name).resolve(file)).strip());
  }

  private static InterfaceState portable(String name) throws IOException {
    NetworkInterface device = NetworkInterface.getByName(name);
    return device == null
        ? null
        : new InterfaceState(device.getIndex(), device.isUp(), device.getMTU());
  }
}
