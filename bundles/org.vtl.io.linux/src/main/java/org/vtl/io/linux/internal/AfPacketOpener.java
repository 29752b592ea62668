package org.vtl.io.linux.internal;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortException;

/**
 * Opens {@code packet:INTERFACE}. Options: {@code gro} (auto, on, off or keep, default auto:
 * whether the kernel merges received frames into large segments), {@code promiscuous} (true or
 * false, default true: frames to any MAC address), {@code receiveBuffer} and {@code transmitBuffer}
 * (bytes that the kernel queues, of frames too long for the receive ring, and to be sent; default
 * 16 MiB and 4 MiB).
 */
final class AfPacketOpener {
  private static final System.Logger LOG = System.getLogger(AfPacketOpener.class.getName());

  private static final int RECEIVE_BUFFER = 16 << 20;
  private static final int TRANSMIT_BUFFER = 4 << 20;

  // struct sockaddr_ll: sll_family 0, sll_protocol 2, sll_ifindex 4
  private static final int SOCKADDR_LL_LENGTH = 20;
  // struct packet_mreq: mr_ifindex 0, mr_type 4
  private static final int PACKET_MREQ_LENGTH = 16;

  private final PortAddress address;
  private final String name;
  private final ReceiveMerging.Wish gro;
  private final boolean promiscuous;
  private final int receiveBuffer;
  private final int transmitBuffer;
  private final Arena arena;
  private final Libc libc;
  private NetDevice device;
  private int socket = -1;
  private FloodGate gate;
  private ReceiveRing ring;
  private ReceiveMerging merging;
  private PacketFanout group;

  private AfPacketOpener(PortAddress address) {
    address.allowOptions("gro", "promiscuous", "receiveBuffer", "transmitBuffer");
    this.address = address;
    name = NetDevice.checkName(address.target());
    gro = wish("gro", ReceiveMerging.Wish.AUTO);
    promiscuous = flag("promiscuous", true);
    receiveBuffer = bytes("receiveBuffer", RECEIVE_BUFFER);
    transmitBuffer = bytes("transmitBuffer", TRANSMIT_BUFFER);
    arena = Arena.ofShared();
    libc = new Libc(arena);
  }

  /**
   * Opens the port.
   *
   * @throws PortException if it cannot be opened now
   * @throws IllegalArgumentException if it never can
   */
  static PacketPort open(PortAddress address) throws PortException {
    return open(address, null);
  }

  /** As {@link #open(PortAddress)}, for one of several workers: the port joins {@code group}. */
  static PacketPort open(PortAddress address, PacketFanout group) throws PortException {
    AfPacketOpener opener = new AfPacketOpener(address);
    opener.group = group;
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
    int type = device.hardwareType();
    if (type != Uapi.ARPHRD_ETHER && type != Uapi.ARPHRD_LOOPBACK) {
      throw cannot(
          "interface " + name + " does not carry Ethernet frames", "name an interface that does");
    }
    socket = libc.socket(Uapi.AF_PACKET, Uapi.SOCK_RAW | Uapi.SOCK_CLOEXEC, 0);
    if (socket == -Uapi.EPERM || socket == -Uapi.EACCES) {
      throw cannot("raw sockets are not permitted", "run VTL as root or give it CAP_NET_RAW");
    }
    check(socket, "a raw socket is refused", "free some system resources");
    set(Uapi.PACKET_VNET_HDR, 1, "its socket knows no offloads (PACKET_VNET_HDR)");
    set(Uapi.PACKET_AUXDATA, 1, "its socket does not tell VLAN tags (PACKET_AUXDATA)");
    set(Uapi.PACKET_IGNORE_OUTGOING, 1, "its socket would see its own frames");
    set(Uapi.PACKET_VERSION, Uapi.TPACKET_V2, "its socket has no receive ring (TPACKET_V2)");
    set(Uapi.PACKET_COPY_THRESH, 1, "its socket queues no long frames (PACKET_COPY_THRESH)");
    setBuffer(Uapi.SO_RCVBUFFORCE, Uapi.SO_RCVBUF, receiveBuffer);
    setBuffer(Uapi.SO_SNDBUFFORCE, Uapi.SO_SNDBUF, transmitBuffer);
    gate = gate();
    ring = ring();
    // Only binding names a protocol, so no frame of another interface is ever queued.
    if (group != null) {
      deafen();
    }
    bind(index);
    if (promiscuous) {
      join(index);
    }
    if (!device.isUp()) {
      throw cannot(
          "interface " + name + " is down", "bring it up with \"ip link set " + name + " up\"");
    }
    if (group != null) {
      join();
    }
    merging = new ReceiveMerging(address.text(), device, gro);
    return new AfPacketPort(
        address.text(), name, arena, libc, device, socket, ring, gate, merging, index, offloads());
  }

  /** Null where the kernel or VTL's rights do not allow it: a flood then costs more. */
  private FloodGate gate() {
    try {
      return new FloodGate(libc, socket);
    } catch (BpfException e) {
      LOG.log(
          Level.DEBUG, "Port {0} sheds floods without the kernel''s help: {1}", name, e.reason());
      return null;
    }
  }

  private ReceiveRing ring() throws PortException {
    try {
      return new ReceiveRing(arena, libc, socket, AfPacketPort.BATCH, gate);
    } catch (PortException e) {
      throw cannot(e.getMessage(), "free some memory");
    }
  }

  private void bind(int index) throws PortException {
    MemorySegment link = arena.allocate(SOCKADDR_LL_LENGTH, 4);
    link.set(ValueLayout.JAVA_SHORT, 0, (short) Uapi.AF_PACKET);
    link.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) Uapi.ETH_P_ALL);
    link.set(ValueLayout.JAVA_INT, 4, index);
    check(libc.bind(socket, link), "interface " + name + " is gone again", "it is tried again");
  }

  private void deafen() throws PortException {
    try {
      group.deafen(socket);
    } catch (BpfException e) {
      throw undivided(e);
    }
  }

  private void join() throws PortException {
    String remedy = "set the link's key workers to 1";
    try {
      ring.join();
      check(group.join(libc, socket), "its socket cannot share the interface's frames", remedy);
    } catch (BpfException e) {
      throw undivided(e);
    }
  }

  private PortException undivided(BpfException e) {
    return cannot(
        "its frames cannot be divided among workers, " + e.reason(),
        "or set the link's key workers to 1");
  }

  private void join(int index) throws PortException {
    MemorySegment membership = arena.allocate(PACKET_MREQ_LENGTH, 4);
    membership.set(ValueLayout.JAVA_INT, 0, index);
    membership.set(ValueLayout.JAVA_SHORT, 4, (short) Uapi.PACKET_MR_PROMISC);
    check(
        libc.setsockopt(socket, Uapi.SOL_PACKET, Uapi.PACKET_ADD_MEMBERSHIP, membership),
        "promiscuous mode is refused",
        "allow it or set promiscuous=false");
  }

  private void set(int option, int value, String otherwise) throws PortException {
    MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, value);
    check(
        libc.setsockopt(socket, Uapi.SOL_PACKET, option, number),
        otherwise,
        "use a kernel from 4.20 on");
  }

  /** As large as asked with CAP_NET_ADMIN, otherwise as large as the system allows. */
  private void setBuffer(int force, int plain, int bytes) {
    MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, bytes);
    if (libc.setsockopt(socket, Uapi.SOL_SOCKET, force, number) < 0) {
      libc.setsockopt(socket, Uapi.SOL_SOCKET, plain, number);
    }
  }

  /** UDP segments cross the virtio-net header since Linux 6.2. */
  private static Offloads offloads() {
    String[] release = System.getProperty("os.version").split("[^0-9]+", 3);
    int version = Integer.parseInt(release[0]) * 1_000 + Integer.parseInt(release[1]);
    return version >= 6_002 ? Offloads.ALL : new Offloads(true, true, false);
  }

  private ReceiveMerging.Wish wish(String option, ReceiveMerging.Wish otherwise) {
    String text = address.options().getOrDefault(option, otherwise.text());
    ReceiveMerging.Wish wish = ReceiveMerging.Wish.of(text);
    if (wish == null) {
      throw invalid(option, text, "auto, on, off or keep");
    }
    return wish;
  }

  private boolean flag(String option, boolean otherwise) {
    String text = address.options().getOrDefault(option, String.valueOf(otherwise));
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw invalid(option, text, "true or false");
    };
  }

  private int bytes(String option, int otherwise) {
    String text = address.options().getOrDefault(option, String.valueOf(otherwise));
    if (!text.matches("[0-9]{4,9}")) {
      throw invalid(option, text, "a number of bytes, 1000 to 999999999");
    }
    return Integer.parseInt(text);
  }

  private IllegalArgumentException invalid(String option, String text, String expected) {
    return new IllegalArgumentException(
        "Port \"" + address + "\" has " + option + "=" + text + ", which is not " + expected + ".");
  }

  private void check(int returned, String what, String remedy) throws PortException {
    if (returned < 0) {
      throw cannot(what + " (" + Libc.strerror(-returned) + ")", remedy);
    }
  }

  private PortException cannot(String why, String remedy) {
    return new PortException("Port " + address + " cannot be opened: " + why + "; " + remedy + ".");
  }

  private void abandon() {
    if (merging != null) {
      merging.close();
    }
    if (ring != null) {
      ring.close();
    }
    if (socket >= 0) {
      libc.close(socket);
    }
    if (gate != null) {
      gate.close();
    }
    if (device != null) {
      device.close();
    }
    arena.close();
  }
}
