package org.vtl.web.internal.live;

import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.vtl.web.internal.identity.Identity;

/**
 * Somebody who watches. What is for the viewer waits in a queue that never holds anybody up: who
 * does not read fast enough is sent away. From any thread.
 */
public final class Viewer {
  private static final int WAITING = 512;

  private final Identity identity;
  private final Set<String> topics;
  private final String filter;
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(WAITING);
  private final AtomicReference<String> end = new AtomicReference<>();

  /**
   * A viewer of topics.
   *
   * @param filter which packets to trace
   */
  Viewer(Identity identity, Set<String> topics, String filter) {
    this.identity = identity;
    this.topics = Set.copyOf(topics);
    this.filter = filter;
  }

  Identity identity() {
    return identity;
  }

  String filter() {
    return filter;
  }

  boolean watches(String topic) {
    return topics.contains(topic) && end.get() == null;
  }

  /** Puts an event into the queue, as it goes over the wire. */
  void offer(String event) {
    if (!waiting.offer(event)) {
      close("This viewer reads too slowly; open the stream again.");
    }
  }

  /** Puts an event that may be left out into the queue, if it is not more than half full. */
  boolean offerIfRoom(String event) {
    return waiting.size() < WAITING / 2 && waiting.offer(event);
  }

  /** Ends it, with the reason in one sentence. */
  void close(String reason) {
    end.compareAndSet(null, reason);
  }

  /** Why it has ended; null while it has not. */
  String end() {
    return end.get();
  }

  /** The next event; null when none came within a second. */
  String next() throws InterruptedException {
    return waiting.poll(1, TimeUnit.SECONDS);
  }
}
