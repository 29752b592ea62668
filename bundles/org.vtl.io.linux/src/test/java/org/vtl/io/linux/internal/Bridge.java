package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.vtl.packet.Bytes;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;

/**
 * What the engine does with two ports, and no more: every frame of one leaves by the other; with
 * VLAN tags, frames to the right get them and frames to the left lose them.
 */
final class Bridge {
  private static final int BATCH = 64;

  private final PacketPort left;
  private final PacketPort right;
  private final int[] tags;
  private final PacketPool pool = new PacketPool(BATCH);
  private final PacketBatch in = new PacketBatch(BATCH);
  private final PacketBatch out = new PacketBatch(BATCH);
  private final Thread thread = new Thread(this::run, "bridge");
  private volatile boolean stopped;
  private volatile Exception failure;

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** Frames seen, by the number of their VLAN tags. */
  final AtomicIntegerArray tagged = new AtomicIntegerArray(3);

  volatile int longestFrame;
  volatile int longestUdp;
  volatile int partial;
  volatile int lastTag;
  volatile int dropped;

  /** {@code tags} from the inside out, each TPID and TCI as they stand in a frame. */
  Bridge(PacketPort left, PacketPort right, int... tags) {
    this.left = left;
    this.right = right;
    this.tags = tags;
    for (int i = 0; i < BATCH; i++) {
      in.add(pool.acquire());
    }
    thread.start();
  }

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      MemorySegment descriptors = arena.allocate(16, 4);
      descriptors.set(ValueLayout.JAVA_INT, 0, left.descriptor());
      descriptors.set(ValueLayout.JAVA_INT, 8, right.descriptor());
      descriptors.set(ValueLayout.JAVA_SHORT, 4, (short) 1);
      descriptors.set(ValueLayout.JAVA_SHORT, 12, (short) 1);
      while (!stopped) {
        Runnable task = tasks.poll();
        if (task != null) {
          task.run();
        }
        if (move(left, right) + move(right, left) == 0) {
          libc.poll(descriptors.address(), 2, 20);
        }
      }
    } catch (PortException | RuntimeException e) {
      failure = e;
    }
  }

  private int move(PacketPort from, PacketPort to) throws PortException {
    int count = from.poll(in);
    for (int i = 0; i < count; i++) {
      Packet packet = in.get(i);
      Parser.parse(packet);
      note(packet);
      for (int tag : tags) {
        retag(packet, to == right, tag);
      }
      packet.seal(to.offloads().partialChecksum());
      out.add(packet);
    }
    for (int tries = 0; out.size() > 0 && tries < 1000; tries++) {
      out.removeFirst(to.transmit(out));
    }
    dropped += out.size();
    out.clear();
    return count;
  }

  private static void retag(Packet packet, boolean push, int tag) {
    long destination = packet.ethernet().destination();
    long source = packet.ethernet().source();
    packet.moveStart(push ? 4 : -4);
    Bytes.setU48(packet.memory(), packet.start(), destination);
    Bytes.setU48(packet.memory(), packet.start() + 6, source);
    if (push) {
      Bytes.setU32(packet.memory(), packet.start() + 12, tag);
    }
    Parser.parse(packet);
  }

  private void note(Packet packet) {
    tagged.incrementAndGet(packet.vlanTags());
    if (packet.vlanTags() > 0) {
      lastTag = Bytes.u32(packet.memory(), packet.start() + 12);
    }
    longestFrame = Math.max(longestFrame, packet.length());
    if (packet.isUdp()) {
      longestUdp = Math.max(longestUdp, packet.length());
    }
    if (packet.checksumState() == ChecksumState.PARTIAL) {
      partial++;
    }
  }

  /** Has its thread, whose the ports are, do {@code work} between two rounds. */
  <T> T between(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    tasks.add(task);
    return task.get(10, TimeUnit.SECONDS);
  }

  /** Why it stopped by itself, or null. */
  Exception failure() {
    return failure;
  }

  void stop() throws InterruptedException {
    stopped = true;
    thread.join();
    pool.close();
  }
}
