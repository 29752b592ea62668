package org.vtl.service.capture.internal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.vtl.service.PacketTap;

/** One running capture: tap, ring, writer and its thread, and their end in the right order. */
final class Capture {
  private final CaptureSpec spec;
  private final boolean configured;
  private final Disk disk;
  private final PacketRing ring;
  private final CaptureTap tap;
  private final CaptureWriter writer;
  private final Thread thread;
  private Runnable unregister;

  /**
   * Starts it.
   *
   * @param configured whether a configuration, not a command, asked for it
   * @param register has the tap watch; returns what ends the watching, once no worker is in it
   * @throws IllegalStateException in one sentence, if the file cannot be made
   */
  Capture(
      CaptureSpec spec,
      boolean configured,
      Disk disk,
      LongSupplier nanoClock,
      Function<PacketTap, Runnable> register) {
    this.spec = spec;
    this.configured = configured;
    this.disk = disk;
    ring = new PacketRing(spec.bufferBytes());
    tap = new CaptureTap(spec.stages(), spec.filter(), spec.snapBytes(), ring, nanoClock);
    try {
      writer =
          new CaptureWriter(spec, tap, ring, disk, nanoClock, Instant.now(), this::stopWatching);
    } catch (FileAlreadyExistsException e) {
      ring.close();
      throw new IllegalStateException(
          "File %s is there already; give another, {time} in its name, or --force (force=true)."
              .formatted(e.getFile()),
          e);
    } catch (IOException e) {
      ring.close();
      throw new IllegalStateException(
          "Capture %s cannot write %s (%s)."
              .formatted(spec.name(), spec.path(), e.getMessage() == null ? e : e.getMessage()),
          e);
    }
    thread = Thread.ofPlatform().daemon().name("vtl-capture-" + spec.name()).unstarted(writer);
    thread.start();
    unregister = register.apply(tap);
  }

  CaptureSpec spec() {
    return spec;
  }

  boolean isConfigured() {
    return configured;
  }

  /** What it is doing and has done. From any thread. */
  CaptureStatus status() {
    long lost = 0;
    for (Place place : tap.places()) {
      lost += place.lost.get();
    }
    return new CaptureStatus(
        spec.name(),
        writer.state().name(),
        writer.reason(),
        spec.link(),
        spec.stages().toString(),
        spec.filter().toString(),
        disk.where(writer.file()),
        writer.packets(),
        writer.bytes(),
        lost,
        writer.pauses(),
        configured);
  }

  /** Ends it; all that passed before is in the file when this returns. */
  void stop() throws InterruptedException {
    stopWatching();
    writer.end();
    thread.join();
    ring.close();
  }

  private synchronized void stopWatching() {
    if (unregister != null) {
      unregister.run();
      unregister = null;
    }
  }
}
