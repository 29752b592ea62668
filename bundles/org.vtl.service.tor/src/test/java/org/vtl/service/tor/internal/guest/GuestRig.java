package org.vtl.service.tor.internal.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.vtl.connection.Connection;
import org.vtl.packet.Address;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.PacketText;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.service.tor.internal.address.AddressAnswers;
import org.vtl.service.tor.internal.address.GuestNetwork;
import org.vtl.service.tor.internal.dns.DnsCounters;
import org.vtl.service.tor.internal.dns.GuestDns;
import org.vtl.service.tor.internal.dns.LinkNames;
import org.vtl.service.tor.internal.dns.NameMap;
import org.vtl.service.tor.internal.dns.VirtualRange;
import org.vtl.service.tor.internal.neighbor.GatewayMac;
import org.vtl.service.tor.internal.neighbor.NeighborAnswers;
import org.vtl.service.tor.internal.refuse.Manners;
import org.vtl.service.tor.internal.refuse.Refusals;
import org.vtl.tcp.policy.Prefix;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/** A link on which a guest is answered in all that is not TCP, and nothing passes. */
public final class GuestRig implements AutoCloseable {
  public static final long MAC = GatewayMac.of("lab");
  public static final String VM = "02:00:00:00:00:01";

  public final VirtualClock clock = new VirtualClock();
  public final PacketPool pool = new PacketPool(3);
  public final Packet frame = pool.acquire();
  public final Packet out = pool.acquire();
  public final List<Address> asked = new ArrayList<>();
  public final List<Consumer<String>> lookups = new ArrayList<>();
  public final NameMap names;
  public final LinkNames link;
  public final MemoryPort vm;
  public final MemoryPort network;
  public final Answering service;
  private final Engine engine;

  /** Told by ICMP, no echo. */
  public GuestRig() {
    this(new Manners(true, false, 100_000));
  }

  public GuestRig(Manners manners) {
    MemoryPortProvider ports = new MemoryPortProvider();
    vm = ports.port("vm");
    network = ports.port("net");
    engine = Engine.create(clock, Engine.Drive.STEPPED);
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
    VirtualRange range =
        new VirtualRange(Prefix.parse("10.192.0.0/10"), Prefix.parse("fd76:746c:746f::/48"));
    names = new NameMap(range, 1_000, 3_600_000_000_000L, clock);
    service = new Answering(manners);
    engine.addService(service, Map.of("vtl.name", "tor", "vtl.priority", 300));
    link =
        new LinkNames(
            names,
            (address, answer) -> {
              asked.add(address);
              lookups.add(answer);
            },
            new DnsCounters(service.context::counter),
            true,
            60);
    turn();
  }

  /** The guest sends; {@link #answer} is next. */
  public GuestRig send(Frames frames) {
    return send(frames.build(frame));
  }

  public GuestRig send(Packet packet) {
    vm.deliver(packet);
    turn();
    return this;
  }

  public void turn() {
    while (engine.step() > 0) {
      // until nothing is left to do
    }
  }

  /** The next frame that the guest gets, or null. */
  public Packet answer() {
    return vm.sent(out) ? out : null;
  }

  /** Whether a frame has got to the network, which none may. */
  public boolean leaked() {
    return network.sentCount() > 0;
  }

  /** Text of all the guest has got. */
  public List<String> answers() {
    List<String> all = new ArrayList<>();
    while (vm.sent(out)) {
      all.add(PacketText.of(out));
    }
    return all;
  }

  /** How many packets or events are counted as {@code name}, of this service. */
  public long count(String name) {
    return engine.runtime().counters().stream()
        .filter(counter -> counter.name().equals("tor/" + name))
        .mapToLong(counter -> counter.value())
        .sum();
  }

  @Override
  public void close() {
    engine.close();
    pool.close();
  }

  /** Answers in the order that the real service does. */
  public final class Answering implements PacketService {
    private final Manners manners;
    private ServiceContext context;
    private NeighborAnswers.Hub neighborHub;
    private AddressAnswers.Hub addressHub;
    private GuestDns.Hub dnsHub;
    private Refusals.Hub refusalHub;
    private NeighborAnswers neighbors;
    private AddressAnswers addresses;
    private GuestDns dns;
    private Refusals refusals;

    Answering(Manners manners) {
      this.manners = manners;
    }

    @Override
    public void attach(ServiceContext context) {
      this.context = context;
      neighborHub = new NeighborAnswers.Hub(context);
      addressHub =
          new AddressAnswers.Hub(
              context,
              new GuestNetwork(
                  Prefix.parse("10.64.0.0/24"), Prefix.parse("fd76:746c:6775:6573::/64"), 3_600));
      dnsHub = new GuestDns.Hub(context);
      refusalHub = new Refusals.Hub(context, manners);
    }

    /** Tells the guest of its router. */
    public void advertise() {
      context.links().forEach(link -> link.execute(() -> addresses.advertise(link)));
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (dns == null) {
        neighbors = neighborHub.of("lab", MAC);
        addresses = addressHub.of("lab", MAC);
        dns = dnsHub.of(link);
        refusals = refusalHub.of("lab");
      }
      Verdict verdict = neighbors.answer(packet, connection);
      if (verdict == null) {
        verdict = addresses.answer(packet, connection);
      }
      if (verdict == null) {
        verdict = dns.answer(packet, connection);
      }
      return verdict == null ? refusals.refuse(packet, connection) : verdict;
    }
  }
}
