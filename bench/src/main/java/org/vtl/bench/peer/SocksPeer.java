package org.vtl.bench.peer;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Both ends of what {@code ./vtl bench tor} measures: a server, and a client that reaches it as any
 * program does, or through a SOCKS5 server that it knows of (RFC 1928).
 */
public final class SocksPeer {
  private static final int BACKLOG = 4096;
  private static final int CHUNK = 1 << 18;
  private static final int PATIENCE_MILLIS = 20_000;
  private static final int WARM = 300;
  private static final byte ECHO = 'E';
  private static final byte DOWN = 'D';
  private static final byte UP = 'U';

  private final InetSocketAddress server;
  private final InetSocketAddress socks;

  private SocksPeer(InetSocketAddress server, InetSocketAddress socks) {
    this.server = server;
    this.socks = socks;
  }

  /**
   * Runs one end.
   *
   * <pre>
   * serve PORT                            until killed, from the line "ready"
   * first COUNT SERVER PORT [SOCKS PORT]  "first MEDIAN TENTH NINETIETH": microseconds from connect
   *                                       to the first byte, after as many to warm up
   * up|down MILLIS SERVER PORT [SOCKS PORT]  "moved BYTES NANOS", after a third of it to warm up
   * hold COUNT SERVER PORT [SOCKS PORT]   "held COUNT" once so many are open, each used; until killed
   * </pre>
   */
  public static void main(String[] words) throws Exception {
    int number = Integer.parseInt(words[1]);
    if (words[0].equals("serve")) {
      serve(number);
      return;
    }
    InetSocketAddress server = new InetSocketAddress(words[2], Integer.parseInt(words[3]));
    InetSocketAddress socks =
        words.length > 4 ? new InetSocketAddress(words[4], Integer.parseInt(words[5])) : null;
    SocksPeer peer = new SocksPeer(server, socks);
    switch (words[0]) {
      case "first" -> peer.first(number);
      case "up" -> peer.move(UP, number);
      case "down" -> peer.move(DOWN, number);
      case "hold" -> peer.hold(number);
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  private static void serve(int port) throws IOException {
    try (ServerSocket listener = new ServerSocket(port, BACKLOG)) {
      System.out.println("ready");
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    }
  }

  private static void serve(Socket socket) {
    byte[] bytes = new byte[1];
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      for (int what = in.read(); what >= 0; what = in.read()) {
        if (what == ECHO) {
          bytes[0] = (byte) what;
          out.write(bytes);
          continue;
        }
        byte[] chunk = new byte[CHUNK];
        while (what == DOWN || in.read(chunk) >= 0) {
          if (what == DOWN) {
            out.write(chunk);
          }
        }
        return;
      }
    } catch (IOException e) {
      // the client is gone
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.connect(socks == null ? server : socks, PATIENCE_MILLIS);
    if (socks != null) {
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      out.write(new byte[] {5, 1, 0});
      read(in, 2);
      byte[] request = Arrays.copyOf(new byte[] {5, 1, 0, 1}, 10);
      System.arraycopy(server.getAddress().getAddress(), 0, request, 4, 4);
      request[8] = (byte) (server.getPort() >> 8);
      request[9] = (byte) server.getPort();
      out.write(request);
      if (read(in, 10)[1] != 0) {
        throw new IOException("The SOCKS server does not connect.");
      }
    }
    return socket;
  }

  private static byte[] read(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("closed early");
    }
    return bytes;
  }

  private static void use(Socket socket) throws IOException {
    socket.getOutputStream().write(new byte[] {ECHO});
    read(socket.getInputStream(), 1);
  }

  private void first(int count) throws IOException {
    long[] micros = new long[count];
    for (int i = -WARM; i < count; i++) {
      long start = System.nanoTime();
      try (Socket socket = connect()) {
        use(socket);
        if (i >= 0) {
          micros[i] = (System.nanoTime() - start) / 1000;
        }
      }
    }
    Arrays.sort(micros);
    System.out.printf(
        "first %d %d %d%n", micros[count / 2], micros[count / 10], micros[count * 9 / 10]);
  }

  private void move(byte what, int millis) throws Exception {
    AtomicLong bytes = new AtomicLong();
    try (Socket socket = connect()) {
      socket.getOutputStream().write(new byte[] {what});
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                byte[] chunk = new byte[CHUNK];
                try {
                  while (true) {
                    if (what == UP) {
                      socket.getOutputStream().write(chunk);
                      bytes.addAndGet(CHUNK);
                    } else {
                      int read = socket.getInputStream().read(chunk);
                      if (read < 0) {
                        return;
                      }
                      bytes.addAndGet(read);
                    }
                  }
                } catch (IOException e) {
                  // closed
                }
              });
      TimeUnit.MILLISECONDS.sleep(millis / 3);
      long from = bytes.get();
      long start = System.nanoTime();
      TimeUnit.MILLISECONDS.sleep(millis);
      System.out.printf("moved %d %d%n", bytes.get() - from, System.nanoTime() - start);
    }
  }

  private void hold(int count) throws Exception {
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Socket socket = connect();
      use(socket);
      open.add(socket);
    }
    System.out.printf("held %d%n", open.size());
    new CountDownLatch(1).await();
  }
}
