package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;

/**
 * Opens {@code qemu:PATH}, a Unix stream socket that carries Ethernet frames as QEMU's {@code
 * -netdev stream} does. Options:
 *
 * <ul>
 *   <li>{@code mode}, default {@code listen}: QEMU connects to VTL; {@code connect}: VTL connects,
 *       to passt, to another VTL or to a QEMU with {@code server=on};
 *   <li>{@code permissions}, default {@code 0600}: of the socket's file, in octal, with {@code
 *       listen};
 *   <li>{@code mtu}, default {@code 1500}, 68 to 65535: the longest IP packet that the other end
 *       takes.
 * </ul>
 */
final class QemuOpener {
  private static final int MIN_MTU = 68;
  private static final int MAX_MTU = 65_535;

  private final PortAddress address;
  private final Path path;
  private final boolean listens;
  private final int permissions;
  private final int mtu;

  private QemuOpener(PortAddress address) {
    address.allowOptions("mode", "permissions", "mtu");
    this.address = address;
    path = ListeningSocket.checkPath(address.target());
    String mode = address.options().getOrDefault("mode", "listen");
    listens = mode.equals("listen");
    if (!listens && !mode.equals("connect")) {
      throw wrong("mode", mode, "listen or connect");
    }
    if (!listens && address.options().containsKey("permissions")) {
      throw new IllegalArgumentException(
          "Port \"" + address + "\" has the option permissions, which goes with mode=listen only.");
    }
    permissions = number("permissions", "0600", 8, 0, 0777, "octal, from 0 to 0777");
    mtu = number("mtu", "1500", 10, MIN_MTU, MAX_MTU, "a number from 68 to 65535");
  }

  /**
   * Opens the port.
   *
   * @throws PortException if it cannot be opened now
   * @throws IllegalArgumentException if it never can
   */
  static PacketPort open(PortAddress address, PortContext context) throws PortException {
    if (context.workers() > 1) {
      throw new IllegalArgumentException(
          "Port \""
              + address
              + "\" is one stream of frames, which "
              + context.workers()
              + " workers cannot share; set workers to 1 in the link's configuration.");
    }
    return new QemuOpener(address).open();
  }

  private PacketPort open() throws PortException {
    Arena arena = Arena.ofShared();
    Libc libc = new Libc(arena);
    ListeningSocket listening = null;
    int connection = -1;
    int epoll = -1;
    try {
      epoll = libc.epollCreate1(Uapi.EPOLL_CLOEXEC);
      if (epoll < 0) {
        throw new ListeningSocket.Refused(epoll, "the system gives no epoll descriptor");
      }
      if (listens) {
        listening = ListeningSocket.open(libc, path, permissions);
      } else {
        connection = ListeningSocket.connect(libc, path);
      }
      return new QemuPort(address.text(), arena, libc, epoll, listening, connection, mtu);
    } catch (ListeningSocket.Refused e) {
      if (epoll >= 0) {
        libc.close(epoll);
      }
      arena.close();
      throw failed(e);
    }
  }

  private PortException failed(ListeningSocket.Refused e) {
    String remedy =
        switch (e.errno) {
          case Uapi.ENOENT ->
              listens
                  ? "make the folder " + path.toAbsolutePath().getParent()
                  : "start the program that listens there";
          case Uapi.EACCES, Uapi.EPERM ->
              "give VTL's user the right to it, or name a path in a folder of its own";
          case Uapi.EADDRINUSE -> "stop it, remove the file, or name another path";
          case Uapi.ECONNREFUSED -> "start the program that listens there";
          default -> "it is tried again";
        };
    return new PortException(
        "Port "
            + address
            + " cannot be opened at "
            + path
            + ": "
            + e.getMessage()
            + (e.errno == 0 ? "" : " (" + Libc.strerror(e.errno) + ")")
            + "; "
            + remedy
            + ".");
  }

  private int number(
      String option, String otherwise, int radix, int least, int most, String allowed) {
    String text = address.options().getOrDefault(option, otherwise);
    try {
      int value = Integer.parseInt(text, radix);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw wrong(option, text, allowed);
  }

  private IllegalArgumentException wrong(String option, String value, String allowed) {
    return new IllegalArgumentException(
        "Port \""
            + address
            + "\" has the option "
            + option
            + "="
            + value
            + "; it must be "
            + allowed
            + ".");
  }
}
