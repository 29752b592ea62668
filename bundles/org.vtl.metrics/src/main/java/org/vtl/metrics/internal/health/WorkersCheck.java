package org.vtl.metrics.internal.health;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.Result;
import org.vtl.packet.Packet;
import org.vtl.port.Fanout;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.VtlRuntime;

/** Whether each worker answers: each is asked about a connection that would be its own. */
final class WorkersCheck {
  /** Of 192.0.2.0/24, which is nobody's (RFC 5737). */
  private static final int NOBODY = 0xc0000200;

  private static final int LAST_HOST = 254;
  private static final long PATIENCE_MILLIS = 1_000;

  /** Links whose workers have not answered yet: each is asked once, not once a check. */
  private final Set<String> asked = ConcurrentHashMap.newKeySet();

  Result of(VtlRuntime runtime) {
    FormattingResultLog log = new FormattingResultLog();
    log.info("A worker has a second to answer."); // a log without a line is a warning
    for (LinkInfo link : runtime.links()) {
      int workers = link.workers().size();
      if (workers == 0) {
        continue;
      }
      if (answers(runtime, link.name(), workers)) {
        log.info("Link {}: {} of {} workers answer.", link.name(), workers, workers);
      } else {
        log.critical(
            "A worker of link {} does not answer within a second; the log says which service it is"
                + " in.",
            link.name());
      }
    }
    return new Result(log);
  }

  private boolean answers(VtlRuntime runtime, String link, int workers) {
    if (!asked.add(link)) {
      return false;
    }
    CompletableFuture<Void> answered = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("vtl-health-" + link)
        .start(
            () -> {
              try {
                for (int worker = 0; worker < workers; worker++) {
                  runtime.explain(link, connection(worker, workers));
                }
                answered.complete(null);
              } catch (RuntimeException e) {
                answered.completeExceptionally(e);
              } finally {
                asked.remove(link);
              }
            });
    try {
      answered.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true; // the link has gone meanwhile
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A connection of nobody's that would be this worker's. */
  static String connection(int worker, int workers) {
    for (int host = 2; host <= LAST_HOST; host++) {
      int owner =
          Fanout.worker(0, Packet.mapped(NOBODY | 1), 0, Packet.mapped(NOBODY | host), workers);
      if (owner == worker) {
        return "udp 192.0.2.1:9 to 192.0.2.%d:9".formatted(host);
      }
    }
    return "arp";
  }
}
