package org.vtl.lab.internal.tor;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.vtl.lab.internal.traffic.Site;

/**
 * The web beyond the exits: an HTTP/1.1 server that says from where it is reached, and remembers.
 *
 * <p>{@code /} is a sentence, {@code /address} the client's address alone, {@code /bytes/N} N bytes
 * that are the same each time. All methods from any thread.
 */
public final class WebServer implements AutoCloseable {
  /**
   * A request that was answered.
   *
   * @param client the address that the connection came from
   * @param host what the client calls this server; empty when it does not say
   * @param path what it asked for
   */
  public record Visit(String client, String host, String path) {}

  static final int PORT = 80;
  private static final int BACKLOG = 1024;
  private static final int REMEMBERED = 10_000;
  private static final int LONGEST_LINE = 8192;
  private static final byte[] PATTERN = new byte[1 << 16];

  static {
    new Random(1).nextBytes(PATTERN);
  }

  private final ServerSocket listener;
  private final Deque<Visit> visits = new ArrayDeque<>();

  private WebServer(ServerSocket listener) {
    this.listener = listener;
  }

  /** Starts one at port 80 of all addresses of {@code site}. */
  static WebServer start(Site site) throws IOException {
    WebServer server = new WebServer(site.call(() -> new ServerSocket(PORT, BACKLOG)));
    Thread.ofPlatform().daemon().name("vtl-lab-web").start(server::accept);
    return server;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      String request = line(in);
      while (!request.isEmpty()) {
        String host = "";
        boolean last = request.endsWith("HTTP/1.0");
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
          if (header.regionMatches(true, 0, "Host:", 0, 5)) {
            host = header.substring(5).strip();
          }
          last |= header.equalsIgnoreCase("Connection: close");
        }
        String[] words = request.split(" ");
        String path = words.length > 1 ? words[1] : "";
        remember(new Visit(name(socket.getInetAddress()), host, path));
        answer(socket, host, path, words[0].equals("HEAD"));
        request = last ? "" : line(in);
      }
    } catch (IOException | NumberFormatException e) {
      // The client is gone, or speaks something else.
    }
  }

  private static void answer(Socket socket, String host, String path, boolean headOnly)
      throws IOException {
    String client = name(socket.getInetAddress());
    OutputStream out = socket.getOutputStream();
    if (path.startsWith("/bytes/")) {
      long length = Math.max(0, Long.parseLong(path.substring("/bytes/".length())));
      out.write(head("200 OK", "application/octet-stream", length));
      for (long left = headOnly ? 0 : length; left > 0; left -= PATTERN.length) {
        out.write(PATTERN, 0, (int) Math.min(PATTERN.length, left));
      }
      return;
    }
    String text =
        switch (path) {
          case "/" ->
              "This is %s. You reach it from %s, which is %s.%n"
                  .formatted(
                      host.isEmpty() ? "the web beyond the exits" : host,
                      client,
                      TorPlan.exits().contains(client)
                          ? "a Tor exit"
                          : client.equals(TorPlan.ONION) ? "the onion service's" : "no Tor exit");
          case "/address" -> client + "\n";
          default -> "There is nothing at " + path + "; try /, /address or /bytes/1000.\n";
        };
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    boolean found = path.equals("/") || path.equals("/address");
    byte[] head = head(found ? "200 OK" : "404 Not Found", "text/plain", body.length);
    byte[] all = new byte[head.length + (headOnly ? 0 : body.length)];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, all.length - head.length);
    out.write(all);
  }

  private static byte[] head(String status, String type, long length) {
    return "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
        .formatted(status, type, length)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (line.length() == LONGEST_LINE) {
        throw new IOException("A line of the request is longer than " + LONGEST_LINE + ".");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /** An address as it is usually written. */
  private static String name(InetAddress address) {
    return address.getHostAddress().replaceFirst("(^|:)0(:0)+(:|$)", "::");
  }

  private synchronized void remember(Visit visit) {
    if (visits.size() == REMEMBERED) {
      visits.removeFirst();
    }
    visits.addLast(visit);
  }

  /** The last 10,000 requests, the oldest first. */
  public synchronized List<Visit> visits() {
    return new ArrayList<>(visits);
  }

  /** SHA-256's input for {@code /bytes/N}: the bytes from {@code position} on, up to 65,536. */
  public static byte[] bytes(long length, long position) {
    return java.util.Arrays.copyOf(
        PATTERN, (int) Math.min(PATTERN.length, Math.max(0, length - position)));
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
