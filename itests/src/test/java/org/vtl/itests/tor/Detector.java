package org.vtl.itests.tor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.vtl.lab.internal.NetworkNamespace;

/**
 * Hears every frame that arrives at the far end of a VM's uplink, whatever it is and whoever it is
 * for. It knows nothing of VTL. All methods from any thread.
 */
final class Detector implements AutoCloseable {
  private static final int SHOWN_BYTES = 64;
  private static final int KEPT = 50;
  private static final int SETTLE_MILLIS = 100;

  private final Wire wire;
  private final Thread thread;
  private final Map<Marker, Integer> seen = new HashMap<>();
  private final List<String> others = new ArrayList<>();
  private int frames;
  private volatile boolean ended;

  /** At {@code eth0} of {@code farEnd}. */
  Detector(NetworkNamespace farEnd) throws IOException {
    wire = Wire.open(farEnd, "eth0");
    thread = Thread.ofPlatform().daemon().name("detector").start(this::listen);
  }

  private void listen() {
    while (!ended) {
      byte[] frame = wire.receive();
      if (frame != null) {
        hear(frame);
      }
    }
  }

  private synchronized void hear(byte[] frame) {
    frames++;
    Marker marker = Marker.of(frame);
    if (marker != null) {
      seen.merge(marker, 1, Integer::sum);
    } else if (others.size() < KEPT) {
      int shown = Math.min(frame.length, SHOWN_BYTES);
      others.add(HexFormat.of().formatHex(frame, 0, shown));
    }
    notifyAll();
  }

  /** Waits until the frame of {@code marker} was heard, up to two seconds. */
  synchronized boolean awaits(Marker marker) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (!seen.containsKey(marker) && System.nanoTime() < end) {
      wait(SETTLE_MILLIS);
    }
    return seen.containsKey(marker);
  }

  /** How often frames of the guest, of that kind at that moment, were heard: leaks. */
  synchronized int leaks(Moment moment, Traffic kind) {
    return seen.entrySet().stream()
        .filter(one -> one.getKey().moment() == moment && one.getKey().kind() == kind)
        .filter(one -> !one.getKey().control())
        .mapToInt(Map.Entry::getValue)
        .sum();
  }

  /** All frames that were heard and are no control. */
  synchronized int leaks() {
    return frames
        - seen.entrySet().stream()
            .filter(one -> one.getKey().control())
            .mapToInt(Map.Entry::getValue)
            .sum();
  }

  /** The beginnings of frames that bear no marker. */
  synchronized List<String> others() {
    return List.copyOf(others);
  }

  /** Forgets what it has heard. */
  synchronized void forget() {
    seen.clear();
    others.clear();
    frames = 0;
  }

  /** Frames that arrived and for which there was no room: with any, no count is worth anything. */
  int lost() {
    return wire.lost();
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    wire.close();
  }
}
