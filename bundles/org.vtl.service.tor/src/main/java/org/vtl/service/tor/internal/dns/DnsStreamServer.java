package org.vtl.service.tor.internal.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * DNS over TCP (RFC 7766) for the guests of all links: a relay brings a guest's stream to the local
 * socket of its link, where its questions are answered one after the other.
 *
 * <pre>{@code
 * SocketAddress address = server.open("vm1", names); // what the Dialer of port 53 returns
 * }</pre>
 *
 * <p>One thread serves them all. A link has {@value #MOST_STREAMS} streams at most, each of which
 * ends after {@value #IDLE_SECONDS} seconds without a question (RFC 7766 section 6.1), at a message
 * that cannot be one, and when the guest does not take its answers. Methods: any thread.
 */
public final class DnsStreamServer implements AutoCloseable {
  /** Streams of one link at once. */
  static final int MOST_STREAMS = 64;

  private static final int IDLE_SECONDS = 30;
  private static final long IDLE_NANOS = IDLE_SECONDS * 1_000_000_000L;
  private static final long SWEEP_MILLIS = 1_000;

  /** A link's socket, and the streams that came by it. */
  private static final class Door {
    final LinkNames names;
    final DnsResponder responder;
    final Path path;
    final ServerSocketChannel socket;
    int streams;

    Door(LinkNames names, Path path, ServerSocketChannel socket) {
      this.names = names;
      this.responder = names.responder();
      this.path = path;
      this.socket = socket;
    }
  }

  private final Path directory;
  private final Selector selector;
  private final Thread thread;
  private final Map<String, Door> doors = new ConcurrentHashMap<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private int count;
  private volatile boolean closed;

  /**
   * A server without a link yet, its sockets in {@code directory}, which must exist and be this
   * user's alone (the path of a socket has 108 bytes at most).
   *
   * @throws UncheckedIOException if the system gives no selector
   */
  public DnsStreamServer(Path directory) {
    this.directory = directory;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread = Thread.ofPlatform().daemon().name("vtl-tor-dns").start(this::serve);
  }

  /**
   * Where the streams of {@code link} are to be brought; the same again for a link that has a
   * socket. Its questions are answered with {@code names}.
   *
   * @throws IOException if the socket cannot be made
   */
  public synchronized UnixDomainSocketAddress open(String link, LinkNames names)
      throws IOException {
    Door known = doors.get(link);
    if (known != null && known.names == names) {
      return UnixDomainSocketAddress.of(known.path);
    }
    close(link);
    Path path = directory.resolve("dns-" + count++);
    Files.deleteIfExists(path);
    ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      socket.bind(UnixDomainSocketAddress.of(path), MOST_STREAMS);
      socket.configureBlocking(false);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    Door door = new Door(names, path, socket);
    doors.put(link, door);
    run(() -> socket.register(selector, SelectionKey.OP_ACCEPT, door));
    return UnixDomainSocketAddress.of(path);
  }

  /** Ends the socket of {@code link}, if it has one; streams that came by it live on. */
  public synchronized void close(String link) {
    Door door = doors.remove(link);
    if (door != null) {
      close(door);
    }
  }

  private void close(Door door) {
    run(door.socket::close);
    try {
      Files.deleteIfExists(door.path);
    } catch (IOException e) {
      // It stays behind in a directory that is deleted with what is in it.
      System.getLogger(DnsStreamServer.class.getName())
          .log(System.Logger.Level.DEBUG, "A socket was not deleted.", e);
    }
  }

  /** Ends all sockets and streams, and the thread. */
  @Override
  public synchronized void close() {
    closed = true;
    doors.values().forEach(this::close);
    doors.clear();
    selector.wakeup();
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- the thread ------------------------------------------------------------------------------

  /** What may fail as input and output do. */
  @FunctionalInterface
  private interface Task {
    void run() throws IOException;
  }

  private void run(Task task) {
    tasks.add(
        () -> {
          try {
            task.run();
          } catch (IOException e) {
            System.getLogger(DnsStreamServer.class.getName())
                .log(System.Logger.Level.WARNING, "DNS over TCP: a socket failed.", e);
          }
        });
    selector.wakeup();
  }

  private void serve() {
    try (selector) {
      while (!closed) {
        selector.select(this::ready, SWEEP_MILLIS);
        runTasks();
        sweep(System.nanoTime());
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      runTasks();
    } catch (IOException e) {
      System.getLogger(DnsStreamServer.class.getName())
          .log(System.Logger.Level.ERROR, "DNS over TCP has ended: its selector failed.", e);
    }
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  private void ready(SelectionKey key) {
    if (!key.isValid()) {
      return;
    }
    if (key.attachment() instanceof DnsStream stream) {
      stream.ready();
    } else if (key.attachment() instanceof Door door) {
      accept(door);
    }
  }

  private void accept(Door door) {
    try {
      SocketChannel channel = door.socket.accept();
      if (channel == null) {
        return;
      }
      if (door.streams >= MOST_STREAMS) {
        door.names.counters().count(DnsOutcome.STREAMS_LIMITED);
        channel.close();
        return;
      }
      channel.configureBlocking(false);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      door.streams++;
      key.attach(new DnsStream(key, channel, door.responder, this::later, () -> door.streams--));
    } catch (IOException e) {
      // The guest's relay ended before it was accepted, or the system has no more files: the
      // stream is over, and the next attempt comes with the next stream.
      door.names.counters().count(DnsOutcome.STREAMS_LIMITED);
    }
  }

  /** Runs {@code task} on the thread. */
  private void later(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  private void sweep(long now) {
    for (SelectionKey key : selector.keys()) {
      if (key.attachment() instanceof DnsStream stream && stream.idleSince() - now < -IDLE_NANOS) {
        stream.close();
      }
    }
  }
}
