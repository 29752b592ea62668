package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.port.FlowOffload;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;
import org.vtl.port.PortStatistics;

/**
 * An existing Ethernet interface, through an AF_PACKET socket (packet(7)): received through a ring,
 * sent in batches by sendmmsg, offloads by PACKET_VNET_HDR, so that segments of 64 KB cross as they
 * are.
 */
final class AfPacketPort implements PacketPort, KernelSide {
  /** Frames of one system call. */
  static final int BATCH = 64;

  private static final long CHECK_INTERVAL_NANOS = 1_000_000_000;
  private static final long RING_CHECK_INTERVAL_NANOS = 10_000_000;
  private static final long ERROR_CHECK_INTERVAL_NANOS = 1_000_000;
  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;

  /** Bytes of the longest socket option asked for; its length in and out is kept behind it. */
  private static final int OPTION_LENGTH = 8;

  private final String address;
  private final String name;
  private final Arena arena;
  private final Libc libc;
  private final NetDevice device;
  private final int socket;
  private final ReceiveRing ring;
  private final FloodGate gate;
  private final ReceiveMerging merging;
  private final int deviceIndex;
  private final Offloads offloads;
  private final boolean peerElsewhere;
  private final MessageVector sending;
  private final Readiness readiness;
  private final MemorySegment option;
  private final PortCounters counters = new PortCounters();
  private volatile int mtu;
  private SettledPackets settled;
  private long nextCheckNanos;
  private long nextRingCheckNanos;
  private long nextErrorCheckNanos;
  private long passedAtCheck;
  private long shed;
  private boolean closed;

  /** Takes over an opened and bound socket with all it needs; closes them with itself. */
  AfPacketPort(
      String address,
      String name,
      Arena arena,
      Libc libc,
      NetDevice device,
      int socket,
      ReceiveRing ring,
      FloodGate gate,
      ReceiveMerging merging,
      int deviceIndex,
      Offloads offloads) {
    this.address = address;
    this.name = name;
    this.arena = arena;
    this.libc = libc;
    this.device = device;
    this.socket = socket;
    this.ring = ring;
    this.gate = gate;
    this.merging = merging;
    this.deviceIndex = deviceIndex;
    this.offloads = offloads;
    peerElsewhere = device.isPeerElsewhere();
    sending = new MessageVector(arena, BATCH, false);
    readiness = new Readiness(arena, libc, socket);
    option = arena.allocate(OPTION_LENGTH + 4, 4);
    mtu = device.mtu();
    nextErrorCheckNanos = System.nanoTime();
    nextRingCheckNanos = nextErrorCheckNanos + RING_CHECK_INTERVAL_NANOS;
    nextCheckNanos = nextErrorCheckNanos + CHECK_INTERVAL_NANOS;
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
    // In a flood the port is polled every millisecond. A frame's wake-up (a "sync" one, whose waker
    // is believed to sleep soon) would have the worker run on the processor that the frame comes
    // by, where the flood goes on, and it would wait for the end of the flooder's turn.
    return gate != null && gate.share() > 0 ? NO_DESCRIPTOR : socket;
  }

  @Override
  public int poll(PacketBatch batch) throws PortException {
    long now = System.nanoTime();
    if (settled != null) {
      settled.settle(counters.receivedFrames() + shed);
    }
    checkSocket(now);
    int received = receive(batch, now);
    int left = ring.takeShed();
    shed += left;
    left += ring.takeRefused();
    if (left > 0) {
      counters.missed(left);
    }
    if (received == 0 && settled != null) {
      settled.quiet(counters.receivedFrames() + shed);
    }
    if (received > 0) {
      counters.received(received, ring.bytes());
    }
    int missed = ring.takeMissed();
    if (missed > 0) {
      counters.missed(missed);
    }
    return received;
  }

  private int receive(PacketBatch batch, long now) throws PortException {
    try {
      return ring.receive(batch, now);
    } catch (PortException e) {
      throw lost(e);
    }
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

  /**
   * Once a millisecond: does an error wait at the socket. poll(2) would go on telling of it, and
   * the worker never sleep.
   */
  private void checkSocket(long now) throws PortException {
    if (now - nextErrorCheckNanos < 0) {
      return;
    }
    nextErrorCheckNanos = now + ERROR_CHECK_INTERVAL_NANOS;
    int error = ask(Uapi.SOL_SOCKET, Uapi.SO_ERROR, Integer.BYTES) ? option.get(U32, 0) : 0;
    if (error == Uapi.ENETDOWN || error == Uapi.ENXIO || error == Uapi.ENODEV) {
      throw lost(error);
    }
    if (now - nextRingCheckNanos >= 0) {
      nextRingCheckNanos = now + RING_CHECK_INTERVAL_NANOS;
      checkRing();
    }
    if (now - nextCheckNanos >= 0) {
      nextCheckNanos = now + CHECK_INTERVAL_NANOS;
      checkDevice();
      merging.watch(ring.takeLongFrames());
    }
  }

  /** Once a second: is the interface still ours, how long is its MTU. */
  private void checkDevice() throws PortException {
    if (device.index() != deviceIndex || !device.isUp()) {
      throw lost(Uapi.ENODEV);
    }
    // The kernel drops what it is to put into an end that has come to this namespace.
    if (settled != null && device.isPeerElsewhere() != peerElsewhere) {
      throw new PortException(
          "Port "
              + address
              + " is lost: the other end of "
              + name
              + " moved to another network namespace; it is opened again.");
    }
    int bytes = device.mtu();
    if (bytes > 0) {
      mtu = bytes;
    }
  }

  /** 100 times a second: what did the kernel drop, and why. */
  private void checkRing() throws PortException {
    if (!ask(Uapi.SOL_PACKET, Uapi.PACKET_STATISTICS, OPTION_LENGTH)) {
      return;
    }
    // struct tpacket_stats: tp_packets 0, tp_drops 4; reading sets the kernel's to 0.
    long drops = option.get(U32, 4) & 0xffff_ffffL;
    counters.missed(drops);
    // A frame whose offload fits no virtio-net header (UDP fragmentation, SCTP) has the kernel
    // leave its place in the ring reserved for ever, and drop all that follows.
    if (drops > 0 && ring.passed() == passedAtCheck && ring.isEmpty()) {
      try {
        ring.renew();
      } catch (PortException e) {
        throw lost(e);
      }
    }
    passedAtCheck = ring.passed();
  }

  /** Asks the socket for an option; whether {@code option} holds it now. */
  private boolean ask(int level, int name, int length) {
    option.set(U32, OPTION_LENGTH, length);
    return libc.getsockopt(socket, level, name, option.address(), option.address() + OPTION_LENGTH)
        >= 0;
  }

  private PortException lost(int errno) {
    String why = device.whyLost(deviceIndex);
    if (why == null) {
      why = "interface " + name + " fails (" + Libc.strerror(errno) + "); it is opened again";
    }
    return new PortException("Port " + address + " is lost: " + why + ".");
  }

  /** The ring has failed, which knows no more than why. */
  private PortException lost(PortException e) {
    return new PortException(
        "Port " + address + " is lost: " + e.getMessage() + "; it is opened again.", e);
  }

  // ---- KernelSide ------------------------------------------------------------------------------

  @Override
  public FlowOffload offloadTo(PacketPort network, int connections) throws PortException {
    return TcxOffload.join(this, network, connections);
  }

  @Override
  public int deviceIndex() {
    return deviceIndex;
  }

  @Override
  public int socket() {
    return socket;
  }

  @Override
  public boolean isPeerElsewhere() {
    return peerElsewhere;
  }

  @Override
  public FloodGate gate() {
    return gate;
  }

  @Override
  public void tell(SettledPackets settled) {
    this.settled = settled;
    if (gate != null) {
      gate.setAsked(settled != null);
    } else if (settled == null) {
      libc.setsockopt(socket, Uapi.SOL_SOCKET, Uapi.SO_DETACH_FILTER, option);
    }
  }

  // ---- anybody's -------------------------------------------------------------------------------

  @Override
  public PortStatistics statistics() {
    return counters.snapshot();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (device.index() == deviceIndex) {
        merging.close();
      }
      ring.close();
      libc.close(socket);
      if (gate != null) {
        gate.close();
      }
      device.close();
      arena.close();
    }
  }
}
