package org.vtl.itests.firewall;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.vtl.packet.Direction;

/**
 * The kernel as a router between two interfaces, {@code vm} and {@code net}, in a network namespace
 * of its own, with nftables and conntrack in between. The namespace dies with its thread, or with
 * the JVM.
 */
@SuppressWarnings("restricted")
final class KernelRouter implements Firewall {
  private static final int CLONE_NEWNET = 0x4000_0000;

  /** As forwarding hosts are set; a reverse-path filter would judge before the rules do. */
  private static final String SETTINGS =
      """
      for each in all default vm net; do
        echo 0 >/proc/sys/net/ipv4/conf/$each/rp_filter
        echo 0 >/proc/sys/net/ipv6/conf/$each/accept_dad
        echo 1 >/proc/sys/net/ipv6/conf/$each/forwarding
      done
      echo 1 >/proc/sys/net/ipv4/ip_forward
      """;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("netns fwdiff").factory());
  private final Tun vm;
  private final Tun network;

  /** A router with the rules {@code nft}, as nft(8) reads them. */
  KernelRouter(String nft) throws Exception {
    run(KernelRouter::unshare);
    vm = run(() -> new Tun("vm"));
    network = run(() -> new Tun("net"));
    execute(
        "for i in vm net; do ip link set $i mtu 65000 txqueuelen 20000 up; done; "
            + "ip route add "
            + Conversation.VM_NETWORK
            + " dev vm; ip route add "
            + Conversation.PEER_NETWORK
            + " dev net; ip -6 route add "
            + Conversation.VM_NETWORK_6
            + " dev vm; ip -6 route add "
            + Conversation.PEER_NETWORK_6
            + " dev net\n"
            + SETTINGS,
        "");
    execute("nft -f -", nft);
  }

  /** Why there can be no such router here; null if there can. */
  static String missing() {
    try {
      new KernelRouter("table inet probe { chain c { ct state new accept; }; }").close();
      return null;
    } catch (Exception e) {
      return e.getMessage();
    }
  }

  private static Object unshare() throws Exception {
    Linker linker = Linker.nativeLinker();
    try {
      int result =
          (int)
              linker
                  .downcallHandle(
                      linker.defaultLookup().findOrThrow("unshare"),
                      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                  .invokeExact(CLONE_NEWNET);
      if (result != 0) {
        throw new IOException("A network namespace needs root.");
      }
      return null;
    } catch (Throwable e) {
      throw e instanceof Exception exception ? exception : new IllegalStateException(e);
    }
  }

  /** Runs a shell's words in the namespace; returns what they print. */
  String execute(String words, String input) throws Exception {
    return run(
        () -> {
          Process process =
              new ProcessBuilder(List.of("sh", "-c", "PATH=$PATH:/sbin:/usr/sbin; " + words))
                  .redirectErrorStream(true)
                  .start();
          try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
          }
          String printed =
              new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          if (process.waitFor() != 0) {
            throw new IOException("The kernel's router refuses: " + printed.strip());
          }
          return printed;
        });
  }

  private <T> T run(Callable<T> work) throws Exception {
    try {
      return thread.submit(work).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  @Override
  public void arrive(Direction direction, byte[] datagram) throws IOException {
    (direction == Direction.OUTBOUND ? vm : network).write(datagram);
  }

  @Override
  public byte[] left(Direction direction) {
    return (direction == Direction.OUTBOUND ? network : vm).read();
  }

  @Override
  public void close() {
    if (vm != null) {
      vm.close();
    }
    if (network != null) {
      network.close();
    }
    thread.shutdownNow();
  }
}
