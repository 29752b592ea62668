package org.vtl.itests.tor;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vtl.itests.HashedStreams;
import org.vtl.lab.internal.NetworkNamespace;
import org.vtl.lab.internal.tor.TorPlan;

/** Servers beyond the exits: TLS, HTTP/2, an echo, and the far end of many streams. */
final class Internet implements AutoCloseable {
  static final int TLS_PORT = 8443;
  static final int HTTP2_PORT = 8444;
  static final int ECHO_PORT = 7007;
  static final int STREAMS_PORT = 5001;
  private static final int BACKLOG = 1024;

  private final NetworkNamespace place;
  private final Path folder;
  private final List<Process> programs = new ArrayList<>();
  private final ServerSocket echo;

  /** Starts all but the far end of the streams; keys and a page are made in {@code folder}. */
  Internet(NetworkNamespace place, Path folder) throws IOException, InterruptedException {
    this.place = place;
    this.folder = Files.createDirectories(folder);
    certificate();
    Files.writeString(folder.resolve("index.html"), "by HTTP/2\n");
    begin(
        "openssl",
        "s_server",
        "-quiet",
        "-accept",
        Integer.toString(TLS_PORT),
        "-cert",
        folder.resolve("cert.pem").toString(),
        "-key",
        folder.resolve("key.pem").toString(),
        "-www");
    begin(
        "nghttpd",
        "-d",
        folder.toString(),
        Integer.toString(HTTP2_PORT),
        folder.resolve("key.pem").toString(),
        folder.resolve("cert.pem").toString());
    echo = place.call(() -> new ServerSocket(ECHO_PORT, BACKLOG));
    Thread.ofPlatform().daemon().name("echo").start(this::echo);
  }

  private void certificate() throws IOException, InterruptedException {
    Process made =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=" + TorPlan.WEB_NAME,
                "-addext",
                "subjectAltName=DNS:" + TorPlan.WEB_NAME,
                "-keyout",
                folder.resolve("key.pem").toString(),
                "-out",
                folder.resolve("cert.pem").toString())
            .redirectErrorStream(true)
            .start();
    String said = TorSite.said(made);
    if (made.exitValue() != 0) {
      throw new IOException("No certificate could be made: " + said);
    }
  }

  /** The certificate that clients trust. */
  String authority() {
    return folder.resolve("cert.pem").toString();
  }

  private Process begin(String... words) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve(words[0] + ".log").toFile());
    Process process = place.start(builder);
    programs.add(process);
    return process;
  }

  private void echo() {
    try {
      while (true) {
        Socket socket = echo.accept();
        Thread.ofVirtual()
            .start(
                () -> {
                  try (socket) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                  } catch (IOException e) {
                    // the client is gone
                  }
                });
      }
    } catch (IOException e) {
      // closed
    }
  }

  /** Starts the far end of {@code count} streams. */
  BufferedReader streams(int count, int bytesPerSecond, int seconds) throws IOException {
    Process server = place.start(new ProcessBuilder(java("serve", count, bytesPerSecond, seconds)));
    programs.add(server);
    BufferedReader said = server.inputReader();
    String first = said.readLine();
    if (!"listening".equals(first)) {
      throw new IOException("The streams' far end says: " + first);
    }
    return said;
  }

  /** The words of one end of many streams; {@code end} is serve, or open and the far end's name. */
  static List<String> java(String end, int count, int bytesPerSecond, int seconds) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    // Each is the first process of its PID namespace, and the file is named by that.
    words.addAll(List.of("-XX:-UsePerfData", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    words.addAll(List.of("-Xmx128m", "-Dstreams.whole=true", "-cp"));
    words.add(HashedStreams.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    words.add(HashedStreams.class.getName());
    words.addAll(List.of(end.split(" ")));
    for (int number : new int[] {STREAMS_PORT, count, bytesPerSecond, seconds}) {
      words.add(Integer.toString(number));
    }
    return words;
  }

  @Override
  public void close() throws IOException {
    programs.forEach(Process::destroyForcibly);
    echo.close();
  }
}
