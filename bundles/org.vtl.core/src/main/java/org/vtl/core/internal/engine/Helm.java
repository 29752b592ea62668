package org.vtl.core.internal.engine;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.vtl.port.PacketPort;

/**
 * Who turns a lane: one thread at a time, which another may relieve. It sleeps when there is
 * nothing to do, and does what other threads ask of the lane through {@link #submit}.
 */
final class Helm implements AutoCloseable {
  private final Lane lane;
  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final AtomicInteger commandCount = new AtomicInteger();
  private final Waiter waiter = new Waiter();
  private final IdleStrategy idling;

  private volatile Thread owner;
  private volatile long rounds;
  private volatile boolean closing;
  private volatile boolean closed;

  /** The helm of {@code lane}, at which nobody is yet. */
  Helm(Lane lane) {
    this.lane = lane;
    idling = new IdleStrategy(lane.statistics());
  }

  // ---- the thread ------------------------------------------------------------------------------

  /** Starts a thread that turns the lane; one that turned it is abandoned. */
  Thread start() {
    if (owner instanceof LaneThread abandoned) {
      abandoned.giveWay();
    }
    LaneThread thread = new LaneThread(lane);
    owner = thread;
    thread.start();
    return thread;
  }

  /** Has this thread be the one that owns the lane; it turns nothing. */
  void take() {
    owner = Thread.currentThread();
  }

  /** The thread that turns the lane, or owned it last; null before the first. */
  Thread owner() {
    return owner;
  }

  /** Refuses other threads than the one that turns this lane. */
  void requireThread() {
    Thread turning = owner;
    if (turning != null && turning != Thread.currentThread()) {
      throw new IllegalStateException(
          "This must run on the worker of link "
              + lane.label()
              + "; give it to link.execute(...) from another thread.");
    }
  }

  /** Rounds begun. Any thread. */
  long rounds() {
    return rounds;
  }

  /** Turns until the lane is closed or another thread has taken it over. */
  void turn() {
    Thread me = Thread.currentThread();
    owner = me;
    try {
      while (owner == me && !closing) {
        guardedRound();
      }
    } catch (AbandonedException e) {
      return; // another thread turns the lane now; nothing of it may be touched
    }
    lane.end();
  }

  /** A round whose exceptions, which only a fault of the engine itself can cause, end nothing. */
  private void guardedRound() {
    try {
      rounds++;
      if (lane.round() > 0) {
        idling.worked(lane.roundNanos());
      } else if (idling.spins(lane.settings().spin(), lane.roundNanos())) {
        Thread.onSpinWait();
      } else {
        rest();
      }
    } catch (AbandonedException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      lane.fault(e);
    }
  }

  /** Has the turning thread stop after its round. */
  void stop() {
    closing = true;
    waiter.wake();
  }

  /** Whether it has ended or is about to: what is submitted now may never run. */
  boolean isClosing() {
    return closing;
  }

  /** Whether it has ended. */
  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    waiter.close();
    closed = true;
  }

  // ---- commands --------------------------------------------------------------------------------

  /** Runs {@code command} in the tail of a round. Any thread. */
  void submit(Runnable command) {
    commands.add(command);
    commandCount.incrementAndGet();
    waiter.wake();
  }

  /** Runs at most {@code limit} commands; returns how many. */
  int runCommands(int limit) {
    int count = 0;
    while (count < limit) {
      Runnable command = commands.poll();
      if (command == null) {
        break;
      }
      commandCount.decrementAndGet();
      try {
        command.run();
      } catch (AbandonedException e) {
        throw e;
      } catch (RuntimeException | Error e) {
        lane.engine().failures().note("a command of the engine on link " + lane.label(), e);
      }
      count++;
    }
    return count;
  }

  // ---- sleep -----------------------------------------------------------------------------------

  /** Ends the sleep of the turning thread, if it sleeps. Any thread. */
  void wake() {
    waiter.wake();
  }

  private void rest() {
    waiter.prepare();
    if (commandCount.get() > 0 || closing || lane.isDue()) {
      waiter.rise();
      return;
    }
    long now = lane.now();
    long nanos = Math.min(idling.longestSleepNanos(now), lane.nanosUntilDue(now));
    if (lane.packets().available() == 0) {
      waiter.sleep(-1, -1, true, nanos); // readable ports are no news while no packet is free
    } else {
      int vm = descriptor(lane.vmPort());
      int network = descriptor(lane.networkPort());
      boolean polled = mustPoll(lane.vmPort(), vm) || mustPoll(lane.networkPort(), network);
      waiter.sleep(vm, network, polled, nanos);
    }
  }

  private static int descriptor(LinkPort side) {
    PacketPort port = side.port();
    if (port == null) {
      return PacketPort.NO_DESCRIPTOR;
    }
    try {
      return port.descriptor();
    } catch (RuntimeException e) {
      side.lost(e);
      return PacketPort.NO_DESCRIPTOR;
    }
  }

  private static boolean mustPoll(LinkPort side, int descriptor) {
    return side.port() != null && !side.isExhausted() && descriptor == PacketPort.NO_DESCRIPTOR;
  }
}
