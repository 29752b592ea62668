package org.vtl.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.vtl.bench.peer.SocksPeer;

/**
 * A host that knows nothing of SOCKS, what carries its connections, and a SOCKS server with the
 * server that they are for.
 *
 * <pre>
 *   host a                   middle                       host b
 *   a0 10.1.0.2 ------- m0 [ carrier ] m1 ------------- b0 10.2.0.2:1080 a SOCKS server
 *                                                       lo 198.51.100.10 the server
 * </pre>
 */
final class TorBed implements AutoCloseable {
  static final String SERVER = "198.51.100.10";
  static final String SOCKS = "10.2.0.2";
  static final int SOCKS_PORT = 1080;
  static final String MIDDLE = "10.1.0.1";
  private static final int PORT = 7000;
  private static final int START_MILLIS = 300;

  private final SocksCarrier carrier;
  private final SocksServer server;
  private final Path folder;
  private final List<Program> programs = new CopyOnWriteArrayList<>();
  private final Namespace a;
  private final Namespace middle;
  private final Namespace b;

  /** With {@code server}, whose files go to {@code folder}. */
  TorBed(SocksCarrier carrier, SocksServer server, Path folder) {
    this.carrier = carrier;
    this.server = server;
    this.folder = folder;
    String name = carrier.name().replaceAll("[^a-z0-9]", "");
    a = new Namespace(name + "_a");
    middle = new Namespace(name + "_m");
    b = new Namespace(name + "_b");
  }

  /** Starts servers and carrier. */
  void start() {
    for (Namespace one : List.of(a, middle, b)) {
      one.ip("link", "set", "lo", "up");
    }
    middle.ip("link", "add", "m0", "type", "veth", "peer", "name", "a0", "netns", a.name());
    middle.ip("link", "add", "m1", "type", "veth", "peer", "name", "b0", "netns", b.name());
    middle.ip("link", "add", "m2", "type", "veth", "peer", "name", "n2");
    for (String device : List.of("m0", "m1", "m2", "n2")) {
      middle.ip("link", "set", device, "up");
    }
    a.ip("address", "add", "10.1.0.2/24", "dev", "a0");
    a.ip("link", "set", "a0", "up");
    a.ip("route", "add", "default", "via", MIDDLE);
    middle.ip("address", "add", "10.2.0.1/24", "dev", "m1");
    b.ip("address", "add", SOCKS + "/24", "dev", "b0");
    b.ip("link", "set", "b0", "up");
    b.ip("address", "add", SERVER + "/32", "dev", "lo");
    b.ip("route", "add", "10.1.0.0/24", "via", "10.2.0.1");
    Program echo = Program.start(b.inside(java(List.of("serve", Integer.toString(PORT)))));
    programs.add(echo);
    echo.await("ready", 20);
    echo.ignore();
    Program socks = Program.start(b.inside(server.words(folder)));
    socks.ignore();
    programs.add(socks);
    Program.pause(START_MILLIS);
    if (!socks.isAlive()) {
      throw new BenchException(
          server.program() + " ended at its start: run it by hand for its reason.");
    }
    carrier.start(middle);
  }

  /** Has {@code middle} forward as a router, with an address at the host's side. */
  static void route(Namespace middle) {
    middle.ip("address", "add", MIDDLE + "/24", "dev", "m0");
    middle.write("net/ipv4/ip_forward", "1");
    middle.write("net/ipv4/conf/all/rp_filter", "0");
    middle.write("net/ipv4/conf/m0/rp_filter", "0");
  }

  /** Starts {@link SocksPeer} with {@code words} and the addresses, in the host. */
  Program client(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(SERVER, Integer.toString(PORT)));
    if (carrier.speaksSocks()) {
      all.addAll(List.of(SOCKS, Integer.toString(SOCKS_PORT)));
    }
    Program client = Program.start(a.inside(java(all)));
    programs.add(client);
    return client;
  }

  /** The words before a program that opens as many files as it may. */
  static List<String> manyFiles() {
    return new ArrayList<>(List.of("sh", "-c", "ulimit -n $(ulimit -Hn); exec \"$0\" \"$@\""));
  }

  private static List<String> java(List<String> words) {
    List<String> all = manyFiles();
    all.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    all.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m", "-cp"));
    all.add(System.getProperty("java.class.path"));
    all.add(SocksPeer.class.getName());
    all.addAll(words);
    return all;
  }

  String name() {
    return carrier.name();
  }

  /** MiB that the carrier holds now; NaN: it has no process. */
  double residentMebibytes() {
    return carrier.pid() == 0 ? Double.NaN : Resident.mebibytes(carrier.pid());
  }

  @Override
  public void close() {
    programs.forEach(Program::close);
    carrier.close();
    a.close();
    middle.close();
    b.close();
  }
}
