package org.vtl.itests.tcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One end of one transfer on a connected socket: sends and reads at the same time. */
final class TransferEnd {
  /** What is written and read at a time. */
  static final int CHUNK = 16 << 10;

  private final Socket socket;
  private final Transfer.Part part;
  private final Content own;
  private final Content others;
  private final int seconds;
  private final MessageDigest sentDigest = sha256();
  private final MessageDigest receivedDigest = sha256();
  private final CountDownLatch otherHasEnded = new CountDownLatch(1);
  private volatile boolean brokenOff;
  private volatile long sent;
  private volatile long received;
  private volatile boolean intact = true;
  private volatile String sending = "";
  private volatile String reading = "";

  /**
   * The end of {@code transfer} at {@code socket}.
   *
   * @param client whether it opened the connection
   * @param seconds how long it may stand still
   */
  TransferEnd(Socket socket, long seed, Transfer transfer, boolean client, int seconds) {
    this.socket = socket;
    this.seconds = seconds;
    part = client ? transfer.client() : transfer.server();
    own = new Content(seed, transfer.index(), client);
    others = new Content(seed, transfer.index(), !client);
  }

  /** Runs it to its end, and says how it went: {@link Outcome#line}. */
  Outcome run() throws InterruptedException, IOException {
    socket.setSoTimeout(seconds * 1000);
    Thread sender = Thread.ofVirtual().start(this::send);
    read();
    otherHasEnded.countDown();
    sender.join(TimeUnit.SECONDS.toMillis(seconds));
    String how = sender.isAlive() ? Outcome.STILL : sending;
    socket.close();
    sender.join();
    return new Outcome(sent, hex(sentDigest), how, received, hex(receivedDigest), reading, intact);
  }

  private void send() {
    byte[] chunk = new byte[CHUNK];
    long target = part.manner() == Transfer.Manner.RESET ? part.cut() : part.bytes();
    try {
      if (part.manner() == Transfer.Manner.AFTERWARDS) {
        otherHasEnded.await();
      }
      OutputStream out = socket.getOutputStream();
      while (sent < target) {
        int count = (int) Math.min(CHUNK, target - sent);
        own.next(chunk, count);
        sentDigest.update(chunk, 0, count);
        out.write(chunk, 0, count);
        sent += count;
      }
      if (part.manner() == Transfer.Manner.RESET) {
        brokenOff = true;
        socket.setSoLinger(true, 0);
        socket.close();
        sending = Outcome.OWN;
      } else {
        socket.shutdownOutput();
        sending = Outcome.ENDED;
      }
    } catch (IOException e) {
      sending = brokenOff ? Outcome.OWN : Outcome.of(e);
    } catch (InterruptedException e) {
      sending = Outcome.STILL;
    }
  }

  private void read() {
    byte[] chunk = new byte[CHUNK];
    byte[] expected = new byte[CHUNK];
    long target = part.manner() == Transfer.Manner.QUIT ? part.cut() : Long.MAX_VALUE;
    try {
      InputStream in = socket.getInputStream();
      while (received < target) {
        int count = in.read(chunk, 0, (int) Math.min(CHUNK, target - received));
        if (count < 0) {
          reading = Outcome.ENDED;
          return;
        }
        others.next(expected, count);
        intact &= Arrays.equals(chunk, 0, count, expected, 0, count);
        receivedDigest.update(chunk, 0, count);
        received += count;
      }
      brokenOff = true;
      reading = Outcome.OWN;
      socket.close();
    } catch (SocketTimeoutException e) {
      reading = Outcome.STILL;
    } catch (IOException e) {
      reading = brokenOff ? Outcome.OWN : Outcome.of(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }
}
