package org.vtl.tcp.internal.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One thread that waits for all relays' sockets. What is ready is told once, and is waited for
 * again only when it is asked for; the reading and writing is the workers'. It starts with the
 * first socket.
 */
final class Readiness implements AutoCloseable {
  /** Hears what its socket is ready for, on the waiting thread. */
  interface Listener {
    void ready(int operations);
  }

  private Selector selector;
  private volatile boolean closing;

  /** Has {@code listener} told what {@code channel} is ready for; nothing is waited for yet. */
  SelectionKey add(SocketChannel channel, Listener listener) throws ClosedChannelException {
    return channel.register(selector(), 0, listener);
  }

  private synchronized Selector selector() {
    if (selector == null) {
      try {
        selector = Selector.open();
      } catch (IOException e) {
        throw new UncheckedIOException("No selector for the sockets of relays can be opened.", e);
      }
      Thread.ofPlatform().name("vtl-tcp-sockets").daemon().start(this::run);
    }
    return selector;
  }

  /** Waits for {@code operations}, too. Any thread. */
  static void await(SelectionKey key, int operations) {
    try {
      if ((key.interestOpsOr(operations) & operations) != operations) {
        key.selector().wakeup();
      }
    } catch (CancelledKeyException e) {
      // the socket was closed meanwhile: nothing of it is waited for
    }
  }

  private void run() {
    while (!closing) {
      try {
        selector.select(Readiness::tell);
      } catch (IOException e) {
        System.getLogger(Readiness.class.getName())
            .log(System.Logger.Level.ERROR, "The sockets of relays cannot be waited for.", e);
        return;
      }
    }
  }

  private static void tell(SelectionKey key) {
    try {
      int ready = key.readyOps();
      key.interestOpsAnd(~ready);
      ((Listener) key.attachment()).ready(ready);
    } catch (CancelledKeyException e) {
      // the socket was closed between the two
    }
  }

  @Override
  public synchronized void close() {
    closing = true;
    if (selector != null) {
      try {
        selector.close();
      } catch (IOException e) {
        throw new UncheckedIOException("The selector for the sockets of relays is not closed.", e);
      }
    }
  }
}
