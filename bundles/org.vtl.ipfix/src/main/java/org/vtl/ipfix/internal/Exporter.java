package org.vtl.ipfix.internal;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ByteChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The thread that sends what the workers tell. What the collector does not take is lost. */
final class Exporter implements Runnable, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Exporter.class.getName());
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int MILLIS = 1_000;

  private final FlowObserver observer;
  private final Collector collector;
  private final MessageWriter message;
  private final long templateNanos;
  private final long activeNanos;
  private final Thread thread;
  private ByteChannel channel;
  private long triedNanos;
  private long toldTemplatesNanos;
  private long sweptNanos;
  private boolean complained;
  private volatile boolean ending;

  /**
   * An exporter, which runs.
   *
   * @param templateSeconds after which templates are told again by UDP
   * @param activeSeconds after which a flow that goes on is told of
   */
  Exporter(
      FlowObserver observer,
      Collector collector,
      MessageWriter message,
      int templateSeconds,
      int activeSeconds) {
    this.observer = observer;
    this.collector = collector;
    this.message = message;
    templateNanos = TimeUnit.SECONDS.toNanos(templateSeconds);
    activeNanos = TimeUnit.SECONDS.toNanos(activeSeconds);
    triedNanos = System.nanoTime() - RETRY_NANOS;
    sweptNanos = System.nanoTime();
    thread = Thread.ofPlatform().daemon().name("vtl-ipfix").start(this);
  }

  @Override
  public void run() {
    while (!ending) {
      turn();
      LockSupport.parkNanos(IDLE_NANOS);
    }
    turn();
    disconnect();
  }

  private void turn() {
    long now = System.nanoTime();
    if (now - sweptNanos >= SWEEP_NANOS) {
      sweptNanos = now;
      observer.tellOfActive(activeNanos);
    }
    try {
      if (connected(now)) {
        export(now);
      }
    } catch (IOException e) {
      complain(e);
      disconnect();
    }
    observer.count(0);
  }

  private boolean connected(long now) throws IOException {
    if (channel == null && now - triedNanos >= RETRY_NANOS) {
      triedNanos = now;
      channel = collector.open();
      message.restart();
      toldTemplatesNanos = now - templateNanos;
      if (collector.stream()) {
        templates(now);
      }
    }
    return channel != null;
  }

  private void templates(long now) throws IOException {
    toldTemplatesNanos = now;
    message.templates();
    flush();
  }

  private void export(long now) throws IOException {
    if (!collector.stream() && now - toldTemplatesNanos >= templateNanos) {
      templates(now);
    }
    for (Flows flows : observer.all()) {
      FlowRing ring = flows.ring();
      for (int at = ring.next(); at >= 0; at = ring.next()) {
        String reason = observer.reason(ring.rows()[at + FlowRow.REASON]);
        if (!message.add(ring.rows(), at, flows.link(), reason)) {
          flush();
          continue;
        }
        ring.free();
      }
    }
    flush();
  }

  private void flush() throws IOException {
    if (message.isEmpty()) {
      return;
    }
    int records = message.records();
    Collector.send(channel, message.finish(System.currentTimeMillis() / MILLIS));
    message.sent();
    observer.count(records);
    if (complained) {
      complained = false;
      LOG.log(Level.INFO, "Collector {0} takes flow records again.", collector);
    }
  }

  private void complain(IOException fault) {
    if (!complained) {
      complained = true;
      LOG.log(
          Level.WARNING,
          "Collector {0} takes no flow records ({1}); it is tried again every five seconds.",
          collector,
          fault.getMessage() == null ? fault : fault.getMessage());
    }
  }

  private void disconnect() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "The way to a collector was not closed.", e);
      }
      channel = null;
    }
  }

  /** Sends what there is, and ends. */
  @Override
  public void close() {
    ending = true;
    LockSupport.unpark(thread);
    try {
      thread.join(RETRY_NANOS / 1_000_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
