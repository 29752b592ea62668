package org.vtl.web.internal.live;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.vtl.management.Refusal;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.VtlRuntime;
import org.vtl.text.Json;
import org.vtl.web.internal.Providers;

/**
 * Tells all viewers what happens. One thread looks at the engine once a second for all of them, and
 * only while there are any: a page that nobody has open costs nothing.
 */
public final class Hub implements AutoCloseable {
  /** What can be watched. */
  public static final List<String> TOPICS =
      List.of("links", "services", "drops", "trace", "log", "jobs");

  private static final System.Logger LOG = System.getLogger(Hub.class.getName());
  private static final int MOST = 64;
  private static final int MOST_OF_A_USER = 32;
  private static final int TRACED = 50;
  private static final long SECOND_MILLIS = 1_000;
  private static final double NANOS = 1e9;
  private static final int BITS = 8;

  private final Providers providers;
  private final List<Viewer> viewers = new CopyOnWriteArrayList<>();
  private final Map<Viewer, VtlRuntime.Tracing> traces = new HashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final Object lock = new Object();
  private Thread sampler;
  private boolean closed;

  private Map<String, LinkInfo> lastLinks = Map.of();
  private Map<String, Long> lastDrops = Map.of();
  private Map<String, Long> lastPackets = Map.of();
  private long lastNanos;

  /**
   * A link, and how fast it goes.
   *
   * @param link as it is now
   * @param outboundPacketsPerSecond from the VM, over the last second
   * @param outboundBitsPerSecond from the VM
   * @param inboundPacketsPerSecond from the network
   * @param inboundBitsPerSecond from the network
   * @param droppedPerSecond packets
   */
  public record LinkSample(
      LinkInfo link,
      double outboundPacketsPerSecond,
      double outboundBitsPerSecond,
      double inboundPacketsPerSecond,
      double inboundBitsPerSecond,
      double droppedPerSecond) {}

  /** A service, and how many packets it sees a second. */
  public record ServiceSample(ServiceInfo service, double packetsPerSecond) {}

  /** A reason for drops, and how many there are of it a second. */
  public record DropSample(CounterInfo counter, double perSecond) {}

  /** All links, services or drops at a moment; {@code time} in milliseconds since 1970. */
  private record Samples(long time, List<?> samples) {}

  public Hub(Providers providers) {
    this.providers = providers;
  }

  /** Adds a viewer, and wakes the thread that looks. */
  void add(Viewer viewer) {
    synchronized (lock) {
      if (closed || viewers.size() >= MOST) {
        throw new Refusal(503, "%d pages watch already; close one.".formatted(viewers.size()));
      }
      String user = viewer.identity().user();
      long own = viewers.stream().filter(each -> each.identity().user().equals(user)).count();
      if (own >= MOST_OF_A_USER) {
        throw new Refusal(503, "%d pages of %s watch already; close one.".formatted(own, user));
      }
      viewers.add(viewer);
      if (sampler == null) {
        sampler = Thread.ofPlatform().daemon().name("vtl-web-sampler").start(this::run);
      }
    }
  }

  void remove(Viewer viewer) {
    synchronized (lock) {
      viewers.remove(viewer);
      VtlRuntime.Tracing trace = traces.remove(viewer);
      if (trace != null) {
        trace.close();
      }
    }
  }

  /** Tells everybody who watches {@code topic}. From any thread; never waits. */
  public void publish(String topic, Object data) {
    String event = null;
    for (Viewer viewer : viewers) {
      if (viewer.watches(topic)) {
        event = event == null ? event(topic, data) : event;
        viewer.offer(event);
      }
    }
  }

  private String event(String topic, Object data) {
    // JSON on one line: a line break would end the field (HTML, section 9.2.6).
    return "event: %s\nid: %d\ndata: %s\n\n"
        .formatted(topic, numbers.incrementAndGet(), Json.of(data));
  }

  private boolean isWatched(String topic) {
    return viewers.stream().anyMatch(viewer -> viewer.watches(topic));
  }

  private void run() {
    try {
      while (true) {
        synchronized (lock) {
          if (closed || viewers.isEmpty()) {
            sampler = null;
            return;
          }
        }
        try {
          providers.presentRuntime().ifPresent(this::sample);
        } catch (RuntimeException e) {
          LOG.log(Level.WARNING, "The engine was not looked at; it is tried again.", e);
        }
        Thread.sleep(SECOND_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sample(VtlRuntime runtime) {
    long now = System.nanoTime();
    double seconds = Math.max(1e-3, (now - lastNanos) / NANOS);
    long time = System.currentTimeMillis();
    lastNanos = now;
    if (isWatched("links")) {
      Map<String, LinkInfo> next = new HashMap<>();
      List<LinkSample> samples = new ArrayList<>();
      for (LinkInfo link : runtime.links()) {
        next.put(link.name(), link);
        samples.add(sample(link, lastLinks.getOrDefault(link.name(), link), seconds));
      }
      lastLinks = next;
      publish("links", new Samples(time, samples));
    }
    if (isWatched("services")) {
      Map<String, Long> next = new HashMap<>();
      List<ServiceSample> samples = new ArrayList<>();
      for (ServiceInfo service : runtime.services()) {
        long before = lastPackets.getOrDefault(service.name(), service.packets());
        next.put(service.name(), service.packets());
        samples.add(new ServiceSample(service, Math.max(0, service.packets() - before) / seconds));
      }
      lastPackets = next;
      publish("services", new Samples(time, samples));
    }
    if (isWatched("drops")) {
      drops(runtime, time, seconds);
    }
    if (isWatched("trace")) {
      viewers.stream().filter(viewer -> viewer.watches("trace")).forEach(v -> trace(runtime, v));
    }
  }

  private static LinkSample sample(LinkInfo now, LinkInfo then, double seconds) {
    return new LinkSample(
        now,
        Math.max(0, now.outboundPackets() - then.outboundPackets()) / seconds,
        Math.max(0, now.outboundBytes() - then.outboundBytes()) * BITS / seconds,
        Math.max(0, now.inboundPackets() - then.inboundPackets()) / seconds,
        Math.max(0, now.inboundBytes() - then.inboundBytes()) * BITS / seconds,
        Math.max(0, now.dropped() - then.dropped()) / seconds);
  }

  private void drops(VtlRuntime runtime, long time, double seconds) {
    Map<String, Long> next = new HashMap<>();
    List<DropSample> samples = new ArrayList<>();
    for (CounterInfo counter : runtime.counters()) {
      if (counter.drop() && counter.value() > 0) {
        String key = counter.link() + " " + counter.name();
        next.put(key, counter.value());
        long before = lastDrops.getOrDefault(key, lastDrops.isEmpty() ? counter.value() : 0);
        samples.add(new DropSample(counter, Math.max(0, counter.value() - before) / seconds));
      }
    }
    lastDrops = next;
    publish("drops", new Samples(time, samples));
  }

  /** A few packets each second, so that somebody who watches slows nobody down. */
  private void trace(VtlRuntime runtime, Viewer viewer) {
    synchronized (lock) {
      VtlRuntime.Tracing before = traces.remove(viewer);
      if (before != null) {
        before.close();
      }
      if (viewers.contains(viewer)) {
        traces.put(
            viewer,
            runtime.trace(
                viewer.filter(), TRACED, each -> viewer.offerIfRoom(event("trace", each))));
      }
    }
  }

  /** Sends all viewers away. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      viewers.forEach(viewer -> viewer.close("VTL's web bundle stops."));
      traces.values().forEach(VtlRuntime.Tracing::close);
      traces.clear();
      if (sampler != null) {
        sampler.interrupt();
      }
    }
  }
}
