package org.vtl.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** All contestants there are, by name, and the choice that names on the command line make. */
final class Field {
  /** Makes a contestant for VTL's settings; those that are not VTL have no use for them. */
  private record Entry(String description, Function<VtlSettings, Contestant> maker) {}

  /** What is measured only by the way where nothing is named. */
  private static final Set<String> ASIDE =
      Set.of("bridge-mtu", "veth", "vtl-empty", "c-mmsg", "pcap4j-raw", "dpdk-packet", "dpdk-xdp");

  /** The same as {@code vtl-offload}, unless its settings say otherwise. */
  private static final String AS_IT_COMES = "vtl";

  /** VTL that splits every connection; measured where it is named. */
  static final String SPLIT = "vtl-split";

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Set<String> peers = new LinkedHashSet<>();

  Field(Path natives) {
    add("bridge", "the kernel's bridge", vtl -> KernelContestants.bridge("bridge", Offloads.USUAL));
    add(
        "bridge-mtu",
        "the same with every frame at the MTU: no offloads at the hosts",
        vtl -> KernelContestants.bridge("bridge-mtu", Offloads.NONE));
    add("veth", "no middle: the hosts' interfaces joined", vtl -> KernelContestants.veth());
    vtl("vtl", "VTL as it comes, with 8 services that claim nothing");
    vtl("vtl-empty", "VTL in user space without a service", "services=0", "offload=off");
    vtl("vtl-user", "VTL in user space, with the 8 services", "offload=off");
    vtl("vtl-block", "the same, never spinning", "offload=off", "spin=off");
    vtl("vtl-offload", "VTL with connections handed to the kernel", "offload=auto");
    vtl("vtl-xdp", "VTL in user space over xdp: ports", "port=xdp", "offload=off");
    vtl(
        SPLIT,
        "the same with Split TCP in every connection",
        "features=core,linux,pcap,shell,capture,impair,tcp,splittcp",
        "offload=off");
    add("c-mmsg", "bare C: recvmmsg, sendmmsg", vtl -> Peers.loop("c-mmsg", natives, "mmsg"));
    add("c-ring", "bare C: TPACKET_V2, sendmmsg", vtl -> Peers.loop("c-ring", natives, "ring"));
    peer("pcap", "a C bridge over libpcap", () -> Peers.pcap("pcap", natives));
    peer(
        "pcap4j",
        "a Java bridge over Pcap4J, packets as objects",
        () -> Peers.pcap4j("pcap4j", "packets"));
    peer(
        "pcap4j-raw",
        "the same, bytes without a look at them",
        () -> Peers.pcap4j("pcap4j-raw", "bytes"));
    peer("ovs", "Open vSwitch in user space", () -> new OvsContestant("ovs", false));
    peer("ovs-tso", "the same with userspace-tso", () -> new OvsContestant("ovs-tso", true));
    peer("click", "Click at user level", () -> Peers.click("click"));
    peer(
        "dpdk-packet",
        "DPDK testpmd over AF_PACKET; spins",
        () -> Peers.testpmd("dpdk-packet", "net_af_packet"));
    peer(
        "dpdk-xdp",
        "DPDK testpmd over AF_XDP; spins",
        () -> Peers.testpmd("dpdk-xdp", "net_af_xdp"));
  }

  private void add(String name, String description, Function<VtlSettings, Contestant> maker) {
    entries.put(name, new Entry(description, maker));
  }

  private void peer(String name, String description, Supplier<Contestant> maker) {
    peers.add(name);
    add(name, description, vtl -> maker.get());
  }

  private void vtl(String name, String description, String... settings) {
    add(name, description, usual -> new VtlContestant(name, changed(usual, settings)));
  }

  private static VtlSettings changed(VtlSettings usual, String... settings) {
    VtlSettings changed = usual;
    for (String setting : settings) {
      int sign = setting.indexOf('=');
      if (sign < 1) {
        throw new BenchException(
            "\"%s\" is no setting; write KEY=VALUE, such as vtl+offload=off.".formatted(setting));
      }
      changed = changed.with(setting.substring(0, sign), setting.substring(sign + 1));
    }
    return changed;
  }

  /** Forwarders of others, in user space. */
  Set<String> peers() {
    return peers;
  }

  /** Those that no promise speaks of. */
  Set<String> aside() {
    return ASIDE;
  }

  boolean has(String name) {
    return entries.containsKey(name.split("\\+")[0]);
  }

  /** Every name, one on a line, with what it is. */
  String list() {
    List<String> lines = new ArrayList<>();
    int width = entries.keySet().stream().mapToInt(String::length).max().orElse(0);
    entries.forEach(
        (name, entry) ->
            lines.add("  " + name + " ".repeat(width + 2 - name.length()) + entry.description()));
    return String.join("\n", lines) + "\n";
  }

  /** The contestants called {@code names}; the bridge is always there, since ratios need it. */
  List<Contestant> choose(List<String> names, VtlSettings usual) {
    List<String> wanted = new ArrayList<>(names.isEmpty() ? entries.keySet() : names);
    if (names.isEmpty()) {
      wanted.removeAll(List.of(AS_IT_COMES, SPLIT));
    }
    if (!wanted.contains(Results.MEASURE)) {
      wanted.addFirst(Results.MEASURE);
    }
    return wanted.stream().distinct().map(name -> make(name, usual)).toList();
  }

  /** {@code vtl+offload=off+spin=off} is VTL with those settings. */
  private Contestant make(String name, VtlSettings usual) {
    String[] parts = name.split("\\+");
    if (parts.length == 1) {
      return entries.get(name).maker().apply(usual);
    }
    if (!parts[0].equals("vtl")) {
      throw new BenchException(
          "\"%s\" cannot have settings; only vtl can, such as vtl+offload=off.".formatted(name));
    }
    return new VtlContestant(name, changed(usual, Arrays.copyOfRange(parts, 1, parts.length)));
  }
}
