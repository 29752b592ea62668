package org.vtl.lab.internal.tor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.vtl.lab.internal.Ip;
import org.vtl.lab.internal.NetworkNamespace;
import org.vtl.lab.internal.Place;

/**
 * A whole Tor network on this machine: three directory authorities, four exits and an onion
 * service, all the system's own {@code tor}, and a web server with a name server beyond the exits.
 * It takes about 15 seconds and, while it lives, 700 MB of memory.
 *
 * <p>It lives in network namespaces that end with this process, however it ends, or with {@link
 * #close}. Its only link to the place of its maker is a cable to the relays; who is at that place
 * reaches the web through Tor alone. All methods from any thread; the thread that calls {@link
 * #start} must outlive the network.
 */
public final class TorNetwork implements AutoCloseable {
  private static final int READY_SECONDS = 120;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int RETRY_MILLIS = 100;

  private final Path folder;
  private final Place place;
  private final Consumer<String> progress;
  private final List<AutoCloseable> parts = new ArrayList<>();
  private final List<String> common = new ArrayList<>();
  private NetworkNamespace relays;
  private NetworkNamespace internet;
  private WebServer web;
  private TorNode onion;
  private String onionName = "";

  private TorNetwork(Path folder, Place place, Consumer<String> progress) {
    this.folder = folder;
    this.place = place;
    this.progress = progress;
  }

  /**
   * Starts the network; it can be used when this returns.
   *
   * @param folder where its files go: keys, state, {@code notices.log} of each node
   * @param place where a client will run; an interface {@code tor0} comes into being there
   * @param progress told in one sentence of each step
   * @throws IOException in one sentence that names the remedy, if tor is not installed or something
   *     fails; nothing stays then
   */
  public static TorNetwork start(Path folder, Place place, Consumer<String> progress)
      throws IOException, InterruptedException {
    String missing = missing();
    if (!missing.isEmpty()) {
      throw new IOException(missing);
    }
    TorNetwork network = new TorNetwork(folder, place, progress);
    try {
      network.build();
      return network;
    } catch (IOException | InterruptedException | RuntimeException e) {
      network.close();
      throw e;
    }
  }

  /** What is not on this machine and needed, in one sentence with the remedy; empty: nothing. */
  public static String missing() {
    List<String> folders =
        new ArrayList<>(List.of(System.getenv().getOrDefault("PATH", "").split(":")));
    folders.addAll(List.of("/usr/sbin", "/usr/bin"));
    for (String program : List.of("tor", "tor-gencert")) {
      if (folders.stream().noneMatch(f -> Files.isExecutable(Path.of(f, program)))) {
        return "The lab's Tor network needs the program \""
            + program
            + "\", which is missing: install the package tor (Debian: apt-get install tor).";
      }
    }
    return "";
  }

  private void build() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    progress.accept("cables and hosts");
    cables();
    web = keep(WebServer.start(internet));
    keep(NameServer.start(internet));
    progress.accept("keys of " + TorPlan.AUTHORITIES + " directory authorities");
    List<Path> authorities = new ArrayList<>();
    for (int i = 0; i < TorPlan.AUTHORITIES; i++) {
      authorities.add(folder.resolve(TorKeys.name(i)));
    }
    common.addAll(everywhere());
    common.addAll(TorKeys.make(authorities));
    progress.accept(
        "%d authorities, %d exits and an onion service start"
            .formatted(TorPlan.AUTHORITIES, TorPlan.EXITS));
    for (int i = 0; i < TorPlan.AUTHORITIES; i++) {
      node(TorKeys.name(i), authority(i));
    }
    Path resolver = folder.resolve("resolv.conf");
    Files.writeString(resolver, "nameserver " + TorPlan.WEB + "\n");
    for (int i = 0; i < TorPlan.EXITS; i++) {
      node("exit" + i, exit(i, resolver));
    }
    onion = keep(startNode("onion", relays, onion(), this::told));
    onion.awaitReady(READY_SECONDS);
    onionName = Files.readString(onion.folder().resolve("service/hostname")).strip();
  }

  private void told(int percent) {
    progress.accept("the authorities agree on a directory: " + percent + " %");
  }

  private void cables() throws IOException {
    relays = keep(NetworkNamespace.create("relays"));
    internet = keep(NetworkNamespace.create("internet"));
    Ip.run(
        place,
        """
        link add %1$s type veth peer name eth0 netns %2$s
        link set %1$s addrgenmode none
        addr add %3$s/24 dev %1$s
        link set %1$s up
        """
            .formatted(TorPlan.UPLINK, relays.path(), TorPlan.CLIENT));
    StringBuilder script = new StringBuilder();
    script.append("link set lo up\n");
    script.append("addr add %s/24 dev eth0\nlink set eth0 up\n".formatted(TorPlan.RELAYS));
    script.append("link add web0 type veth peer name eth0 netns %s\n".formatted(internet.path()));
    // The first is what the onion service, which names none, comes from.
    script.append("addr add %s/24 dev web0\n".formatted(TorPlan.ONION));
    for (int i = 0; i < TorPlan.EXITS; i++) {
      script.append("addr add %s/24 dev web0\n".formatted(TorPlan.exit(i)));
      script.append("addr add %s/64 dev web0 nodad\n".formatted(TorPlan.exit6(i)));
    }
    script.append("link set web0 up\n");
    Ip.run(relays, script.toString());
    Ip.run(
        internet,
        """
        link set lo up
        addr add %s/24 dev eth0
        addr add %s/64 dev eth0 nodad
        link set eth0 up
        """
            .formatted(TorPlan.WEB, TorPlan.WEB6));
  }

  private <T extends AutoCloseable> T keep(T part) {
    synchronized (parts) {
      parts.add(part);
    }
    return part;
  }

  private void node(String name, List<String> lines) throws IOException {
    keep(startNode(name, relays, lines, percent -> {}));
  }

  private TorNode startNode(String name, Place where, List<String> lines, IntConsumer percentages)
      throws IOException {
    List<String> all = new ArrayList<>(common);
    all.addAll(lines);
    return TorNode.start(name, where, folder.resolve(name), all, percentages);
  }

  private static List<String> everywhere() {
    return List.of(
        "TestingTorNetwork 1",
        "PathsNeededToBuildCircuits 0.67",
        "TestingDirAuthVoteExit *",
        "TestingDirAuthVoteHSDir *",
        "TestingDirAuthVoteGuard *",
        "TestingMinExitFlagThreshold 0",
        "V3AuthNIntervalsValid 2",
        "ShutdownWaitLength 2",
        "NumCPUs 1",
        "AvoidDiskWrites 1");
  }

  private static List<String> authority(int number) {
    return List.of(
        "Nickname " + TorKeys.name(number),
        "Address " + TorPlan.RELAYS,
        "SocksPort 0",
        "ORPort " + TorPlan.RELAYS + ":" + TorKeys.relayPort(number),
        "DirPort " + TorPlan.RELAYS + ":" + TorKeys.directoryPort(number),
        "AuthoritativeDirectory 1",
        "V3AuthoritativeDirectory 1",
        "AssumeReachable 1",
        "ContactInfo nobody",
        "ExitPolicy reject *:*",
        "TestingV3AuthInitialVotingInterval 10",
        "TestingV3AuthInitialVoteDelay 2",
        "TestingV3AuthInitialDistDelay 2",
        "V3AuthVotingInterval 20",
        "V3AuthVoteDelay 4",
        "V3AuthDistDelay 4");
  }

  private static List<String> exit(int number, Path resolver) {
    return List.of(
        "Nickname exit" + number,
        "Address " + TorPlan.RELAYS,
        "SocksPort 0",
        "ORPort " + TorPlan.RELAYS + ":" + (5100 + number),
        "AssumeReachable 1",
        "ContactInfo nobody",
        "ExitRelay 1",
        "IPv6Exit 1",
        "ExitPolicyRejectPrivate 0",
        "ExitPolicy accept *:*",
        "OutboundBindAddressExit " + TorPlan.exit(number),
        "OutboundBindAddressExit [" + TorPlan.exit6(number) + "]",
        "ServerDNSResolvConfFile " + resolver,
        "ServerDNSDetectHijacking 0",
        "ServerDNSTestAddresses",
        "ServerDNSAllowBrokenConfig 1");
  }

  private List<String> onion() {
    return List.of(
        "SocksPort 0",
        "HiddenServiceDir " + folder.resolve("onion/service"),
        "HiddenServicePort 80 " + TorPlan.WEB + ":80");
  }

  /** The lines of configuration that make any {@code tor} a client of this network. */
  public List<String> clientLines() {
    List<String> lines = new ArrayList<>(common);
    lines.add("ClientRejectInternalAddresses 0");
    lines.add("ClientDNSRejectInternalAddresses 0");
    return lines;
  }

  /**
   * Starts a client at the place of the network's maker: SOCKS at 127.0.0.1:9050, its control port
   * at 9051, with a cookie in its folder. Its directory stays when it is closed, so that the next
   * of that name is ready sooner.
   *
   * @param name its directory's name
   * @param percentages told how far it is, 0 to 100
   */
  public TorNode startClient(String name, IntConsumer percentages) throws IOException {
    List<String> lines = new ArrayList<>(clientLines());
    lines.add("SocksPort 127.0.0.1:" + TorPlan.SOCKS_PORT + " ExtendedErrors");
    lines.add("ControlPort 127.0.0.1:" + TorPlan.CONTROL_PORT);
    lines.add("CookieAuthentication 1");
    return keep(TorNode.start(name, place, folder.resolve(name), lines, percentages));
  }

  /**
   * Waits until the client at the place reaches the web: a first circuit may fail where an exit has
   * just begun.
   *
   * @throws IOException in one sentence, if it does not in time
   */
  public void awaitUsable(int seconds) throws IOException, InterruptedException {
    await("The web", TorPlan.WEB_NAME, seconds);
  }

  /**
   * Waits until the client at the place reaches the onion service, whose descriptors come to their
   * directories after it is up itself.
   *
   * @throws IOException in one sentence, if it does not in time
   */
  public void awaitOnion(int seconds) throws IOException, InterruptedException {
    await("The onion service", onionName, seconds);
  }

  private void await(String what, String host, int seconds)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (true) {
      try {
        place.call(() -> connect(host)).close();
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end) {
          throw new IOException(
              what + " is not reached through Tor within " + seconds + " s: " + e.getMessage(), e);
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
  }

  private static Socket connect(String host) throws IOException {
    InetSocketAddress socks = new InetSocketAddress("127.0.0.1", TorPlan.SOCKS_PORT);
    Socket socket = new Socket(new Proxy(Proxy.Type.SOCKS, socks));
    try {
      socket.connect(InetSocketAddress.createUnresolved(host, WebServer.PORT), CONNECT_MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The onion service's name, {@code ....onion}; it answers as the web server does. */
  public String onionName() {
    return onionName;
  }

  /** The network namespace beyond the exits. */
  public NetworkNamespace internet() {
    return internet;
  }

  public WebServer web() {
    return web;
  }

  /** Ends everything. */
  @Override
  public void close() {
    synchronized (parts) {
      for (AutoCloseable part : parts.reversed()) {
        try {
          part.close();
        } catch (Exception e) {
          System.getLogger(TorNetwork.class.getName())
              .log(System.Logger.Level.WARNING, "A part of the Tor network did not end", e);
        }
      }
      parts.clear();
    }
  }
}
