package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.vtl.port.PortException;

/**
 * A network interface, asked by name in the namespace of the thread that opened it (netdevice(7)).
 * Questions return the answer or a negated errno and allocate nothing.
 */
final class NetDevice implements AutoCloseable {
  private static final int IFREQ_LENGTH = 40;

  // struct ethtool_channels: cmd 0, rx_count 20, combined_count 32
  private static final int CHANNELS_LENGTH = 36;
  private static final int RX_COUNT = 20;
  private static final int COMBINED_COUNT = 32;

  private final Libc libc;
  private final int control;
  private final MemorySegment request;
  private final MemorySegment channels;

  /**
   * @param name as {@link #checkName} accepts it
   * @throws PortException if the system gives no socket to ask through
   */
  NetDevice(String name, Libc libc, Arena arena) throws PortException {
    this.libc = libc;
    request = arena.allocate(IFREQ_LENGTH, 8);
    channels = arena.allocate(CHANNELS_LENGTH, 4);
    writeName(request, name);
    control = libc.socket(Uapi.AF_INET, Uapi.SOCK_DGRAM | Uapi.SOCK_CLOEXEC, 0);
    if (control < 0) {
      throw new PortException(
          "Interface "
              + name
              + " cannot be asked for its state: "
              + Libc.strerror(-control)
              + "; raise the limit of open files.");
    }
  }

  /**
   * Refuses what can be no interface's name.
   *
   * @throws IllegalArgumentException in one sentence
   */
  static String checkName(String name) {
    if (name.getBytes(StandardCharsets.UTF_8).length >= Uapi.IFNAMSIZ
        || !name.matches("[^/:%\\s]+")
        || name.matches("\\.\\.?")) {
      throw new IllegalArgumentException(
          "\""
              + name
              + "\" cannot be the name of an interface; it has 1 to 15 bytes, without blanks, /, :"
              + " and %.");
    }
    return name;
  }

  /** Writes {@code name} into the first IFNAMSIZ bytes of an ifreq. */
  static void writeName(MemorySegment ifreq, String name) {
    ifreq.asSlice(0, Uapi.IFNAMSIZ).fill((byte) 0);
    ifreq.setString(0, name);
  }

  /** Its number; another number means another interface under the same name. */
  int index() {
    return ask(Uapi.SIOCGIFINDEX);
  }

  /** The longest IP packet, in bytes. */
  int mtu() {
    return ask(Uapi.SIOCGIFMTU);
  }

  /** Whether it is up; false too when it is not there. */
  boolean isUp() {
    int flags = flags();
    return flags >= 0 && (flags & Uapi.IFF_UP) != 0;
  }

  /** The kind of its link layer, an ARPHRD constant. */
  int hardwareType() {
    int error = libc.ioctl(control, Uapi.SIOCGIFHWADDR, request.address());
    return error < 0 ? error : request.get(ValueLayout.JAVA_SHORT, Uapi.IFNAMSIZ) & 0xffff;
  }

  /** Brings it up; 0 or a negated errno. */
  int bringUp() {
    int flags = flags();
    if (flags < 0 || (flags & Uapi.IFF_UP) != 0) {
      return Math.min(flags, 0);
    }
    request.set(ValueLayout.JAVA_SHORT, Uapi.IFNAMSIZ, (short) (flags | Uapi.IFF_UP));
    return libc.ioctl(control, Uapi.SIOCSIFFLAGS, request.address());
  }

  /** Receive queues in use, or a negated errno where the driver does not tell. */
  int receiveQueues() {
    channels.set(ValueLayout.JAVA_INT, 0, Uapi.ETHTOOL_GCHANNELS);
    int error = ethtool(channels);
    return error < 0
        ? error
        : channels.get(ValueLayout.JAVA_INT, RX_COUNT)
            + channels.get(ValueLayout.JAVA_INT, COMBINED_COUNT);
  }

  /** Hands {@code value}, a command of linux/ethtool.h, to it; 0 or more, or a negated errno. */
  int ethtool(MemorySegment value) {
    request.set(ValueLayout.JAVA_LONG, Uapi.IFNAMSIZ, value.address());
    return libc.ioctl(control, Uapi.SIOCETHTOOL, request.address());
  }

  private int flags() {
    int error = libc.ioctl(control, Uapi.SIOCGIFFLAGS, request.address());
    return error < 0 ? error : request.get(ValueLayout.JAVA_SHORT, Uapi.IFNAMSIZ) & 0xffff;
  }

  private int ask(long question) {
    int error = libc.ioctl(control, question, request.address());
    return error < 0 ? error : request.get(ValueLayout.JAVA_INT, Uapi.IFNAMSIZ);
  }

  @Override
  public void close() {
    libc.close(control);
  }
}
