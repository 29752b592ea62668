package org.vtl.service.tor.internal.control;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A control port that answers as a test says, one connection after the other. */
final class FakeTor implements AutoCloseable {
  final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final ServerSocket server;
  private volatile Socket current;
  private volatile UnaryOperator<String> answers;

  /** Answers each line by what {@code answers} makes of it, null for hanging up. */
  FakeTor(UnaryOperator<String> answers) throws IOException {
    this.answers = answers;
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  SocketAddress address() {
    return new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
  }

  void answer(UnaryOperator<String> others) {
    answers = others;
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        current = socket;
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          asked.add(line);
          String answer = answers.apply(line);
          if (answer == null) {
            break;
          }
          say(answer);
        }
      } catch (IOException | UncheckedIOException e) {
        // the next one
      }
    }
  }

  /** Says something that nobody asked. */
  void say(String text) {
    try {
      OutputStream out = current.getOutputStream();
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the connection there is. */
  void hangUp() throws IOException {
    current.close();
  }

  /** Waits until a line that begins with {@code start} is asked, and returns it. */
  String await(String start) throws InterruptedException {
    while (true) {
      String line = asked.poll(10, TimeUnit.SECONDS);
      if (line == null || line.startsWith(start)) {
        return line;
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    if (current != null) {
      current.close();
    }
  }
}
