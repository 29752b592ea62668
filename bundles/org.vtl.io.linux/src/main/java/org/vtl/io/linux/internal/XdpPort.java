package org.vtl.io.linux.internal;

import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;
import org.vtl.port.PortStatistics;

/**
 * An existing Ethernet interface, through AF_XDP sockets on its queues: frames of at most the MTU,
 * without offloads, and without a system call to receive them. The host's stack does not see them.
 */
final class XdpPort implements PacketPort {
  private static final int ETHERNET_LENGTH = 14;
  private static final long CHECK_INTERVAL_NANOS = 1_000_000_000;

  /** How often a port at which nothing arrives asks whether its sockets live. */
  private static final long ALIVE_INTERVAL_NANOS = 20_000_000;

  private final String address;
  private final String name;
  private final NetDevice device;
  private final int deviceIndex;
  private final XdpSocket[] sockets;
  private final XdpSocket sender;
  private final int queueCount;
  private final int longestMtu;
  private final int descriptor;
  private final Runnable closing;
  private final PortCounters counters = new PortCounters();
  private volatile int mtu;
  private int nextSocket;
  private boolean sending;
  private long nextCheckNanos;
  private long nextAliveNanos;
  private boolean closed;

  /**
   * Takes over bound sockets.
   *
   * @param all whether they are meant to be those of all the interface's queues
   * @param longestMtu the longest for which a chunk holds each frame
   * @param descriptor readable when one of the sockets is
   * @param closing closes all that was opened
   */
  XdpPort(
      String address,
      String name,
      NetDevice device,
      int deviceIndex,
      XdpSocket[] sockets,
      boolean all,
      int longestMtu,
      int descriptor,
      Runnable closing) {
    this.address = address;
    this.name = name;
    this.device = device;
    this.deviceIndex = deviceIndex;
    this.sockets = sockets;
    this.longestMtu = longestMtu;
    this.descriptor = descriptor;
    this.closing = closing;
    sender = sockets[0];
    queueCount = all ? device.receiveQueues() : -1;
    mtu = device.mtu();
    nextCheckNanos = System.nanoTime() + CHECK_INTERVAL_NANOS;
    nextAliveNanos = System.nanoTime() + ALIVE_INTERVAL_NANOS;
  }

  @Override
  public Offloads offloads() {
    return Offloads.NONE;
  }

  @Override
  public int mtu() {
    return mtu;
  }

  @Override
  public int descriptor() {
    return descriptor;
  }

  @Override
  public int poll(PacketBatch batch) throws PortException {
    if (sending) {
      sender.send(0); // what the interface had no room for
      sending = sender.isPending();
    }
    int filled = 0;
    // A busy queue must not keep the others waiting: each poll begins at another.
    for (int i = 0; i < sockets.length && filled < batch.size(); i++) {
      XdpSocket socket = sockets[nextSocket];
      nextSocket = nextSocket + 1 == sockets.length ? 0 : nextSocket + 1;
      filled += socket.receive(batch, filled);
    }
    if (filled > 0) {
      long bytes = 0;
      for (int i = 0; i < filled; i++) {
        bytes += batch.get(i).length();
      }
      counters.received(filled, bytes);
    }
    checkDevice(filled == 0);
    return filled;
  }

  @Override
  public int transmit(PacketBatch batch) throws PortException {
    sender.beginBatch();
    int size = batch.size();
    int done = 0;
    while (done < size) {
      int room = sender.room(size - done);
      int count = 0;
      long bytes = 0;
      for (; done < size && count < room; done++) {
        Packet packet = batch.get(done);
        if (packet.length() < ETHERNET_LENGTH || packet.length() - packet.networkOffset() > mtu) {
          counters.refused(1);
        } else {
          sender.put(count++, packet);
          bytes += packet.length();
        }
      }
      int error = sender.send(count);
      if (error == -Uapi.ENETDOWN || error == -Uapi.ENXIO || error == -Uapi.ENODEV) {
        throw lost(-error);
      }
      counters.transmitted(count, bytes);
      if (done < size && !sender.awaitRoom()) {
        break;
      }
    }
    sending = sender.isPending();
    return done;
  }

  /** Is the interface still ours, how long is its MTU, what did the kernel drop. */
  private void checkDevice(boolean idle) throws PortException {
    long now = System.nanoTime();
    if (idle && now - nextAliveNanos >= 0) {
      nextAliveNanos = now + ALIVE_INTERVAL_NANOS;
      if ((sender.events() & Uapi.POLLERR) != 0) {
        throw lost(Uapi.ENETDOWN);
      }
    }
    if (now - nextCheckNanos < 0) {
      return;
    }
    nextCheckNanos = now + CHECK_INTERVAL_NANOS;
    int bytes = device.mtu();
    if (device.index() != deviceIndex || !device.isUp() || bytes > longestMtu) {
      throw lost(Uapi.ENODEV);
    }
    if (queueCount >= 0 && device.receiveQueues() != queueCount) {
      throw lost(Uapi.EINVAL);
    }
    if (bytes > 0) {
      mtu = bytes;
    }
    long missed = 0;
    for (XdpSocket socket : sockets) {
      missed += socket.newlyMissed();
    }
    if (missed > 0) {
      counters.missed(missed);
    }
  }

  private PortException lost(int errno) {
    String why = device.whyLost(deviceIndex);
    if (why == null && device.mtu() > longestMtu) {
      why = "the MTU of interface " + name + " has grown; it is opened again";
    } else if (why == null && queueCount >= 0 && device.receiveQueues() != queueCount) {
      why = "interface " + name + " has another number of queues; it is opened again";
    } else if (why == null) {
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
      closing.run();
    }
  }
}
