package org.vtl.lab.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.vtl.lab.internal.traffic.Site;

/**
 * A host of the lab: a network namespace with one Ethernet interface, {@code eth0}, whose cable
 * ends at an interface of VTL. All methods from any thread.
 */
public final class Host implements Site, AutoCloseable {
  private final HostPlan plan;
  private final NetworkNamespace namespace;
  private final HostNames names;

  private Host(HostPlan plan, NetworkNamespace namespace, HostNames names) {
    this.plan = plan;
    this.namespace = namespace;
    this.names = names;
  }

  /**
   * A running host, plugged in.
   *
   * @param names where its programs ask for names
   * @throws IOException in one sentence, if the kernel or {@code ip} refuses; nothing stays then
   */
  static Host boot(HostPlan plan, HostNames names) throws IOException {
    Host host = new Host(plan, NetworkNamespace.create(plan.name()), names);
    try {
      host.plug();
      return host;
    } catch (IOException e) {
      host.close();
      throw e;
    }
  }

  public HostPlan plan() {
    return plan;
  }

  public NetworkNamespace namespace() {
    return namespace;
  }

  /** Whether the cable is in. */
  public boolean isPlugged() throws IOException {
    // NetworkInterface does not know interfaces without an address, as VTL's are.
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/net/dev"))) {
      return lines.anyMatch(line -> line.strip().startsWith(plan.port() + ":"));
    }
  }

  /** Puts the cable in. No effect if it is. */
  public synchronized void plug() throws IOException {
    if (isPlugged()) {
      return;
    }
    // Neither end makes an IPv6 address of its own: VTL's side takes no part in the traffic, and
    // the host's address is usable at once, without the second that duplicate detection takes.
    Ip.run(
        """
        link add %1$s type veth peer name eth0 address %2$s netns %3$s
        link set %1$s addrgenmode none
        link set %1$s up
        """
            .formatted(plan.port(), plan.mac(), namespace.path()));
    Ip.run(
        namespace,
        """
        link set lo up
        link set eth0 addrgenmode none
        addr add %s/24 dev eth0
        addr add %s/64 dev eth0 nodad
        addr add %s/64 dev eth0 nodad
        link set eth0 up
        %s
        """
            .formatted(plan.ipv4(), plan.ipv6(), plan.linkLocal(), plan.routes()));
  }

  /** Pulls the cable: both of its ends are gone. Connections of the host stay. */
  public synchronized void pull() throws IOException {
    if (isPlugged()) {
      Ip.run("link delete " + plan.port() + "\n");
    }
  }

  /** Starts a program in the host, as {@link NetworkNamespace#start} does. */
  public Process start(ProcessBuilder program) throws IOException {
    return namespace.start(program.command(names.before(program.command())));
  }

  /** The words that run {@code words} with the host's names, without its network. */
  List<String> words(List<String> words) {
    return names.before(words);
  }

  /** {@inheritDoc} Here in the host. */
  @Override
  public <T> T call(Callable<T> work) throws IOException {
    return namespace.call(work);
  }

  /** Ends the host's programs; its interfaces go with it. */
  @Override
  public void close() {
    try {
      // The last socket's end would do the same, later.
      pull();
    } catch (IOException e) {
      System.getLogger(Host.class.getName())
          .log(System.Logger.Level.WARNING, "Cable " + plan.port() + " stays for now", e);
    }
    namespace.close();
  }
}
