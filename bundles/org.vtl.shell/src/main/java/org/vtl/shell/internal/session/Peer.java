package org.vtl.shell.internal.session;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A client's end of the socket: frames in, frames out, and since when it has kept VTL waiting.
 *
 * <p>One thread reads; any may write. Frames are sent by a thread of the peer's own: Ctrl-C
 * interrupts the thread of a command, and an interrupt in the midst of a write would close the
 * channel.
 */
final class Peer implements AutoCloseable {
  private static final int FRAMES_WAITING = 16;
  private static final long NOT_WAITING = Long.MIN_VALUE;
  private static final Frames.Frame CLOSE = new Frames.Frame(0, new byte[0]);

  private final SocketChannel channel;
  private final DataInputStream in;
  private final OutputStream out;
  private final LongSupplier nanoClock;
  private final BlockingQueue<Frames.Frame> outgoing = new ArrayBlockingQueue<>(FRAMES_WAITING);
  private final CountDownLatch closed = new CountDownLatch(1);

  /** When VTL began to wait for the client: for its hello, or to read what was sent. */
  private volatile long waitingSince;

  Peer(SocketChannel channel, LongSupplier nanoClock) {
    this.channel = channel;
    this.nanoClock = nanoClock;
    this.in = new DataInputStream(Channels.newInputStream(channel));
    this.out = Channels.newOutputStream(channel);
    this.waitingSince = nanoClock.getAsLong();
    Thread.ofPlatform().daemon().name("vtl-shell-send").start(this::send);
  }

  /**
   * The client's first frame.
   *
   * @throws IOException if it breaks the protocol
   */
  Frames.Hello hello() throws IOException {
    Frames.Hello hello = Frames.hello(Frames.read(in));
    waitingSince = NOT_WAITING;
    return hello;
  }

  /** The next frame, null at the end. */
  Frames.Frame read() throws IOException {
    return Frames.read(in);
  }

  /**
   * Sends a frame; waits while the client does not read.
   *
   * @throws InterruptedIOException if interrupted; the peer stays usable
   */
  void write(int type, byte[] bytes, int offset, int length) throws IOException {
    byte[] payload = new byte[length];
    System.arraycopy(bytes, offset, payload, 0, length);
    try {
      enqueue(new Frames.Frame(type, payload));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the client did not read");
    }
  }

  private void enqueue(Frames.Frame frame) throws IOException, InterruptedException {
    do {
      if (!channel.isOpen()) {
        throw new IOException("the client is gone");
      }
    } while (!outgoing.offer(frame, 1, TimeUnit.SECONDS));
  }

  /** Sends the status, and closes once the client has read everything. */
  void exit(int status) {
    try {
      enqueue(new Frames.Frame(Frames.EXIT, new byte[] {0, 0, 0, (byte) status}));
      enqueue(CLOSE);
      closed.await();
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      close();
    }
  }

  private void send() {
    try {
      for (Frames.Frame frame = outgoing.take(); frame != CLOSE; frame = outgoing.take()) {
        waitingSince = nanoClock.getAsLong();
        Frames.write(out, frame.type(), frame.payload());
        waitingSince = NOT_WAITING;
      }
    } catch (IOException | InterruptedException e) {
      // The client is gone or was closed; whoever writes next is told.
    } finally {
      close();
    }
  }

  /** How long the client has kept VTL waiting; 0 when it does not. */
  long waitingNanos() {
    long since = waitingSince;
    return since == NOT_WAITING ? 0 : Math.max(0, nanoClock.getAsLong() - since);
  }

  /** Closes the socket, which ends reads and writes under way. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
    outgoing.clear();
    outgoing.offer(CLOSE);
    closed.countDown();
  }
}
