package org.vtl.io.linux.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfLink.XdpMode;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;

/**
 * Opens {@code xdp:INTERFACE}. Options: {@code mode} (auto, native or generic; default auto: native
 * if the driver can), {@code zerocopy} (auto or off), {@code queue} (numbers separated by commas,
 * or all, the default), {@code promiscuous} (true or false, default true), {@code receiveRing} and
 * {@code transmitRing} (frames, powers of 2, default 4096 and 2048).
 */
final class XdpOpener {
  private static final Logger LOG = System.getLogger(XdpOpener.class.getName());

  private static final int RECEIVE_RING = 4_096;
  private static final int TRANSMIT_RING = 2_048;
  private static final int SHORTEST_RING = 64;
  private static final int LONGEST_RING = 32_768;
  private static final int MOST_QUEUES = 256;
  private static final int MOST_TRIES = 100;
  private static final long TRY_NANOS = 5_000_000;

  /** An Ethernet header with two VLAN tags, which the MTU does not count. */
  private static final int LINK_LENGTH = 22;

  private static final int SMALL_CHUNK = 2_048;
  private static final int LARGE_CHUNK = 4_096;

  // struct packet_mreq: mr_ifindex 0, mr_type 4
  private static final int PACKET_MREQ_LENGTH = 16;

  private final PortAddress address;
  private final String name;
  private final String mode;
  private final boolean copies;
  private final boolean promiscuous;
  private final int[] queues;
  private final int receives;
  private final int transmits;
  private final Arena arena;
  private final Libc libc;
  private final List<XdpSocket> sockets = new ArrayList<>();
  private NetDevice device;
  private XdpRedirect redirect;
  private boolean isNative;
  private int membership = -1;
  private int epoll = -1;

  private XdpOpener(PortAddress address) {
    address.allowOptions("mode", "zerocopy", "queue", "promiscuous", "receiveRing", "transmitRing");
    this.address = address;
    name = NetDevice.checkName(address.target());
    mode = choice("mode", "auto", "native", "generic");
    copies = choice("zerocopy", "auto", "off").equals("off");
    promiscuous = choice("promiscuous", "true", "false").equals("true");
    queues = queues();
    receives = ring("receiveRing", RECEIVE_RING);
    transmits = ring("transmitRing", TRANSMIT_RING);
    arena = Arena.ofShared();
    libc = new Libc(arena);
  }

  /**
   * Opens the port.
   *
   * @param context null for a port by itself
   * @throws PortException if it cannot be opened now
   * @throws IllegalArgumentException if it never can
   */
  static PacketPort open(PortAddress address, PortContext context) throws PortException {
    if (context != null && context.workers() > 1) {
      // A socket gets its queue's frames only, and it is the driver that chooses the queue.
      throw new IllegalArgumentException(
          "Port \""
              + address
              + "\" cannot be divided between "
              + context.workers()
              + " workers; set workers of link "
              + context.link()
              + " to 1, or use packet: for it.");
    }
    XdpOpener opener = new XdpOpener(address);
    try {
      return opener.open();
    } catch (PortException | RuntimeException e) {
      opener.abandon();
      throw e;
    }
  }

  private PacketPort open() throws PortException {
    device = new NetDevice(name, libc, arena);
    int index = device.index();
    if (index < 0) {
      throw cannot("there is no interface " + name, "create it or correct the address");
    }
    if (device.hardwareType() != Uapi.ARPHRD_ETHER) {
      throw cannot(
          "interface " + name + " does not carry Ethernet frames", "name an interface that does");
    }
    if (!device.isUp()) {
      throw cannot(
          "interface " + name + " is down", "bring it up with \"ip link set " + name + " up\"");
    }
    int chunk = chunk(device.mtu());
    redirect = attach(index);
    try {
      bind(index, chunk);
    } catch (SystemCallException e) {
      throw cannot(e.getMessage(), remedy(e.errno()));
    }
    if (promiscuous) {
      join(index);
    }
    LOG.log(
        Level.INFO,
        "Port {0}: XDP {1}, {2}, queues {3}.",
        address,
        isNative ? "in the driver" : "before the driver (generic, slower)",
        sockets.get(0).isZeroCopy() ? "zero copy" : "copying",
        sockets.size());
    return new XdpPort(
        address.text(),
        name,
        device,
        index,
        sockets.toArray(XdpSocket[]::new),
        queues.length == 0,
        XdpSocket.longestFrame(chunk) - LINK_LENGTH,
        descriptor(),
        this::abandon);
  }

  private int chunk(int mtu) throws PortException {
    for (int chunk = SMALL_CHUNK; chunk <= LARGE_CHUNK; chunk += SMALL_CHUNK) {
      if (mtu + LINK_LENGTH <= XdpSocket.longestFrame(chunk)) {
        return chunk;
      }
    }
    throw cannot(
        "interface " + name + " has an MTU of " + mtu + " bytes, which no chunk of AF_XDP holds",
        "set it to "
            + (XdpSocket.longestFrame(LARGE_CHUNK) - LINK_LENGTH)
            + " or less, or use packet:"
            + name);
  }

  private XdpRedirect attach(int index) throws PortException {
    int size = queues.length == 0 ? MOST_QUEUES : queues[queues.length - 1] + 1;
    try {
      if (!mode.equals("generic")) {
        try {
          XdpRedirect attached = XdpRedirect.attach(index, size, XdpMode.NATIVE);
          isNative = true;
          return attached;
        } catch (BpfException e) {
          if (mode.equals("native") || e.errno() == Uapi.EBUSY || e.errno() == Uapi.EPERM) {
            throw e;
          }
        }
      }
      return XdpRedirect.attach(index, size, XdpMode.GENERIC);
    } catch (BpfException e) {
      throw new PortException(
          "Port " + address + " cannot be opened: " + e.reason() + ", or use packet:" + name + ".",
          e);
    }
  }

  /**
   * Binds a socket to each queue; to all there are, up to the first that is refused as no queue.
   */
  private void bind(int index, int chunk) throws SystemCallException {
    int flags = Uapi.XDP_USE_NEED_WAKEUP | (copies || !isNative ? Uapi.XDP_COPY : 0);
    int count = queues.length == 0 ? MOST_QUEUES : queues.length;
    for (int i = 0; i < count; i++) {
      int queue = queues.length == 0 ? i : queues[i];
      // Only the first transmits: frames of one port keep their order.
      XdpSocket socket =
          XdpSocket.create(arena, libc, chunk, receives, i == 0 ? transmits : SHORTEST_RING);
      try {
        awaitQueue(socket, index, queue, flags);
        sockets.add(socket);
      } catch (SystemCallException e) {
        socket.close();
        if (queues.length == 0 && i > 0 && e.errno() == Uapi.EINVAL) {
          return;
        }
        throw e;
      }
      redirect.steer(queue, socket.descriptor());
    }
  }

  /** Binds; the kernel gives a queue free some time after the socket that had it was closed. */
  private static void awaitQueue(XdpSocket socket, int index, int queue, int flags)
      throws SystemCallException {
    for (int tries = 0; ; tries++) {
      try {
        socket.bind(index, queue, flags);
        return;
      } catch (SystemCallException e) {
        if (e.errno() != Uapi.EBUSY || tries == MOST_TRIES) {
          throw e;
        }
        LockSupport.parkNanos(TRY_NANOS);
      }
    }
  }

  /** Promiscuous mode for as long as a socket, that receives nothing, is open. */
  private void join(int index) throws PortException {
    membership = libc.socket(Uapi.AF_PACKET, Uapi.SOCK_RAW | Uapi.SOCK_CLOEXEC, 0);
    MemorySegment request = arena.allocate(PACKET_MREQ_LENGTH, 4);
    request.set(ValueLayout.JAVA_INT, 0, index);
    request.set(ValueLayout.JAVA_SHORT, 4, (short) Uapi.PACKET_MR_PROMISC);
    if (membership < 0
        || libc.setsockopt(membership, Uapi.SOL_PACKET, Uapi.PACKET_ADD_MEMBERSHIP, request) < 0) {
      throw cannot(
          "promiscuous mode is refused",
          "run VTL as root, give it CAP_NET_RAW or set promiscuous=false");
    }
  }

  /** One descriptor that becomes readable when any of the sockets does. */
  private int descriptor() throws PortException {
    if (sockets.size() == 1) {
      return sockets.get(0).descriptor();
    }
    epoll = libc.epollCreate1(Uapi.EPOLL_CLOEXEC);
    MemorySegment event = arena.allocate(Uapi.EPOLL_EVENT_LENGTH, 8);
    event.set(ValueLayout.JAVA_INT, 0, Uapi.EPOLLIN);
    for (XdpSocket socket : sockets) {
      if (epoll < 0
          || libc.epollCtl(epoll, Uapi.EPOLL_CTL_ADD, socket.descriptor(), event.address()) < 0) {
        throw cannot("its queues cannot be waited for", "raise the limit of open files");
      }
    }
    return epoll;
  }

  private String remedy(int errno) {
    return switch (errno) {
      case Uapi.EPERM, Uapi.EACCES -> "run VTL as root or give it CAP_NET_RAW and CAP_NET_ADMIN";
      case Uapi.EBUSY -> "stop the process that has the queue, or name other queues";
      case Uapi.EINVAL ->
          "name queues that the interface has (\"ethtool -l " + name + "\"), or use packet:" + name;
      default -> "use packet:" + name;
    };
  }

  private String choice(String option, String... choices) {
    String text = address.options().getOrDefault(option, choices[0]);
    if (!List.of(choices).contains(text)) {
      throw invalid(option, text, String.join(" or ", choices));
    }
    return text;
  }

  private int ring(String option, int otherwise) {
    String text = address.options().getOrDefault(option, String.valueOf(otherwise));
    int frames = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    if (frames < SHORTEST_RING || frames > LONGEST_RING || Integer.bitCount(frames) != 1) {
      throw invalid(
          option, text, "a power of 2 from " + SHORTEST_RING + " to " + LONGEST_RING + " (frames)");
    }
    return frames;
  }

  /** The queues in ascending order; none means all. */
  private int[] queues() {
    String text = address.options().getOrDefault("queue", "all");
    if (text.equals("all")) {
      return new int[0];
    }
    if (!text.matches("[0-9]{1,3}(,[0-9]{1,3})*")) {
      throw invalid("queue", text, "all or numbers separated by commas");
    }
    TreeSet<Integer> numbers = new TreeSet<>();
    for (String number : text.split(",")) {
      numbers.add(Integer.valueOf(number));
    }
    if (numbers.last() >= MOST_QUEUES) {
      throw invalid("queue", text, "below " + MOST_QUEUES);
    }
    return numbers.stream().mapToInt(Integer::intValue).toArray();
  }

  private IllegalArgumentException invalid(String option, String text, String expected) {
    return new IllegalArgumentException(
        "Port \"" + address + "\" has " + option + "=" + text + ", which is not " + expected + ".");
  }

  private PortException cannot(String why, String remedy) {
    return new PortException("Port " + address + " cannot be opened: " + why + "; " + remedy + ".");
  }

  /**
   * Closes all that was opened, the program first: from then on the host's stack has the frames.
   */
  private void abandon() {
    if (redirect != null) {
      redirect.close();
    }
    for (XdpSocket socket : sockets) {
      socket.close();
    }
    for (int descriptor : new int[] {membership, epoll}) {
      if (descriptor >= 0) {
        libc.close(descriptor);
      }
    }
    if (device != null) {
      device.close();
    }
    arena.close();
  }
}
