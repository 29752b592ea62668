package org.vtl.tcp.internal.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.vtl.connection.Link;
import org.vtl.service.ServiceContext;
import org.vtl.tcp.RelayInfo;

/** Asks all workers for what only each itself may do. Any thread but a worker's. */
final class EveryWorker {
  private static final long ANSWER_SECONDS = 1;

  private final TcpService service;

  EveryWorker(TcpService service) {
    this.service = service;
  }

  /** Has each worker do {@code task} soon; the latch counts those that have not. */
  private CountDownLatch execute(Consumer<Worker> task) {
    ServiceContext engine = service.context();
    List<Link> links = new ArrayList<>();
    if (engine != null) {
      engine.links().forEach(links::add);
    }
    CountDownLatch left = new CountDownLatch(links.size());
    for (Link link : links) {
      link.execute(
          () -> {
            try {
              task.accept(service.worker(link));
            } finally {
              left.countDown();
            }
          });
    }
    return left;
  }

  /** Has all relays that are {@code meant} leave, soon. May be a worker's thread, too. */
  void leave(Predicate<LiveRelay> meant) {
    execute(
        worker -> {
          for (int i = worker.count() - 1; i >= 0; i--) {
            if (meant.test(worker.relay(i))) {
              worker.relay(i).leave();
            }
          }
        });
  }

  /** Ends all relays with a RST to each end; waits a second at most. */
  void abort() throws InterruptedException {
    execute(
            worker -> {
              for (int i = worker.count() - 1; i >= 0; i--) {
                worker.relay(i).abort();
              }
            })
        .await(ANSWER_SECONDS, TimeUnit.SECONDS);
  }

  /** What is known of relays, {@code limit} at most; waits a second at most for each to answer. */
  List<RelayInfo> relays(int limit) {
    List<RelayInfo> all = new ArrayList<>();
    CountDownLatch answers =
        execute(
            worker -> {
              List<RelayInfo> own = new ArrayList<>();
              for (int i = 0; i < worker.count() && i < limit; i++) {
                own.add(worker.relay(i).info(worker.now()));
              }
              synchronized (all) {
                all.addAll(own);
              }
            });
    try {
      answers.await(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (all) {
      return List.copyOf(all.subList(0, Math.min(limit, all.size())));
    }
  }
}
