package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfProgram;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortException;

/**
 * Opens {@code tap:INTERFACE}, which has no options: attaches to the TAP interface of that name, or
 * creates one that goes away with the port, and brings it up.
 */
final class TapOpener {
  private static final String DEVICE = "/dev/net/tun";
  private static final int IFREQ_LENGTH = 40;

  private final PortAddress address;
  private final String name;
  private final Arena arena;
  private final Libc libc;
  private NetDevice device;
  private int queue = -1;
  private final int workers;

  private TapOpener(PortAddress address, int workers) {
    this.workers = workers;
    address.allowOptions();
    this.address = address;
    name = NetDevice.checkName(address.target());
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
    return open(address, 0, 1);
  }

  /**
   * As {@link #open(PortAddress)}, for one of several workers: its queue of the interface. The last
   * worker's has the kernel divide frames among them all.
   */
  static PacketPort open(PortAddress address, int worker, int workers) throws PortException {
    TapOpener opener = new TapOpener(address, workers);
    try {
      PacketPort port = opener.open();
      if (worker > 0 && worker == workers - 1) {
        opener.steer();
      }
      return port;
    } catch (PortException | RuntimeException e) {
      opener.abandon();
      throw e;
    }
  }

  private PacketPort open() throws PortException {
    device = new NetDevice(name, libc, arena);
    queue = libc.open(DEVICE, Uapi.O_RDWR | Uapi.O_NONBLOCK | Uapi.O_CLOEXEC);
    check(queue, DEVICE + " cannot be opened");
    MemorySegment request = arena.allocate(IFREQ_LENGTH, 8);
    NetDevice.writeName(request, name);
    request.set(
        ValueLayout.JAVA_SHORT,
        Uapi.IFNAMSIZ,
        (short)
            (Uapi.IFF_TAP
                | Uapi.IFF_NO_PI
                | Uapi.IFF_VNET_HDR
                | (workers > 1 ? Uapi.IFF_MULTI_QUEUE : 0)));
    check(
        libc.ioctl(queue, Uapi.TUNSETIFF, request.address()),
        "the kernel does not give the TAP interface " + name);
    MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, VnetHeader.LENGTH);
    check(
        libc.ioctl(queue, Uapi.TUNSETVNETHDRSZ, length.address()),
        "TAP interface " + name + " takes no virtio-net header");
    Offloads offloads = takeOffloads();
    check(device.bringUp(), "TAP interface " + name + " cannot be brought up");
    return new TapPort(address.text(), name, arena, libc, device, queue, offloads);
  }

  /** Has the kernel hand over large segments too; UDP's since Linux 6.2. */
  private Offloads takeOffloads() throws PortException {
    long tcp = Uapi.TUN_F_CSUM | Uapi.TUN_F_TSO4 | Uapi.TUN_F_TSO6 | Uapi.TUN_F_TSO_ECN;
    long all = tcp | Uapi.TUN_F_USO4 | Uapi.TUN_F_USO6;
    if (libc.ioctl(queue, Uapi.TUNSETOFFLOAD, all) >= 0) {
      return Offloads.ALL;
    }
    check(
        libc.ioctl(queue, Uapi.TUNSETOFFLOAD, tcp), "TAP interface " + name + " takes no offloads");
    return new Offloads(true, true, false);
  }

  private void steer() throws PortException {
    try (BpfProgram program = FanoutProgram.load(workers, FanoutProgram.AT_ETHERNET)) {
      MemorySegment descriptor = arena.allocateFrom(ValueLayout.JAVA_INT, program.descriptor());
      check(
          libc.ioctl(queue, Uapi.TUNSETSTEERINGEBPF, descriptor.address()),
          "TAP interface " + name + " does not let its frames be divided among workers");
    } catch (BpfException e) {
      throw new PortException(
          "Port "
              + address
              + " cannot be opened: its frames cannot be divided among workers, "
              + e.reason()
              + "; or set the link's key workers to 1.",
          e);
    }
  }

  private void check(int returned, String what) throws PortException {
    if (returned >= 0) {
      return;
    }
    String remedy =
        switch (-returned) {
          case Uapi.EPERM, Uapi.EACCES -> "run VTL as root or give it CAP_NET_ADMIN";
          case Uapi.ENOENT, Uapi.ENODEV, Uapi.ENXIO -> "load the kernel's module tun";
          case Uapi.EBUSY -> "stop the process that holds it, or use packet:" + name + " beside it";
          case Uapi.EINVAL ->
              workers > 1
                  ? "the interface of that name is no TAP interface, or one with a single queue:"
                      + " delete it, create it with multi_queue, or set the link's key workers to 1"
                  : "the interface of that name is no TAP interface, or one with several queues:"
                      + " delete it or name another";
          default -> "it is tried again";
        };
    throw new PortException(
        "Port "
            + address
            + " cannot be opened: "
            + what
            + " ("
            + Libc.strerror(-returned)
            + "); "
            + remedy
            + ".");
  }

  private void abandon() {
    if (queue >= 0) {
      libc.close(queue);
    }
    if (device != null) {
      device.close();
    }
    arena.close();
  }
}
