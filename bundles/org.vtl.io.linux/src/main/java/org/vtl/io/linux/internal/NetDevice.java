package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
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

  // struct ethtool_drvinfo: cmd 0, driver 4, n_stats 180
  private static final int DRIVER_LENGTH = 196;
  private static final int DRIVER = 4;
  private static final int DRIVER_STATISTICS = 180;

  /** The driver's name "veth", as four bytes in memory. */
  private static final int VETH =
      ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0x68746576 : 0x76657468;

  // struct ethtool_stats: cmd 0, n_stats 4, data (64 bits each) 8
  private static final int STATISTICS = 8;
  private static final int MOST_STATISTICS = 1_024;

  private final String name;
  private final Libc libc;
  private final int control;
  private final MemorySegment request;
  private final MemorySegment other;
  private final MemorySegment channels;
  private final MemorySegment driver;
  private final MemorySegment statistics;

  /**
   * @param name as {@link #checkName} accepts it
   * @throws PortException if the system gives no socket to ask through
   */
  NetDevice(String name, Libc libc, Arena arena) throws PortException {
    this.name = name;
    this.libc = libc;
    request = arena.allocate(IFREQ_LENGTH, 8);
    other = arena.allocate(IFREQ_LENGTH, 8);
    channels = arena.allocate(CHANNELS_LENGTH, 4);
    driver = arena.allocate(DRIVER_LENGTH, 4);
    statistics = arena.allocate(STATISTICS + 8L * MOST_STATISTICS, 8);
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

  /**
   * Why a port cannot use the interface any more that had the number {@code before}, and the
   * remedy, as part of a sentence; null if it can.
   */
  String whyLost(int before) {
    int index = index();
    if (index == -Uapi.ENODEV) {
      return "interface "
          + name
          + " was deleted or renamed; create it again or correct the address";
    }
    if (index >= 0 && index != before) {
      return "interface " + name + " was replaced by another of that name; it is opened again";
    }
    return index < 0 || isUp()
        ? null
        : "interface " + name + " went down; bring it up with \"ip link set " + name + " up\"";
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
    return ethtool(request, value);
  }

  private int ethtool(MemorySegment ifreq, MemorySegment value) {
    ifreq.set(ValueLayout.JAVA_LONG, Uapi.IFNAMSIZ, value.address());
    return libc.ioctl(control, Uapi.SIOCETHTOOL, ifreq.address());
  }

  /**
   * Whether it is one end of a veth(4) pair whose other end is in another network namespace, where
   * the kernel can put a packet straight into that.
   */
  boolean isPeerElsewhere() {
    int peer = peer(request);
    if (peer <= 0) {
      return false;
    }
    if (peer == index()) {
      return true; // no two of one namespace have the same number
    }
    // The peer's number in its namespace may be another interface's here: only if that one's peer
    // is this interface, they are the pair.
    other.fill((byte) 0);
    other.set(ValueLayout.JAVA_INT, Uapi.IFNAMSIZ, peer);
    return libc.ioctl(control, Uapi.SIOCGIFNAME, other.address()) < 0 || peer(other) != index();
  }

  /** The number of the other end of the veth pair that {@code ifreq} names one of, or 0. */
  private int peer(MemorySegment ifreq) {
    driver.set(ValueLayout.JAVA_INT, 0, Uapi.ETHTOOL_GDRVINFO);
    if (ethtool(ifreq, driver) < 0
        || driver.get(ValueLayout.JAVA_INT_UNALIGNED, DRIVER) != VETH
        || driver.get(ValueLayout.JAVA_BYTE, DRIVER + 4) != 0
        || driver.get(ValueLayout.JAVA_INT, DRIVER_STATISTICS) > MOST_STATISTICS) {
      return 0;
    }
    statistics.set(ValueLayout.JAVA_INT, 0, Uapi.ETHTOOL_GSTATS);
    statistics.set(ValueLayout.JAVA_INT, 4, driver.get(ValueLayout.JAVA_INT, DRIVER_STATISTICS));
    // The first of its statistics is "peer_ifindex".
    return ethtool(ifreq, statistics) < 0
        ? 0
        : (int) statistics.get(ValueLayout.JAVA_LONG, STATISTICS);
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
