package org.vtl.lab.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.lab.internal.traffic.Ping;
import org.vtl.lab.internal.traffic.TcpTransfer;

@Timeout(60)
class NetworkNamespaceTest {
  @BeforeAll
  static void needsRoot() throws Exception {
    assumeTrue(
        run("unshare", "--net", "true") == 0,
        "Network namespaces need root; run the build as root, or in \"unshare -Urn\".");
  }

  @Test
  void programsAndFilesAreInTheNamespace() throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create("test")) {
      String inside = Files.readSymbolicLink(namespace.path()).toString();
      assertNotEquals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")).toString(), inside);
      Process program = namespace.start(new ProcessBuilder("readlink", "/proc/self/ns/net"));
      assertEquals(inside, output(program));
      assertEquals(0, program.waitFor());
      // Two lines of heading, and loopback.
      assertEquals(
          3, namespace.call(() -> Files.readAllLines(Path.of("/proc/thread-self/net/dev"))).size());
    }
  }

  @Test
  void socketsStayInTheNamespaceThatOpenedThem() throws Exception {
    try (NetworkNamespace vm = NetworkNamespace.create("vm");
        NetworkNamespace net = NetworkNamespace.create("net")) {
      join(vm, net);
      assertEquals(
          3, Ping.run(vm, InetAddress.getByName("192.0.2.2"), 3, 2000).answered(), "IPv4 echo");
      assertEquals(
          3, Ping.run(vm, InetAddress.getByName("2001:db8::2"), 3, 2000).answered(), "IPv6 echo");
      TcpTransfer transfer = TcpTransfer.start(vm, net, new InetSocketAddress("192.0.2.2", 0), 0);
      await(() -> transfer.sent() > 10_000_000);
      TcpTransfer.Result result = transfer.finish();
      assertTrue(result.intact(), result.failure());
    }
  }

  @Test
  void endsWithItsPrograms() throws Exception {
    NetworkNamespace namespace = NetworkNamespace.create("test");
    String inside = Files.readSymbolicLink(namespace.path()).toString();
    Process program = namespace.start(new ProcessBuilder("sh", "-c", "sleep 600 & sleep 600"));
    await(() -> holders(inside) >= 5);
    namespace.close();
    assertTrue(program.waitFor(5, TimeUnit.SECONDS));
    await(() -> holders(inside) == 0);
    assertThrows(IOException.class, () -> namespace.call(() -> 1));
  }

  @Test
  void killedProcessLeavesNothing() throws Exception {
    leavesNothing("unshare", "--net");
  }

  @Test
  void killedProcessOfAnyUserLeavesNothing() throws Exception {
    List<String> user = List.of("setpriv", "--reuid", "65534", "--clear-groups");
    List<String> namespace = List.of("unshare", "--user", "--map-root-user", "--net");
    List<String> both = new ArrayList<>(user);
    both.addAll(namespace);
    List<String> words = new ArrayList<>(both);
    words.add("true");
    assumeTrue(
        run(words.toArray(String[]::new)) == 0,
        "This kernel does not let a user make a user namespace.");
    leavesNothing(both.toArray(String[]::new));
  }

  /** Kills a holder as no handler can see, and looks for its namespaces. */
  private static void leavesNothing(String... isolation) throws Exception {
    // The user nobody cannot read the build's folder.
    Path classes = Files.createTempDirectory("vtl-lab-classes");
    try {
      for (String part : System.getProperty("java.class.path").split(":")) {
        if (part.endsWith("classes")) {
          copy(Path.of(part), classes);
        }
      }
      List<String> words = new ArrayList<>(Arrays.asList(isolation));
      words.addAll(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              classes.toString(),
              NamespaceHolder.class.getName()));
      Process holder = new ProcessBuilder(words).redirectErrorStream(true).start();
      String line;
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
        line = reader.readLine();
        assertNotNull(line);
        assertTrue(line.startsWith("net:["), line);
        for (String namespace : line.split(" ")) {
          await(() -> holders(namespace) >= 5);
        }
        holder.destroyForcibly().waitFor();
      }
      for (String namespace : line.split(" ")) {
        await(() -> holders(namespace) == 0);
      }
    } finally {
      run("rm", "-rf", classes.toString());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    to.toFile().setReadable(true, false);
    to.toFile().setExecutable(true, false);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  private static void join(NetworkNamespace vm, NetworkNamespace net) throws IOException {
    Ip.run(
        vm,
        "link add eth0 type veth peer name eth0 netns "
            + net.path()
            + "\naddr add 192.0.2.1/24 dev eth0\naddr add 2001:db8::1/64 dev eth0 nodad\n"
            + "link set eth0 up\n");
    Ip.run(
        net,
        "addr add 192.0.2.2/24 dev eth0\naddr add 2001:db8::2/64 dev eth0 nodad\n"
            + "link set eth0 up\n");
  }

  /** How many threads of any process are in the namespace. */
  private static long holders(String namespace) {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> process.getFileName().toString().matches("[0-9]+"))
          .flatMap(NetworkNamespaceTest::threads)
          .filter(thread -> isIn(thread, namespace))
          .count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stream<Path> threads(Path process) {
    try (Stream<Path> threads = Files.list(process.resolve("task"))) {
      return threads.toList().stream();
    } catch (IOException | UncheckedIOException e) {
      return Stream.empty();
    }
  }

  private static boolean isIn(Path thread, String namespace) {
    try {
      return Files.readSymbolicLink(thread.resolve("ns/net")).toString().equals(namespace);
    } catch (IOException e) {
      return false;
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertFalse(System.nanoTime() > end, "it did not come about in 20 s");
      Thread.sleep(10);
    }
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  private static int run(String... words) throws Exception {
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
