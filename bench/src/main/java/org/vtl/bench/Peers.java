package org.vtl.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vtl.bench.peer.Pcap4jBridge;

/** Other forwarders of user space, with the settings each does best with. */
final class Peers {
  private static final String CLICK =
      "FromDevice(m0, SNIFFER false, PROMISC true, METHOD LINUX) -> Queue(1000) -> ToDevice(m1,"
          + " METHOD LINUX);FromDevice(m1, SNIFFER false, PROMISC true, METHOD LINUX) ->"
          + " Queue(1000) -> ToDevice(m0, METHOD LINUX);Script(print ready);";

  private static final String TESTPMD = "dpdk-testpmd";

  private Peers() {}

  /** The bare C loop; {@code mode} as {@code forward.c} has it. */
  static Contestant loop(String name, Path natives, String mode) {
    String program = natives.resolve("forward").toString();
    return new ProgramContestant(
        name, List.of(program, mode, "m0", "m1"), "ready", Offloads.USUAL, false);
  }

  static Contestant pcap(String name, Path natives) {
    String program = natives.resolve("pcapbridge").toString();
    return new ProgramContestant(name, List.of(program, "m0", "m1"), "ready", Offloads.NONE, false);
  }

  /** Pcap4J; {@code mode} as {@link Pcap4jBridge} has it. */
  static Contestant pcap4j(String name, String mode) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    words.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    words.addAll(List.of("-cp", System.getProperty("java.class.path")));
    words.addAll(List.of(Pcap4jBridge.class.getName(), mode, "m0", "m1"));
    return new ProgramContestant(name, words, "ready", Offloads.NONE, false) {
      @Override
      boolean warmsUp() {
        return true;
      }
    };
  }

  static Contestant click(String name) {
    return new ProgramContestant(
        name, List.of("click", "-e", CLICK), "ready", Offloads.NONE, false);
  }

  /** DPDK's forwarder over a driver that needs no hardware; a core of its own spins. */
  static Contestant testpmd(String name, String driver) {
    // Lines as they are written, or "ready" would wait in a buffer.
    List<String> words = new ArrayList<>(List.of("stdbuf", "-oL", TESTPMD));
    words.addAll(List.of("--no-huge", "-m", "512", "-l", "0,1", "--no-pci", "--no-shconf"));
    words.add("--vdev=" + driver + "0,iface=m0");
    words.add("--vdev=" + driver + "1,iface=m1");
    words.addAll(List.of("--", "--forward-mode=io", "--total-num-mbufs=16384"));
    words.add("--stats-period=3600");
    return new ProgramContestant(name, words, "io packet forwarding", Offloads.NONE, true) {
      @Override
      String missing() {
        return Program.exists(TESTPMD)
            ? ""
            : "the program \"" + TESTPMD + "\" is not there; Debian has it in dpdk-dev.";
      }
    };
  }
}
