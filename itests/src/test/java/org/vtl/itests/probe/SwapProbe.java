package org.vtl.itests.probe;

import java.lang.ref.WeakReference;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;

/**
 * A service that notices when it is called after its bundle was stopped. What it notices is kept
 * with the virtual machine, where it outlives every version of the service, in classes of the JDK
 * alone.
 */
public final class SwapProbe implements PacketService {
  private final AtomicLong calls = shared("vtl.probe.calls");
  private final AtomicLong stale = shared("vtl.probe.stale");
  private volatile boolean stopped;

  /** Called by Declarative Services, for one class loader again whenever the priority changes. */
  void activate() {
    loaders().add(new WeakReference<>(SwapProbe.class.getClassLoader()));
  }

  /** Called by Declarative Services, after the engine has let go. */
  void deactivate() {
    stopped = true;
  }

  @Override
  public Verdict process(Packet packet, Connection connection) {
    calls.incrementAndGet();
    if (stopped) {
      stale.incrementAndGet();
    }
    return Verdict.CONTINUE;
  }

  /** Gogo's {@code probe:report}: calls, calls after the end, activations, loaders alive. */
  public String report() throws InterruptedException {
    long alive = 0;
    for (int i = 0; i < 20; i++) {
      System.gc();
      alive =
          loaders().stream().map(WeakReference::get).filter(Objects::nonNull).distinct().count();
      if (alive <= 2) {
        break;
      }
      Thread.sleep(50);
    }
    return "calls=%d stale=%d activated=%d alive=%d"
        .formatted(calls.get(), stale.get(), loaders().size(), alive);
  }

  private static AtomicLong shared(String name) {
    return (AtomicLong) System.getProperties().computeIfAbsent(name, key -> new AtomicLong());
  }

  @SuppressWarnings("unchecked")
  private static Queue<WeakReference<ClassLoader>> loaders() {
    return (Queue<WeakReference<ClassLoader>>)
        System.getProperties()
            .computeIfAbsent("vtl.probe.loaders", key -> new ConcurrentLinkedQueue<>());
  }
}
