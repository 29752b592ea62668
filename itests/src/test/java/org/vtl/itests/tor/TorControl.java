package org.vtl.itests.tor;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vtl.lab.internal.NetworkNamespace;
import org.vtl.lab.internal.tor.TorPlan;

/**
 * What the Tor client says of its streams at its control port (Tor's control-spec, sections 3.5,
 * 3.4 and 4.1.2): Tor's own word of what went through it. All methods from any thread.
 */
final class TorControl implements AutoCloseable {
  private static final Pattern STREAM =
      Pattern.compile("650 STREAM (\\d+) (\\w+) (\\d+) (\\S+?):(\\d+)( .*)?");
  private static final Pattern USER = Pattern.compile("SOCKS_USERNAME=\"([^\"]*)\"");
  private static final int PATIENCE_SECONDS = 15;
  private static final int SETTLE_MILLIS = 1500;

  private final Socket socket;
  private final Map<String, Stream> streams = new LinkedHashMap<>();
  private int heard;
  private final List<String> warnings = new ArrayList<>();

  /**
   * A stream of a client's.
   *
   * @param target the name or address that was asked for
   * @param circuit the circuit it was attached to; empty: none
   * @param user the user that the client named, on which isolation rests
   * @param succeeded whether the far end was reached
   */
  record Stream(String target, int port, String circuit, String user, boolean succeeded) {}

  /** At the control port of the client in {@code place}. */
  TorControl(NetworkNamespace place, Path clientFolder) throws IOException {
    socket =
        place.call(
            () -> {
              Socket made = new Socket();
              made.connect(new InetSocketAddress("127.0.0.1", TorPlan.CONTROL_PORT));
              return made;
            });
    BufferedReader lines =
        new BufferedReader(
            new java.io.InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    byte[] cookie = Files.readAllBytes(clientFolder.resolve("control_auth_cookie"));
    ask(lines, "AUTHENTICATE " + HexFormat.of().formatHex(cookie));
    ask(lines, "SETEVENTS STREAM STATUS_CLIENT");
    Thread.ofPlatform().daemon().name("tor-control").start(() -> listen(lines));
  }

  private void ask(BufferedReader lines, String words) throws IOException {
    socket.getOutputStream().write((words + "\r\n").getBytes(StandardCharsets.US_ASCII));
    String answer = lines.readLine();
    if (answer == null || !answer.startsWith("250")) {
      throw new IOException("Tor does not take " + words.split(" ")[0] + ": " + answer);
    }
  }

  private void listen(BufferedReader lines) {
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        hear(line);
      }
    } catch (IOException e) {
      // closed
    }
  }

  private synchronized void hear(String line) {
    heard++;
    Matcher found = STREAM.matcher(line);
    if (line.contains("DANGEROUS_SOCKS")) {
      warnings.add(line);
    } else if (found.matches()) {
      Stream before = streams.get(found.group(1));
      String rest = found.group(6) == null ? "" : found.group(6);
      Matcher user = USER.matcher(rest);
      if (before == null && found.group(2).startsWith("NEW") && rest.contains("PURPOSE=USER")) {
        streams.put(
            found.group(1),
            new Stream(
                found.group(4),
                Integer.parseInt(found.group(5)),
                "",
                user.find() ? user.group(1) : "",
                false));
      } else if (before != null) {
        streams.put(
            found.group(1),
            new Stream(
                before.target(),
                before.port(),
                found.group(3).equals("0") ? before.circuit() : found.group(3),
                before.user(),
                before.succeeded() || found.group(2).equals("SUCCEEDED")));
      }
    }
    notifyAll();
  }

  /**
   * Waits until Tor, which tells what happens in batches, has had nothing to tell for a while.
   *
   * @return how many streams there have been
   */
  synchronized int settled() throws InterruptedException {
    int before;
    do {
      before = heard;
      wait(SETTLE_MILLIS);
    } while (heard != before);
    return streams.size();
  }

  /** Waits until {@code count} streams more than {@code before} have reached their end. */
  synchronized List<Stream> awaitStreams(int before, int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (since(before).size() < count && System.nanoTime() < end) {
      wait(100);
    }
    return since(before);
  }

  private List<Stream> since(int before) {
    return streams.values().stream().skip(before).filter(Stream::succeeded).toList();
  }

  /**
   * Tor's warnings that a client asked for an address and may have asked for its name elsewhere.
   */
  synchronized List<String> warnings() {
    return List.copyOf(warnings);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
