package org.vtl.itests.opponent;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * A transfer at a steady rate beside connections that say nothing until it is over; three programs.
 *
 * <pre>
 * Download serve PORT                                  sends to whoever asks
 * Download take ADDRESS PORT MILLISECONDS IDLE         says what came: "bytes=... intact=true
 *                                                      stall=MILLISECONDS kept=IDLE"
 * Download visit ADDRESS PORT MILLISECONDS             opens a connection ten times a second, says
 *                                                      "tried=... served=..."
 * </pre>
 */
final class Download {
  private static final int CHUNK = 16_384;
  private static final int BYTES_PER_SECOND = 4_000_000;
  private static final long VISIT_NANOS = 100_000_000;
  private static final int ECHO = 1;
  private static final int SEND = 2;
  private static final int TIMEOUT_MILLIS = 20_000;

  private Download() {}

  public static void main(String[] words) throws IOException {
    if (words[0].equals("serve")) {
      serve(Integer.parseInt(words[1]));
      return;
    }
    InetSocketAddress server = new InetSocketAddress(words[1], Integer.parseInt(words[2]));
    long millis = Long.parseLong(words[3]);
    if (words[0].equals("take")) {
      take(server, millis, Integer.parseInt(words[4]));
    } else {
      visit(server, millis);
    }
  }

  @SuppressWarnings("resource")
  private static void serve(int port) throws IOException {
    ServerSocket server = new ServerSocket(port, 1024);
    System.out.println("ready");
    while (true) {
      Socket socket = server.accept();
      Thread.ofVirtual().start(() -> answer(socket));
    }
  }

  private static void answer(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      int what = socket.getInputStream().read();
      if (what == ECHO) {
        // One byte to say that it is here, one for each that comes.
        for (int next = ECHO; next >= 0; next = socket.getInputStream().read()) {
          socket.getOutputStream().write(next);
        }
      } else if (what == SEND) {
        send(socket);
      }
    } catch (IOException e) {
      // the other end has gone
    }
  }

  private static void send(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    DataOutputStream out = new DataOutputStream(socket.getOutputStream());
    long end = System.nanoTime() + in.readLong() * 1_000_000;
    SplittableRandom random = new SplittableRandom(7);
    byte[] chunk = new byte[CHUNK];
    CRC32C sum = new CRC32C();
    long pause = 1_000_000_000L * CHUNK / BYTES_PER_SECOND;
    for (long next = System.nanoTime(); next < end; next += pause) {
      random.nextBytes(chunk);
      sum.update(chunk);
      out.writeInt(CHUNK);
      out.write(chunk);
      LockSupport.parkNanos(next - System.nanoTime());
    }
    out.writeInt(0);
    out.writeLong(sum.getValue());
  }

  private static void take(InetSocketAddress server, long millis, int idle) throws IOException {
    List<Socket> others = new ArrayList<>();
    for (int i = 0; i < idle; i++) {
      Socket socket = open(server, ECHO);
      socket.getInputStream().read();
      others.add(socket);
    }
    try (Socket socket = open(server, SEND)) {
      new DataOutputStream(socket.getOutputStream()).writeLong(millis);
      System.out.println("ready");
      DataInputStream in = new DataInputStream(socket.getInputStream());
      CRC32C sum = new CRC32C();
      byte[] chunk = new byte[CHUNK];
      long bytes = 0;
      long longest = 0;
      long last = System.nanoTime();
      for (int length = in.readInt(); length > 0; length = in.readInt()) {
        in.readFully(chunk, 0, length);
        sum.update(chunk, 0, length);
        bytes += length;
        long now = System.nanoTime();
        longest = Math.max(longest, now - last);
        last = now;
      }
      boolean intact = in.readLong() == sum.getValue();
      System.out.printf(
          "bytes=%d intact=%s stall=%d kept=%d%n",
          bytes, intact, longest / 1_000_000, others.stream().filter(Download::answers).count());
    }
  }

  private static void visit(InetSocketAddress server, long millis) {
    AtomicInteger served = new AtomicInteger();
    int tried = 0;
    try (ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
      long end = System.nanoTime() + millis * 1_000_000;
      for (; System.nanoTime() < end; tried++) {
        visitors.execute(() -> served.addAndGet(isServed(server) ? 1 : 0));
        LockSupport.parkNanos(VISIT_NANOS);
      }
    }
    System.out.printf("tried=%d served=%d%n", tried, served.get());
  }

  private static boolean isServed(InetSocketAddress server) {
    try (Socket socket = open(server, ECHO)) {
      return socket.getInputStream().read() == ECHO;
    } catch (IOException e) {
      return false;
    }
  }

  private static Socket open(InetSocketAddress server, int what) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(server, TIMEOUT_MILLIS);
    socket.getOutputStream().write(what);
    return socket;
  }

  private static boolean answers(Socket socket) {
    try (socket) {
      socket.getOutputStream().write(ECHO);
      return socket.getInputStream().read() == ECHO;
    } catch (IOException e) {
      return false;
    }
  }
}
