package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;
import org.vtl.port.PortStatistics;

/**
 * An existing Ethernet interface, through an AF_PACKET socket (packet(7)): batches by recvmmsg and
 * sendmmsg, offloads by PACKET_VNET_HDR, so that segments of 64 KB cross as they are.
 */
final class AfPacketPort implements PacketPort {
  /** Frames of one system call. */
  private static final int BATCH = 64;

  private static final int RECEIVE_LENGTH = VnetHeader.LENGTH + Packet.MAX_FRAME;
  private static final long CHECK_INTERVAL_NANOS = 1_000_000_000;
  private static final int VLAN_TAG_LENGTH = 4;
  private static final int ADDRESS_LENGTH = 6;

  /** Bytes of the longest socket option asked for; its length in and out is kept behind it. */
  private static final int OPTION_LENGTH = 8;

  private final String address;
  private final String name;
  private final Arena arena;
  private final Libc libc;
  private final NetDevice device;
  private final int socket;
  private final int deviceIndex;
  private final Offloads offloads;
  private final MessageVector receiving;
  private final MessageVector sending;
  private final Readiness readiness;
  private final MemorySegment option;
  private final PortCounters counters = new PortCounters();
  private volatile int mtu;
  private long nextCheckNanos;
  private boolean closed;

  /** Takes over an opened and bound socket with all it needs; closes them with itself. */
  AfPacketPort(
      String address,
      String name,
      Arena arena,
      Libc libc,
      NetDevice device,
      int socket,
      int deviceIndex,
      Offloads offloads) {
    this.address = address;
    this.name = name;
    this.arena = arena;
    this.libc = libc;
    this.device = device;
    this.socket = socket;
    this.deviceIndex = deviceIndex;
    this.offloads = offloads;
    receiving = new MessageVector(arena, BATCH, true);
    sending = new MessageVector(arena, BATCH, false);
    readiness = new Readiness(arena, libc, socket);
    option = arena.allocate(OPTION_LENGTH + 4, 4);
    mtu = device.mtu();
    nextCheckNanos = System.nanoTime() + CHECK_INTERVAL_NANOS;
  }

  @Override
  public Offloads offloads() {
    return offloads;
  }

  @Override
  public int mtu() {
    return mtu;
  }

  @Override
  public int descriptor() {
    return socket;
  }

  @Override
  public int poll(PacketBatch batch) throws PortException {
    checkDevice();
    int events = readiness.toRead();
    if ((events & Uapi.POLLERR) != 0) {
      takeError();
    }
    if ((events & Uapi.POLLIN) == 0) {
      return 0;
    }
    int free = Math.min(batch.size(), BATCH);
    for (int i = 0; i < free; i++) {
      long slot = batch.get(i).memory().address();
      receiving.set(i, slot + Packet.HEADROOM - VnetHeader.LENGTH, RECEIVE_LENGTH);
    }
    int received = libc.recvmmsg(socket, receiving.address(0), free, Uapi.MSG_DONTWAIT);
    if (received < 0) {
      // Readable, yet no frame: its offload fits no virtio-net header (a tunnel's segments), and
      // the kernel has dropped it.
      counters.missed(1);
      return 0;
    }
    long bytes = 0;
    for (int i = 0; i < received; i++) {
      Packet packet = batch.get(i);
      fill(packet, i);
      if (VnetHeader.isTunnelled(packet)) {
        drop(packet);
      }
      bytes += packet.length();
    }
    counters.received(received, bytes);
    return received;
  }

  /** Fetches the error that waits at the socket. */
  private void takeError() throws PortException {
    option.set(ValueLayout.JAVA_INT, OPTION_LENGTH, Integer.BYTES);
    int error =
        libc.getsockopt(
            socket,
            Uapi.SOL_SOCKET,
            Uapi.SO_ERROR,
            option.address(),
            option.address() + OPTION_LENGTH);
    int errno = error < 0 ? 0 : option.get(ValueLayout.JAVA_INT, 0);
    switch (errno) {
      case 0 -> {}
      case Uapi.ENETDOWN, Uapi.ENXIO, Uapi.ENODEV -> throw lost(errno);
      // The frame behind those of the last batch was one that poll could not have received.
      default -> counters.missed(1);
    }
  }

  private void fill(Packet packet, int index) {
    int length = receiving.length(index) - VnetHeader.LENGTH;
    if (length < 0 || receiving.isTruncated(index)) {
      drop(packet); // longer than any slot (BIG TCP)
      return;
    }
    int tag = receiving.strippedTag(index);
    if (tag == 0 || length < 2 * ADDRESS_LENGTH) {
      packet.frame(Packet.HEADROOM, length);
      VnetHeader.read(packet, Packet.HEADROOM - VnetHeader.LENGTH, 0);
      return;
    }
    int start = Packet.HEADROOM - VLAN_TAG_LENGTH;
    packet.frame(start, length + VLAN_TAG_LENGTH);
    // Read before the addresses move: they overwrite the header's end.
    VnetHeader.read(packet, Packet.HEADROOM - VnetHeader.LENGTH, VLAN_TAG_LENGTH);
    MemorySegment memory = packet.memory();
    long destination = Bytes.u48(memory, Packet.HEADROOM);
    long source = Bytes.u48(memory, Packet.HEADROOM + ADDRESS_LENGTH);
    Bytes.setU48(memory, start, destination);
    Bytes.setU48(memory, start + ADDRESS_LENGTH, source);
    Bytes.setU32(memory, start + 2 * ADDRESS_LENGTH, tag);
  }

  /** Makes the packet an empty frame, which the parser calls malformed: it keeps its place. */
  private void drop(Packet packet) {
    packet.frame(Packet.HEADROOM, 0);
    counters.missed(1);
  }

  @Override
  public int transmit(PacketBatch batch) throws PortException {
    readiness.beginBatch();
    int size = batch.size();
    int done = 0;
    while (done < size) {
      int run = prepareRun(batch, done);
      if (run == 0) {
        counters.refused(1);
        done++;
        continue;
      }
      int sent = sendRun(batch, done, run);
      done += sent;
      if (sent < run) {
        break;
      }
    }
    return done;
  }

  /** Prepares messages for the packets from {@code first} up to one that must be refused. */
  private int prepareRun(PacketBatch batch, int first) {
    int limit = Math.min(batch.size() - first, BATCH);
    int run = 0;
    while (run < limit && VnetHeader.write(batch.get(first + run), mtu)) {
      Packet packet = batch.get(first + run);
      sending.set(
          run,
          packet.memory().address() + packet.start() - VnetHeader.LENGTH,
          packet.length() + VnetHeader.LENGTH);
      run++;
    }
    return run;
  }

  /** Sends the prepared messages; how many are done with. */
  private int sendRun(PacketBatch batch, int first, int run) throws PortException {
    int sent = 0;
    while (sent < run) {
      int count = libc.sendmmsg(socket, sending.address(sent), run - sent, Uapi.MSG_DONTWAIT);
      if (count > 0) {
        long bytes = 0;
        for (int i = 0; i < count; i++) {
          bytes += batch.get(first + sent + i).length();
        }
        counters.transmitted(count, bytes);
        sent += count;
        continue;
      }
      switch (-count) {
        case Uapi.EINTR -> {}
        case Uapi.EAGAIN, Uapi.ENOBUFS -> {
          if (!readiness.awaitRoom(-count == Uapi.ENOBUFS)) {
            return sent;
          }
        }
        case Uapi.ENETDOWN, Uapi.ENXIO, Uapi.ENODEV -> throw lost(-count);
        default -> {
          counters.refused(1);
          sent++;
        }
      }
    }
    return sent;
  }

  /** Once a second: is the interface still ours, how long is its MTU, what did the kernel drop. */
  private void checkDevice() throws PortException {
    long now = System.nanoTime();
    if (now - nextCheckNanos < 0) {
      return;
    }
    nextCheckNanos = now + CHECK_INTERVAL_NANOS;
    if (device.index() != deviceIndex || !device.isUp()) {
      throw lost(Uapi.ENODEV);
    }
    int bytes = device.mtu();
    if (bytes > 0) {
      mtu = bytes;
    }
    option.set(ValueLayout.JAVA_INT, OPTION_LENGTH, OPTION_LENGTH);
    int error =
        libc.getsockopt(
            socket,
            Uapi.SOL_PACKET,
            Uapi.PACKET_STATISTICS,
            option.address(),
            option.address() + OPTION_LENGTH);
    if (error >= 0) {
      // struct tpacket_stats: tp_packets 0, tp_drops 4; reading sets the kernel's to 0.
      counters.missed(option.get(ValueLayout.JAVA_INT, 4) & 0xffff_ffffL);
    }
  }

  private PortException lost(int errno) {
    int index = device.index();
    String why;
    if (index == -Uapi.ENODEV) {
      why = "interface " + name + " was deleted or renamed; create it again or correct the address";
    } else if (index >= 0 && index != deviceIndex) {
      why = "interface " + name + " was replaced by another of that name; it is opened again";
    } else if (index >= 0 && !device.isUp()) {
      why = "interface " + name + " went down; bring it up with \"ip link set " + name + " up\"";
    } else {
      why = "interface " + name + " fails (" + Libc.strerror(errno) + "); it is opened again";
    }
    return new PortException("Port " + address + " is lost: " + why + ".");
  }

  @Override
  public PortStatistics statistics() {
    return counters.snapshot();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      libc.close(socket);
      device.close();
      arena.close();
    }
  }
}
