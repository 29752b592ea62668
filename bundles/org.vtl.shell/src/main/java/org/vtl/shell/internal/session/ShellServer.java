package org.vtl.shell.internal.session;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Serves sessions at a Unix socket that only its owner may open: mode 0600, in a folder of mode
 * 0700.
 *
 * <p>A client that is slow, silent or wrong concerns its own session only. When all sessions are
 * taken, the client that has kept VTL waiting longest makes room; when none has, the newcomer is
 * refused.
 */
public final class ShellServer implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long FAREWELL_MILLIS = 500;
  private static final long REST_NANOS = 50_000_000;

  private final Path socket;
  private final Shared shared;
  private final int most;
  private final LongSupplier nanoClock;
  private final ServerSocketChannel server;
  private final Set<SocketSession> sessions = ConcurrentHashMap.newKeySet();

  private ShellServer(
      Path socket, Shared shared, int most, LongSupplier nanoClock, ServerSocketChannel server) {
    this.socket = socket;
    this.shared = shared;
    this.most = most;
    this.nanoClock = nanoClock;
    this.server = server;
  }

  /**
   * Opens the socket and serves it until closed.
   *
   * @param socket its path; one that was left there is replaced
   * @param most sessions at a time
   * @throws IOException in one sentence, if it cannot be opened
   */
  public static ShellServer open(Path socket, Shared shared, int most, LongSupplier nanoClock)
      throws IOException {
    ServerSocketChannel server = null;
    try {
      prepareFolder(socket.toAbsolutePath().getParent());
      removeStale(socket);
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
      // In a folder that nobody else may enter, it is not reachable before this either.
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | UnsupportedOperationException e) {
      if (server != null) {
        server.close();
      }
      throw new IOException(
          "The shell's socket %s cannot be opened (%s); name another, of at most 107 bytes, by the framework property vtl.shell.socket."
              .formatted(socket, e.getMessage()),
          e);
    }
    return serve(socket, shared, most, nanoClock, server);
  }

  /** Serves {@code server}, which is bound to {@code socket}, until closed. */
  static ShellServer serve(
      Path socket, Shared shared, int most, LongSupplier nanoClock, ServerSocketChannel server) {
    ShellServer opened = new ShellServer(socket, shared, most, nanoClock, server);
    Thread.ofPlatform().daemon().name("vtl-shell-accept").start(opened::accept);
    return opened;
  }

  private static void prepareFolder(Path folder) throws IOException {
    var ownerOnly = PosixFilePermissions.fromString("rwx------");
    Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(ownerOnly));
    Files.setPosixFilePermissions(folder, ownerOnly);
  }

  private static void removeStale(Path socket) throws IOException {
    if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    BasicFileAttributes there =
        Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!there.isOther()) {
      throw new IOException("something else than a socket is there");
    }
    Files.delete(socket);
  }

  private void accept() {
    while (server.isOpen()) {
      SocketChannel channel;
      try {
        channel = server.accept();
      } catch (IOException e) {
        // Closed, or the system has no file left: others may give one back, so it is tried again.
        LockSupport.parkNanos(REST_NANOS);
        continue;
      }
      Peer peer = new Peer(channel, nanoClock);
      if (sessions.size() >= most && !makeRoom()) {
        refuse(peer);
      } else {
        start(new SocketSession(shared, peer));
      }
    }
  }

  private void start(SocketSession session) {
    sessions.add(session);
    Thread.ofPlatform()
        .daemon()
        .name("vtl-shell-session")
        .start(
            () -> {
              // JLine and Gogo look for classes through this loader, and find theirs without it.
              Thread.currentThread().setContextClassLoader(ShellServer.class.getClassLoader());
              try {
                session.run();
              } finally {
                sessions.remove(session);
              }
            });
  }

  private boolean makeRoom() {
    return sessions.stream()
        .filter(session -> session.peer().waitingNanos() > PATIENCE_NANOS)
        .max(Comparator.comparingLong(session -> session.peer().waitingNanos()))
        .map(
            session -> {
              sessions.remove(session);
              session.peer().close();
              return session;
            })
        .isPresent();
  }

  private void refuse(Peer peer) {
    byte[] sentence =
        "All %d sessions of VTL's shell are taken; leave one of them.\n"
            .formatted(most)
            .getBytes(StandardCharsets.UTF_8);
    Thread.ofPlatform()
        .daemon()
        .name("vtl-shell-refuse")
        .start(
            () -> {
              try (peer) {
                peer.write(Frames.ERROR, sentence, 0, sentence.length);
                peer.exit(1);
              } catch (IOException e) {
                // It left without waiting for the answer.
              }
            });
  }

  /** How many sessions there are. */
  public int sessions() {
    return sessions.size();
  }

  /**
   * Removes the socket and ends all sessions; commands under way have a moment to end by
   * themselves, as the one that stops VTL does.
   */
  @Override
  public void close() {
    try {
      server.close();
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      System.getLogger(ShellServer.class.getName())
          .log(System.Logger.Level.WARNING, "The shell''s socket is not removed: {0}", e);
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FAREWELL_MILLIS);
    try {
      while (System.nanoTime() < end
          && sessions.stream().anyMatch(session -> !session.isInteractive())) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sessions.forEach(session -> session.peer().close());
  }
}
