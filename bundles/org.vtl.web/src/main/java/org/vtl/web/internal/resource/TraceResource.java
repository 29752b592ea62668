package org.vtl.web.internal.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Refusal;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.runtime.TraceEvent;
import org.vtl.runtime.VtlRuntime;
import org.vtl.web.internal.Providers;

/** The next packets, stage by stage. */
public final class TraceResource implements ManagementResource {
  private static final int MOST = 1_000;
  private static final int MOST_SECONDS = 30;
  private static final int AT_ONCE = 4;
  private static final int TOO_MANY = 429;

  private final Providers providers;
  private final Semaphore running = new Semaphore(AT_ONCE);

  public TraceResource(Providers providers) {
    this.providers = providers;
  }

  @Override
  public String title() {
    return "Trace";
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
                "/trace",
                Role.VIEWER,
                "Follows the next packets that match; waits for them.",
                Shape.listOf(TraceEvent.class),
                this::trace)
            .with(
                Parameter.text(
                    "filter", 1_000, "Words as for connections, and \"dropped\"; empty for all."),
                Parameter.number("count", 10, 1, MOST, "How many packets at most."),
                Parameter.number("seconds", 5, 1, MOST_SECONDS, "How long to wait at most.")));
  }

  private Answer trace(Request request) {
    if (!running.tryAcquire()) {
      throw new Refusal(
          TOO_MANY, "%d traces run already; try again in a moment.".formatted(AT_ONCE));
    }
    try {
      return Answer.of(follow(request));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("VTL stops.", e);
    } finally {
      running.release();
    }
  }

  private List<TraceEvent> follow(Request request) throws InterruptedException {
    int count = (int) request.number("count");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(request.number("seconds"));
    BlockingQueue<TraceEvent> events = new ArrayBlockingQueue<>(count);
    List<TraceEvent> all = new ArrayList<>();
    try (VtlRuntime.Tracing tracing =
        providers.runtime().trace(request.text("filter"), count, events::offer)) {
      while (all.size() < count) {
        boolean done = tracing.isDone();
        TraceEvent next =
            events.poll(
                Math.min(end - System.nanoTime(), TimeUnit.MILLISECONDS.toNanos(100)),
                TimeUnit.NANOSECONDS);
        if (next != null) {
          all.add(next);
        } else if (done || System.nanoTime() >= end) {
          break;
        }
      }
    }
    return all;
  }
}
