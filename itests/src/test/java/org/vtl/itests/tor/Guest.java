package org.vtl.itests.tor;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.vtl.lab.internal.NetworkNamespace;

/** A guest that sends every kind of traffic and frames by chance, again and again, all marked. */
final class Guest implements AutoCloseable {
  private static final int PAUSE_MILLIS = 40;
  private static final int BY_CHANCE = 40;

  private final Wire wire;
  private final RandomTraffic random;
  private final Thread thread;
  private final AtomicLong rounds = new AtomicLong();
  private Moment moment;
  private boolean ended;

  /**
   * At {@code eth0} of {@code vm}; silent until it is told a moment.
   *
   * @param seed of the frames that it makes by chance
   */
  Guest(NetworkNamespace vm, long seed) throws IOException {
    wire = Wire.open(vm, "eth0");
    random = new RandomTraffic(seed);
    thread = Thread.ofPlatform().daemon().name("guest").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        Moment now;
        synchronized (this) {
          while (moment == null && !ended) {
            wait();
          }
          if (ended) {
            return;
          }
          now = moment;
          send(wire, now, false);
          for (int i = 0; i < BY_CHANCE; i++) {
            wire.send(random.next(now));
          }
          rounds.incrementAndGet();
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Sends each frame of each kind once. */
  static void send(Wire wire, Moment moment, boolean control) {
    for (Traffic kind : Traffic.values()) {
      List<byte[]> frames = kind.frames();
      for (int i = 0; i < frames.size(); i++) {
        wire.send(new Marker(moment, kind, i, control).mark(frames.get(i)));
      }
    }
  }

  /** Sends from now on, with the marks of {@code next}. */
  synchronized void begin(Moment next) {
    rounds.set(0);
    moment = next;
    notifyAll();
  }

  /**
   * Sends no more once this returns.
   *
   * @return how often each frame was sent since {@link #begin}
   */
  synchronized long pause() {
    moment = null;
    return rounds.get();
  }

  @Override
  public void close() {
    synchronized (this) {
      ended = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    wire.close();
  }
}
