package org.vtl.service.tor.internal.control;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A connection to Tor's control port: asks and waits for replies, and hands events on. A thread of
 * its own reads. {@link #ask} from any thread, one after the other.
 */
final class ControlConnection implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;
  private static final ControlMessage OVER = new ControlMessage(0, java.util.List.of());

  private final SocketChannel channel;
  private final Consumer<ControlMessage> events;
  private final Runnable lost;
  private final BlockingQueue<ControlMessage> replies = new ArrayBlockingQueue<>(64);
  private volatile boolean closed;

  /**
   * Connects to {@code address}.
   *
   * @param events gets each event, on the reading thread
   * @param lost told once, on the reading thread, when nothing more comes
   */
  ControlConnection(SocketAddress address, Consumer<ControlMessage> events, Runnable lost)
      throws IOException {
    this.events = events;
    this.lost = lost;
    boolean local = address instanceof UnixDomainSocketAddress;
    channel = local ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
    try {
      channel.connect(address);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    Thread.ofVirtual().name("vtl-tor-control").start(this::read);
  }

  private void read() {
    ControlReader reader =
        new ControlReader(new BufferedInputStream(Channels.newInputStream(channel)));
    try {
      while (true) {
        ControlMessage message = reader.read();
        if (message.isEvent()) {
          events.accept(message);
        } else if (!replies.offer(message)) {
          throw new IOException("Tor answers what nobody asked.");
        }
      }
    } catch (IOException | RuntimeException e) {
      // the end of it, whatever it was
    } finally {
      close();
      lost.run();
    }
  }

  /**
   * Sends {@code command}, one line, and waits for the reply.
   *
   * @throws IOException if there is none within ten seconds, or the connection is lost
   */
  synchronized ControlMessage ask(String command) throws IOException {
    if (command.indexOf('\n') >= 0 || command.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("A command has one line.");
    }
    if (closed) {
      throw new IOException("The connection to Tor's control port is lost.");
    }
    ByteBuffer bytes = ByteBuffer.wrap((command + "\r\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    try {
      ControlMessage reply = replies.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (reply == null) {
        close(); // a reply that comes later would be taken for the next one
        throw new IOException("Tor's control port does not answer.");
      }
      if (reply == OVER) {
        throw new IOException("The connection to Tor's control port is lost.");
      }
      return reply;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while Tor's control port was asked.", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    replies.offer(OVER);
    try {
      channel.close();
    } catch (IOException e) {
      // what is closed is closed
    }
  }
}
