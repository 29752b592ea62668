package org.vtl.itests;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A program for a host of the lab: many connections that stay open and send both ways at once, each
 * stream followed by its SHA-256 and the end of the stream, which the other end checks.
 *
 * <pre>
 * HashedStreams serve PORT COUNT BYTES_PER_SECOND SECONDS
 * HashedStreams open HOST PORT COUNT BYTES_PER_SECOND SECONDS
 * </pre>
 *
 * <p>With system property {@code streams.whole=true} an end closes a connection only when it has
 * both sent and received all of it: for networks that, as Tor, know no connection that is closed in
 * one direction.
 *
 * <p>Each says {@code ready} once all connections are open, and at its end {@code intact N broken N
 * bytes N} with the first error.
 */
public final class HashedStreams {
  private static final int DIGEST = 32;
  private static final int STEPS_PER_SECOND = 5;
  private static final int PATIENCE_MILLIS = 60_000;
  private static final boolean WHOLE = Boolean.getBoolean("streams.whole");

  private final int count;
  private final int bytesPerSecond;
  private final int seconds;
  private final AtomicInteger intact = new AtomicInteger();
  private final AtomicInteger broken = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();
  private final CountDownLatch ended;
  private volatile String error = "";

  private HashedStreams(int count, int bytesPerSecond, int seconds) {
    this.count = count;
    this.bytesPerSecond = bytesPerSecond;
    this.seconds = seconds;
    ended = new CountDownLatch(2 * count);
  }

  /** Runs one end; see above. */
  public static void main(String[] words) throws Exception {
    int last = words.length;
    HashedStreams streams =
        new HashedStreams(
            Integer.parseInt(words[last - 3]),
            Integer.parseInt(words[last - 2]),
            Integer.parseInt(words[last - 1]));
    if (words[0].equals("serve")) {
      streams.serve(Integer.parseInt(words[1]));
    } else {
      streams.open(new InetSocketAddress(words[1], Integer.parseInt(words[2])));
    }
    System.out.printf("ready%n");
    streams.ended.await();
    System.out.printf(
        "intact %d broken %d bytes %d %s%n",
        streams.intact.get(), streams.broken.get(), streams.bytes.get(), streams.error);
  }

  private void serve(int port) throws IOException {
    try (ServerSocket listener = new ServerSocket(port, count)) {
      System.out.printf("listening%n");
      for (int i = 0; i < count; i++) {
        run(listener.accept(), i);
      }
    }
  }

  private void open(InetSocketAddress to) throws IOException {
    for (int i = 0; i < count; i++) {
      Socket socket = new Socket();
      socket.connect(to, PATIENCE_MILLIS);
      run(socket, i + count);
    }
  }

  private void run(Socket socket, int seed) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    CountDownLatch received = new CountDownLatch(WHOLE ? 1 : 0);
    Thread.ofVirtual().start(() -> end(() -> send(socket, seed, received), socket));
    Thread.ofVirtual().start(() -> end(() -> receive(socket, received), socket));
  }

  private interface Work {
    void run() throws Exception;
  }

  private void end(Work work, Socket socket) {
    try {
      work.run();
      intact.incrementAndGet();
    } catch (Exception e) {
      broken.incrementAndGet();
      error = socket.getRemoteSocketAddress() + " " + e;
    } finally {
      ended.countDown();
    }
  }

  private void send(Socket socket, int seed, CountDownLatch received) throws Exception {
    OutputStream out = socket.getOutputStream();
    MessageDigest digest = sha256();
    Random random = new Random(seed);
    byte[] chunk = new byte[bytesPerSecond / STEPS_PER_SECOND];
    // Not all at the same moment.
    Thread.sleep(random.nextInt(1_000 / STEPS_PER_SECOND));
    for (int i = 0; i < seconds * STEPS_PER_SECOND; i++) {
      random.nextBytes(chunk);
      digest.update(chunk);
      out.write(chunk);
      Thread.sleep(1_000 / STEPS_PER_SECOND);
    }
    out.write(digest.digest());
    received.await();
    socket.shutdownOutput();
  }

  private void receive(Socket socket, CountDownLatch received) throws Exception {
    try {
      receive(socket);
    } finally {
      received.countDown();
    }
  }

  private void receive(Socket socket) throws Exception {
    long left =
        WHOLE
            ? DIGEST + (long) seconds * STEPS_PER_SECOND * (bytesPerSecond / STEPS_PER_SECOND)
            : Long.MAX_VALUE;
    InputStream in = socket.getInputStream();
    MessageDigest digest = sha256();
    byte[] buffer = new byte[DIGEST + (16 << 10)];
    int held = 0; // what may be the stream's digest is not digested
    for (int read; left > 0 && (read = in.read(buffer, held, buffer.length - held)) >= 0; ) {
      held += read;
      left -= read;
      int sure = Math.max(0, held - DIGEST);
      digest.update(buffer, 0, sure);
      bytes.addAndGet(sure);
      System.arraycopy(buffer, sure, buffer, 0, held - sure);
      held -= sure;
    }
    if (held < DIGEST) {
      throw new EOFException("the stream ended without its digest");
    }
    if (!Arrays.equals(digest.digest(), Arrays.copyOf(buffer, DIGEST))) {
      throw new IOException("the bytes received are others");
    }
  }

  private static MessageDigest sha256() throws NoSuchAlgorithmException {
    return MessageDigest.getInstance("SHA-256");
  }
}
