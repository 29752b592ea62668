package org.vtl.io.linux.internal;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.port.Fanout;
import org.vtl.port.PacketPort;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;

/**
 * One of several workers, as far as ports know them: passes frames from one side to the other,
 * opens ports that are lost again, and notes which frames were another worker's.
 */
final class Crossing implements PortContext {
  /** Opens one side's port for a worker. */
  interface Side {
    PacketPort open(PortContext context) throws Exception;
  }

  private final int worker;
  private final int workers;
  private final Side[] sides;
  private final PacketPort[] ports = new PacketPort[2];
  private final PacketPool pool = new PacketPool(64);
  private final PacketBatch in = new PacketBatch(64);
  private final PacketBatch out = new PacketBatch(64);
  private final Thread thread = new Thread(this::run, "crossing");
  private volatile boolean stopped;
  private volatile Exception failure;

  final AtomicLong own = new AtomicLong();
  final AtomicLong others = new AtomicLong();
  final AtomicLong tagged = new AtomicLong();
  final AtomicLong idle = new AtomicLong();
  final AtomicLong openings = new AtomicLong();

  /** Sources of frames, by side. */
  final Set<Long> leftMacs = ConcurrentHashMap.newKeySet();

  final Set<Long> rightMacs = ConcurrentHashMap.newKeySet();

  Crossing(int worker, int workers, Side left, Side right) {
    this.worker = worker;
    this.workers = workers;
    sides = new Side[] {left, right};
    for (int i = 0; i < 64; i++) {
      in.add(pool.acquire());
    }
  }

  void start() {
    thread.start();
  }

  @Override
  public String link() {
    return "workers";
  }

  @Override
  public int worker() {
    return worker;
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public void wake() {
    LockSupport.unpark(thread);
  }

  boolean isOpen() {
    return ports[0] != null && ports[1] != null;
  }

  private void run() {
    try {
      while (!stopped) {
        int done = pass(0) + pass(1);
        if (done == 0) {
          idle.incrementAndGet();
          LockSupport.parkNanos(50_000);
        }
      }
    } catch (Exception e) {
      failure = e;
    }
  }

  private int pass(int side) throws Exception {
    if (ports[side] == null) {
      try {
        ports[side] = sides[side].open(this);
        openings.incrementAndGet();
      } catch (PortException e) {
        LockSupport.parkNanos(20_000_000);
        return 0;
      }
    }
    int count;
    try {
      count = ports[side].poll(in);
    } catch (PortException e) {
      lose(side);
      return 0;
    }
    for (int i = 0; i < count; i++) {
      Packet packet = in.get(i);
      Parser.parse(packet);
      (side == 0 ? leftMacs : rightMacs).add(packet.ethernet().source());
      (Fanout.worker(packet, workers) == worker ? own : others).incrementAndGet();
      if (packet.vlanTags() > 0) {
        tagged.incrementAndGet();
      }
      packet.seal(true);
      out.add(packet);
    }
    if (count > 0 && ports[1 - side] != null) {
      try {
        ports[1 - side].transmit(out);
      } catch (PortException e) {
        lose(1 - side);
      }
    }
    out.clear();
    return count;
  }

  private void lose(int side) {
    ports[side].close();
    ports[side] = null;
  }

  /** Ends it; what went wrong, or null. */
  Exception stop() throws InterruptedException {
    stopped = true;
    wake();
    thread.join();
    for (int side = 0; side < 2; side++) {
      if (ports[side] != null) {
        lose(side);
      }
    }
    pool.close();
    return failure;
  }

  /** Calls {@code open} in a namespace. */
  static PacketPort in(Namespace namespace, Callable<PacketPort> open) throws Exception {
    return namespace.run(open);
  }
}
