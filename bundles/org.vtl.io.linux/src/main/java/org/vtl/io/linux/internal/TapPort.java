package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;
import org.vtl.port.PortStatistics;

/**
 * The far end of a TAP interface (Documentation/networking/tuntap.rst): what the host sends into
 * the interface arrives here. The interface may be moved to another network namespace meanwhile.
 *
 * <p>While the interface is down, frames for it are refused and none arrive; the port is not lost,
 * since closing it would delete an interface that VTL created.
 */
final class TapPort implements PacketPort {
  private static final int RECEIVE_LENGTH = VnetHeader.LENGTH + Packet.MAX_FRAME;
  private static final long CHECK_INTERVAL_NANOS = 1_000_000_000;
  private static final long ERROR_CHECK_INTERVAL_NANOS = 1_000_000;
  private static final int IFREQ_LENGTH = 40;

  private final String address;
  private final String name;
  private final Arena arena;
  private final Libc libc;
  private final NetDevice device;
  private final int queue;
  private final Offloads offloads;
  private final Readiness readiness;
  private final MemorySegment request;
  private final MemorySegment expectedName;
  private final PortCounters counters = new PortCounters();
  private volatile int mtu;
  private long nextErrorCheckNanos;
  private long nextCheckNanos;
  private boolean closed;

  /** Takes over an attached queue with all it needs; closes them with itself. */
  TapPort(
      String address,
      String name,
      Arena arena,
      Libc libc,
      NetDevice device,
      int queue,
      Offloads offloads) {
    this.address = address;
    this.name = name;
    this.arena = arena;
    this.libc = libc;
    this.device = device;
    this.queue = queue;
    this.offloads = offloads;
    readiness = new Readiness(arena, libc, queue);
    request = arena.allocate(IFREQ_LENGTH, 8);
    expectedName = arena.allocate(Uapi.IFNAMSIZ, 8);
    NetDevice.writeName(expectedName, name);
    mtu = device.mtu();
    nextErrorCheckNanos = System.nanoTime();
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
    return queue;
  }

  @Override
  public int poll(PacketBatch batch) throws PortException {
    checkQueue();
    int filled = 0;
    long bytes = 0;
    // Counted by reads: the sender of what is refused must not keep the worker here.
    for (int reads = 0; reads < batch.size(); reads++) {
      Packet packet = batch.get(filled);
      long buffer = packet.memory().address() + Packet.HEADROOM - VnetHeader.LENGTH;
      long length = libc.read(queue, buffer, RECEIVE_LENGTH);
      if (length < 0) {
        break;
      }
      if (length < VnetHeader.LENGTH || length > RECEIVE_LENGTH) {
        counters.missed(1);
        continue;
      }
      packet.frame(Packet.HEADROOM, (int) length - VnetHeader.LENGTH);
      VnetHeader.read(packet, Packet.HEADROOM - VnetHeader.LENGTH, 0);
      if (VnetHeader.isTunnelled(packet)) {
        counters.missed(1);
        continue;
      }
      bytes += packet.length();
      filled++;
    }
    if (filled > 0) {
      counters.received(filled, bytes);
    }
    return filled;
  }

  @Override
  public int transmit(PacketBatch batch) throws PortException {
    readiness.beginBatch();
    int size = batch.size();
    int sent = 0;
    int refused = 0;
    long bytes = 0;
    int done = 0;
    while (done < size) {
      Packet packet = batch.get(done);
      int written = VnetHeader.write(packet, mtu) ? write(packet) : -Uapi.EINVAL;
      if (written == -Uapi.EAGAIN) {
        break;
      } else if (written == -Uapi.EBADFD) {
        throw lost();
      } else if (written < 0) {
        refused++;
      } else {
        sent++;
        bytes += packet.length();
      }
      done++;
    }
    counters.transmitted(sent, bytes);
    if (refused > 0) {
      counters.refused(refused);
    }
    return done;
  }

  /** Writes one frame, waiting for room if need be; the bytes written or a negated errno. */
  private int write(Packet packet) {
    long buffer = packet.memory().address() + packet.start() - VnetHeader.LENGTH;
    long length = packet.length() + VnetHeader.LENGTH;
    long written = libc.write(queue, buffer, length);
    while (written == -Uapi.EINTR
        || ((written == -Uapi.EAGAIN || written == -Uapi.ENOBUFS)
            && readiness.awaitRoom(written == -Uapi.ENOBUFS))) {
      written = libc.write(queue, buffer, length);
    }
    return written == -Uapi.ENOBUFS ? -Uapi.EAGAIN : (int) written;
  }

  /**
   * Once a millisecond: was the interface deleted. poll(2) would go on telling of it, and the
   * worker never sleep.
   */
  private void checkQueue() throws PortException {
    long now = System.nanoTime();
    if (now - nextErrorCheckNanos < 0) {
      return;
    }
    nextErrorCheckNanos = now + ERROR_CHECK_INTERVAL_NANOS;
    if ((readiness.toRead() & Uapi.POLLERR) != 0) {
      throw lost();
    }
    if (now - nextCheckNanos >= 0) {
      nextCheckNanos = now + CHECK_INTERVAL_NANOS;
      checkDevice();
    }
  }

  /** Once a second: is the queue still attached to the interface of that name; its MTU. */
  private void checkDevice() throws PortException {
    // Asked of the queue, not by name: the interface may be in another namespace by now.
    if (libc.ioctl(queue, Uapi.TUNGETIFF, request.address()) < 0
        || MemorySegment.mismatch(request, 0, Uapi.IFNAMSIZ, expectedName, 0, Uapi.IFNAMSIZ) >= 0) {
      throw lost();
    }
    int bytes = device.mtu();
    if (bytes > 0) {
      mtu = bytes;
    }
  }

  private PortException lost() {
    boolean deleted = libc.ioctl(queue, Uapi.TUNGETIFF, request.address()) < 0;
    return new PortException(
        "Port "
            + address
            + " is lost: TAP interface "
            + name
            + (deleted ? " was deleted" : " is now named " + request.getString(0))
            + "; it is attached to or created again.");
  }

  @Override
  public PortStatistics statistics() {
    return counters.snapshot();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      libc.close(queue);
      device.close();
      arena.close();
    }
  }
}
