package org.vtl.itests.tor;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vtl.lab.internal.HostNames;
import org.vtl.lab.internal.Ip;
import org.vtl.lab.internal.NetworkNamespace;
import org.vtl.lab.internal.tor.TorNetwork;
import org.vtl.lab.internal.tor.TorNode;
import org.vtl.lab.internal.tor.TorPlan;

/**
 * A VM, VTL as a process of its own, the network that the VM must not reach, and a Tor network.
 *
 * <pre>
 *   vm                    middle                                net
 *   eth0 10.10.0.1 -- vm0 [ VTL ] net0 ----------------------- eth0 10.10.0.2 (the detector)
 *        fd10::1          a Tor client, tor0 -- relays -- exits -- internet
 * </pre>
 *
 * VTL and the Tor client start and end on their own; hosts and cables outlive both. All of it ends
 * with this process.
 */
final class TorSite implements AutoCloseable {
  static final String SERVICE = "org.vtl.service.tor";
  static final Path SERVICE_BUILT = Path.of(System.getProperty("vtl.root"), "bundles", SERVICE);

  private static final Path FOLDER = Path.of(System.getProperty("vtl.folder"));
  private static final String OWN_TOR =
      """
      #!/bin/sh
      [ -e '%s' ] && exit 1
      exec tor "$@"
      """;
  private static final String GATEWAY = "10.10.0.254";
  private static final int START_SECONDS = 60;
  private static final int READY_SECONDS = 90;
  private static final int PAUSE_MILLIS = 50;

  private final NetworkNamespace vm = NetworkNamespace.create("vm");
  private final NetworkNamespace middle = NetworkNamespace.create("middle");
  private final NetworkNamespace net = NetworkNamespace.create("net");
  private final Path folder;
  private final Path etc;
  private final Path data;
  private final HostNames names;
  private TorNetwork network;
  private TorNode client;
  private Process vtl;

  /** Hosts and cables, and VTL's configuration; nothing runs. */
  TorSite(Path folder) throws IOException {
    this.folder = folder;
    data = Files.createDirectories(folder.resolve("vtl"));
    etc = Files.createDirectories(data.resolve("etc"));
    Files.createDirectories(data.resolve("deploy"));
    names = HostNames.from(folder.resolve("names"), GATEWAY);
    Ip.run(middle, "link set lo up\n");
    cable(vm, "vm0", Frames.VM_MAC, Frames.VM, Frames.VM6, Frames.LINK_LOCAL);
    cable(net, "net0", Frames.NET_MAC, Frames.NET, Frames.NET6, "fe80::2");
    Ip.run(
        vm,
        "route add default via %s\nroute add default via fe80::fe dev eth0\n".formatted(GATEWAY));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(FOLDER.resolve("etc"))) {
      for (Path file : files) {
        Files.copy(file, etc.resolve(file.getFileName()));
      }
    }
    configureTor("\"isolation\": \"vm\"");
    configureLink("\"required\": [\"tor\", \"tor-guard\"]");
  }

  private void cable(
      NetworkNamespace host, String port, String mac, String ipv4, String ipv6, String linkLocal)
      throws IOException {
    Ip.run(
        middle,
        """
        link add %1$s type veth peer name eth0 address %2$s netns %3$s
        link set %1$s addrgenmode none
        link set %1$s up
        """
            .formatted(port, mac.replaceAll("(..)(?!$)", "$1:"), host.path()));
    Ip.run(
        host,
        """
        link set lo up
        link set eth0 addrgenmode none
        addr add %s/24 dev eth0
        addr add %s/64 dev eth0 nodad
        addr add %s/64 dev eth0 nodad
        link set eth0 up
        """
            .formatted(ipv4, ipv6, linkLocal));
  }

  /** Writes the link's configuration file; {@code keys} are JSON after those of the ports. */
  void configureLink(String keys) throws IOException {
    Files.writeString(
        etc.resolve("org.vtl.link~site.cfg.json"),
        "{ \"vm.port\": \"packet:vm0\", \"network.port\": \"packet:net0\", " + keys + " }\n");
  }

  /** Writes the service's configuration file; {@code keys} are JSON after those of the client. */
  void configureTor(String keys) throws IOException {
    Files.writeString(
        etc.resolve(SERVICE + ".cfg.json"),
        "{ \"manage\": false, \"socks\": \"127.0.0.1:%d\", \"control\": \"127.0.0.1:%d\", %s }\n"
            .formatted(TorPlan.SOCKS_PORT, TorPlan.CONTROL_PORT, keys));
  }

  /** Has VTL run a Tor of its own, which is a client of the network; the client is no more used. */
  void configureOwnTor() throws IOException {
    Path program = Files.writeString(folder.resolve("own-tor"), OWN_TOR.formatted(down()));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    String lines =
        network.clientLines().stream()
            .map(line -> '"' + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
            .collect(Collectors.joining(", "));
    Files.writeString(
        etc.resolve(SERVICE + ".cfg.json"),
        "{ \"manage\": true, \"tor.program\": \"%s\", \"tor.user\": \"\", \"tor.options\": [ %s ] }\n"
            .formatted(program, lines));
  }

  /** While this file exists, VTL's own Tor ends at each start. */
  Path down() {
    return folder.resolve("own-tor-down");
  }

  /** VTL's own Tor: as many as run. */
  List<ProcessHandle> ownTor() {
    return vtl.toHandle()
        .descendants()
        .filter(one -> one.info().command().orElse("").endsWith("/tor"))
        .toList();
  }

  /** Starts the Tor network, without a client. */
  void startNetwork() throws IOException, InterruptedException {
    network = TorNetwork.start(folder.resolve("tor"), middle, step -> {});
  }

  /** Starts the Tor client that VTL uses; it is ready when this returns. */
  void startClient() throws IOException, InterruptedException {
    client = network.startClient("client", percent -> {});
    client.awaitReady(READY_SECONDS);
  }

  /** Kills the Tor client. */
  void killClient() {
    client.close();
  }

  /** Starts VTL with {@code features} besides those it comes with, and waits for its shell. */
  void startVtl(String features) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.addAll(List.of(FOLDER.resolve("bin/vtl").toString(), "run", "--no-shell"));
    words.addAll(List.of("--config", etc.toString(), "--data", data.toString()));
    if (!features.isEmpty()) {
      words.addAll(List.of("--with", features));
    }
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true);
    builder.environment().merge("PATH", "/usr/sbin:/sbin", (a, b) -> a + ":" + b);
    builder
        .environment()
        .put(
            "VTL_JAVA_OPTS",
            "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xms32m -Xmn8m -XX:MetaspaceSize=96m"
                + " -Dvtl.deploy="
                + data.resolve("deploy"));
    Files.deleteIfExists(data.resolve("run/shell.sock"));
    vtl = middle.start(builder);
    Process started = vtl;
    Thread.ofPlatform().daemon().start(() -> drain(started));
    await("VTL's shell", START_SECONDS, () -> shell("links", "--json"), said -> said.contains("{"));
  }

  private static void drain(Process process) {
    try {
      process.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // it has ended
    }
  }

  /** Ends VTL as {@code kill -9} does, and waits until it is gone. */
  void killVtl() throws InterruptedException {
    vtl.destroyForcibly();
    vtl.waitFor();
  }

  /** What a question is answered, whatever happens meanwhile. */
  interface Question {
    String ask() throws IOException, InterruptedException;
  }

  /** Asks until the answer fits. */
  String await(String what, int seconds, Question question, Predicate<String> fits)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    String said = question.ask();
    while (!fits.test(said)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(what + " did not come:\n" + said + "\n" + log());
      }
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      said = question.ask();
    }
    return said;
  }

  /** Waits until the VM reaches the web through Tor. */
  void awaitWeb() throws IOException, InterruptedException {
    await(
        "The web server's answer",
        READY_SECONDS,
        () -> inVm("curl", "-sS", "-m", "10", "http://" + TorPlan.WEB_NAME + "/address"),
        TorPlan.exits()::contains);
  }

  /** Runs a command of VTL's shell, and returns what it printed, whatever its status. */
  String shell(String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    all.addAll(List.of(FOLDER.resolve("bin/vtl").toString(), "shell", "--data", data.toString()));
    all.addAll(List.of(words));
    return said(new ProcessBuilder(all).redirectErrorStream(true).start());
  }

  /** Starts a program in the VM, which asks the VM's gateway for names. */
  Process start(String... words) throws IOException {
    return vm.start(
        new ProcessBuilder(names.before(List.of(words)))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true));
  }

  /** Runs a program in the VM, and returns what it printed, whatever its status. */
  String inVm(String... words) throws IOException, InterruptedException {
    return said(start(words));
  }

  /** What a program says until its end. */
  static String said(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.strip();
  }

  /** Switches an interface in the middle off or on. */
  void set(String device, String state) throws IOException {
    Ip.run(middle, "link set %s %s\n".formatted(device, state));
  }

  /** Frames that came in at VTL's interface {@code device} since it was made. */
  long arrived(String device) throws IOException {
    return middle.call(
        () -> {
          try (Stream<String> lines = Files.lines(Path.of("/proc/thread-self/net/dev"))) {
            String line =
                lines.filter(one -> one.strip().startsWith(device + ":")).findFirst().orElseThrow();
            return Long.parseLong(line.substring(line.indexOf(':') + 1).strip().split("\\s+")[1]);
          }
        });
  }

  /** VTL's log; empty before it has one. */
  String log() throws IOException {
    Path log = data.resolve("log/vtl.log");
    return Files.exists(log) ? Files.readString(log) : "";
  }

  NetworkNamespace vm() {
    return vm;
  }

  NetworkNamespace middle() {
    return middle;
  }

  NetworkNamespace net() {
    return net;
  }

  TorNetwork network() {
    return network;
  }

  Path folder() {
    return folder;
  }

  /** The client's directory, with its cookie and its log. */
  Path clientFolder() {
    return client.folder();
  }

  @Override
  public void close() {
    if (vtl != null) {
      vtl.destroyForcibly();
    }
    if (network != null) {
      network.close();
    }
    vm.close();
    middle.close();
    net.close();
  }
}
