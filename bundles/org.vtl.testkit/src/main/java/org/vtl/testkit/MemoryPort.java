package org.vtl.testkit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.port.Fanout;
import org.vtl.port.FlowOffload;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;
import org.vtl.port.PortStatistics;

/**
 * A port whose other side is a test: {@link #deliver} has a frame arrive, {@link #sent} takes what
 * was transmitted. It can fail, lose its offloads, and refuse to take more.
 *
 * <p>Opened by the engine through {@link MemoryPortProvider}, or used directly as a {@link
 * PacketPort}. The test's methods may be called from any thread, also while the port is closed:
 * frames delivered wait, as in a device's queue. Frames that break what the port promises (longer
 * than the MTU, not sealed for its offloads) are refused and counted, as a system would. Opened by
 * several workers of one link it divides what arrives among them as {@link Fanout} says, or as a
 * test wishes. Allocates nothing once made and open.
 */
public final class MemoryPort implements PacketPort {
  /** Frames that wait in each direction before more are lost, or refused. */
  public static final int CAPACITY = 1024;

  private final String name;

  /** By worker; and who has it open, likewise. */
  private volatile FrameRing[] arriving = {new FrameRing(CAPACITY)};

  private final PortContext[] contexts = new PortContext[Fanout.MAX_WORKERS];
  private volatile ToIntFunction<Packet> division;
  private final FrameRing leaving = new FrameRing(CAPACITY);
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong receivedBytes = new AtomicLong();
  private final AtomicLong transmitted = new AtomicLong();
  private final AtomicLong transmittedBytes = new AtomicLong();
  private final AtomicLong missed = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private volatile Offloads offloads = Offloads.ALL;
  private volatile int mtu = 1500;
  private volatile String failure;
  private volatile int room = Integer.MAX_VALUE;
  private volatile boolean exhausted;
  private volatile boolean offloadable;
  private volatile MemoryOffload carrier;

  /** A port of this name, with all offloads and an MTU of 1,500 bytes. */
  public MemoryPort(String name) {
    this.name = name;
  }

  // ---- the test's side -------------------------------------------------------------------------

  /** The name it was made with. */
  public String name() {
    return name;
  }

  /** A copy of {@code packet} arrives; false, and counted as missed, when the queue is full. */
  public synchronized boolean deliver(Packet packet) {
    MemoryOffload carrying = carrier;
    if (carrying != null && waitingCount() == 0 && carrying.carries(this, packet)) {
      return true;
    }
    int worker = worker(packet);
    boolean kept = arriving[worker].add(packet);
    if (!kept) {
      missed.incrementAndGet();
    }
    PortContext now = contexts[worker];
    if (now != null) {
      now.wake();
    }
    return kept;
  }

  private int worker(Packet packet) {
    int workers = arriving.length;
    ToIntFunction<Packet> wish = division;
    return wish == null
        ? Fanout.worker(packet, workers)
        : Math.floorMod(wish.applyAsInt(packet), workers);
  }

  /**
   * Has frames arrive at the worker that {@code worker} says, modulo the number there are, instead
   * of the one that they belong to; null ends it. Like a device whose queues know no symmetry.
   */
  public void divide(ToIntFunction<Packet> worker) {
    division = worker;
  }

  /** The oldest frame transmitted and not yet taken, copied into {@code into}, parsed; or false. */
  public boolean sent(Packet into) {
    return leaving.take(into);
  }

  /** As {@link #sent(Packet)}, but waits up to {@code millis} for a frame. */
  public boolean sent(Packet into, long millis) throws InterruptedException {
    return leaving.take(into, millis);
  }

  /** Frames transmitted and not yet taken. */
  public int sentCount() {
    return leaving.size();
  }

  /** Frames delivered and not yet polled. */
  public int waitingCount() {
    int count = 0;
    for (FrameRing of : arriving) {
      count += of.size();
    }
    return count;
  }

  /** Forgets all frames in both directions. */
  public void clear() {
    for (FrameRing of : arriving) {
      of.clear();
    }
    leaving.clear();
  }

  /** From now on every poll and transmission fails, until {@link #recover}. */
  public void fail(String reason) {
    failure = reason;
  }

  /** Ends {@link #fail}. */
  public void recover() {
    failure = null;
  }

  /** Back-pressure: only {@code frames} more are taken; {@link Integer#MAX_VALUE} ends it. */
  public void limit(int frames) {
    room = frames;
  }

  /** Once what was delivered has been polled, no frame will ever come again. */
  public void exhaust() {
    exhausted = true;
  }

  public void setOffloads(Offloads offloads) {
    this.offloads = offloads;
  }

  public void setMtu(int bytes) {
    mtu = bytes;
  }

  /** Whether connections can be carried past the engine, from when it opens the port next. */
  public void setOffloadable(boolean isOffloadable) {
    offloadable = isOffloadable;
  }

  /** What carries connections past the engine now, or null. */
  public MemoryOffload carrier() {
    return carrier;
  }

  void carryBy(MemoryOffload by) {
    carrier = by;
  }

  /** A carried frame leaves here. */
  void leave(Packet packet) {
    leaving.add(packet);
  }

  /** Whether the engine has it open, all workers of its link. */
  public synchronized boolean isOpen() {
    for (int worker = 0; worker < arriving.length; worker++) {
      if (contexts[worker] == null) {
        return false;
      }
    }
    return true;
  }

  /** The port as the worker of {@code context} has it from now on. */
  synchronized PacketPort open(PortContext context) throws PortException {
    if (failure != null) {
      throw new PortException("Port memory:" + name + " cannot be opened: " + failure + ".");
    }
    if (contexts[context.worker()] != null) {
      throw new PortException("Port memory:" + name + " is open already; close it first.");
    }
    divideAmong(context.workers());
    contexts[context.worker()] = context;
    return context.workers() == 1 ? this : new MemoryQueue(this, context);
  }

  private void divideAmong(int workers) {
    FrameRing[] before = arriving;
    if (before.length == workers) {
      return;
    }
    arriving = new FrameRing[workers];
    for (int worker = 0; worker < workers; worker++) {
      arriving[worker] = new FrameRing(CAPACITY);
    }
    try (PacketPool pool = new PacketPool(1)) {
      Packet frame = pool.acquire();
      for (FrameRing of : before) {
        while (of.take(frame)) {
          arriving[worker(frame)].add(frame);
        }
      }
    }
  }

  // ---- the engine's side -----------------------------------------------------------------------

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
    return NO_DESCRIPTOR;
  }

  @Override
  public int poll(PacketBatch batch) throws PortException {
    return poll(0, batch);
  }

  int poll(int worker, PacketBatch batch) throws PortException {
    check();
    FrameRing own = arriving[worker];
    int count = 0;
    while (count < batch.size() && own.take(batch.get(count))) {
      receivedBytes.addAndGet(batch.get(count).length());
      count++;
    }
    received.addAndGet(count);
    return count;
  }

  @Override
  public synchronized int transmit(PacketBatch batch) throws PortException {
    check();
    for (int i = 0; i < batch.size(); i++) {
      Packet packet = batch.get(i);
      if (!isAcceptable(packet)) {
        refused.incrementAndGet();
      } else if (room == 0 || !leaving.add(packet)) {
        return i;
      } else {
        transmitted.incrementAndGet();
        transmittedBytes.addAndGet(packet.length());
        if (room != Integer.MAX_VALUE) {
          room--;
        }
      }
    }
    return batch.size();
  }

  private boolean isAcceptable(Packet packet) {
    boolean segmented =
        packet.segmentSize() > 0
            && (packet.isTcp() ? offloads.tcpSegmentation() : offloads.udpSegmentation());
    boolean summed =
        packet.checksumState() != ChecksumState.ABSENT
            && (packet.checksumState() != ChecksumState.PARTIAL || offloads.partialChecksum());
    return summed && (segmented || packet.length() - packet.networkOffset() <= mtu);
  }

  private void check() throws PortException {
    String reason = failure;
    if (reason != null) {
      throw new PortException("Port memory:" + name + " failed: " + reason + ".");
    }
  }

  @Override
  public FlowOffload offloadTo(PacketPort network, int connections) throws PortException {
    if (!offloadable) {
      throw new PortException("the test's port cannot have connections carried");
    }
    return new MemoryOffload(this, (MemoryPort) network, Math.min(connections, CAPACITY));
  }

  @Override
  public PortStatistics statistics() {
    return new PortStatistics(
        received.get(),
        receivedBytes.get(),
        transmitted.get(),
        transmittedBytes.get(),
        missed.get(),
        refused.get());
  }

  @Override
  public boolean isExhausted() {
    return exhausted && waitingCount() == 0;
  }

  @Override
  public void close() {
    close(0);
  }

  synchronized void close(int worker) {
    contexts[worker] = null;
  }
}
