package org.vtl.service.tor.internal;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The streams there are, and the last ones that failed. Any thread. */
final class Streams {
  private static final int FAILED = 200;

  private final Map<Long, Stream> open = new ConcurrentHashMap<>();
  private final ArrayDeque<Stream> failed = new ArrayDeque<>();

  void add(Stream stream) {
    open.put(stream.connection, stream);
  }

  /** The stream of a connection; null if it is not known here. */
  Stream of(long connection) {
    return open.get(connection);
  }

  /** The stream's connection has ended. */
  void end(Stream stream) {
    open.remove(stream.connection, stream);
    if (stream.failure() == null && !stream.isEstablished()) {
      stream.refused("It ended before Tor had answered: the VM gave up, or Tor is not there.");
    }
    if (stream.failure() != null) {
      note(stream);
    }
  }

  /** One that failed without ever being open. */
  void note(Stream stream) {
    synchronized (failed) {
      failed.addLast(stream);
      if (failed.size() > FAILED) {
        failed.removeFirst();
      }
    }
  }

  /** The last {@code limit} that failed, the newest last. */
  List<Stream> failed(int limit) {
    synchronized (failed) {
      List<Stream> all = List.copyOf(failed);
      return all.subList(Math.max(0, all.size() - limit), all.size());
    }
  }
}
