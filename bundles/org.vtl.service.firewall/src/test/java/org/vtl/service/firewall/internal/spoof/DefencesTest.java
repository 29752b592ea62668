package org.vtl.service.firewall.internal.spoof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Address;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Protocol;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.StateHandover;
import org.vtl.service.Verdict;
import org.vtl.service.firewall.internal.policy.LinkSection;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.Settings;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/** The defences in an engine, before rules that accept everything and leave what they accepted. */
class DefencesTest {
  /** A service that is nothing but the defences. */
  private static final class Guard implements PacketService, StateHandover {
    private final Policy policy;
    Defences defences;

    Guard(Policy policy) {
      this.policy = policy;
    }

    @Override
    public void attach(ServiceContext context) {
      defences = new Defences(context);
      defences.configure(policy);
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      Reason refused = defences.check(packet, connection);
      if (refused != null) {
        return refused.drop(packet);
      }
      if (!defences.isSettled(packet)) {
        defences.accepted(packet, connection);
        connection.leave(this);
      }
      return Verdict.CONTINUE;
    }

    @Override
    public boolean save(Connection connection, ByteBuffer to) {
      return defences.save(connection, to);
    }

    @Override
    public void restore(Connection connection, ByteBuffer from) {
      defences.restore(connection, from);
    }
  }

  private static final Map<String, Object> PROPERTIES =
      Map.of(PacketService.NAME, "firewall", PacketService.PRIORITY, 200);

  private final Forge forge = new Forge();
  private final PacketPool pool = new PacketPool(1);
  private final Packet out = pool.acquire();
  private final VirtualClock clock = new VirtualClock();
  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final MemoryPort vm = ports.port("vm");
  private final MemoryPort network = ports.port("net");
  private final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  private Guard guard;

  private void start(int workers, Policy policy) {
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    Map<String, Object> link = new HashMap<>();
    link.put("vm.port", "memory:vm");
    link.put("network.port", "memory:net");
    link.put("workers", workers);
    engine.addLink("vm1", link);
    guard = add(policy);
    turn();
  }

  /** A policy with one section, of {@code link}. */
  private static Policy policy(String link, Boolean antispoof, String... addresses) {
    Settings settings = new Settings(null, null, antispoof);
    LinkSection section = new LinkSection(link, settings, Forge.told(addresses));
    return new Policy(List.of(), Settings.NONE, List.of(section), List.of());
  }

  private Guard add(Policy policy) {
    Guard made = new Guard(policy);
    engine.addService(made, PROPERTIES);
    return made;
  }

  @AfterEach
  void close() {
    engine.close();
    pool.close();
    forge.close();
  }

  private void turn() {
    engine.step();
    while (engine.step() > 0) {
      // until all is done
    }
  }

  /** Whether {@code packet} comes out at the other side. */
  private boolean passes(Packet packet) {
    boolean outbound = packet.direction() == Direction.OUTBOUND;
    (outbound ? vm : network).deliver(packet);
    turn();
    return (outbound ? network : vm).sent(out);
  }

  private long count(Refusal refusal) {
    return engine.runtime().counters().stream()
        .filter(one -> one.name().equals("firewall/" + refusal.title))
        .mapToLong(CounterInfo::value)
        .sum();
  }

  private Packet sends(int address) {
    return forge.outbound().udp(address, 5_555, Forge.OTHER4, 80);
  }

  private Packet fragment(int id, int offset, int length, boolean more) {
    forge.outbound().between(builder -> builder.fragment(offset, more, id));
    var builder = forge.ipv4(Forge.VM4, Forge.OTHER4);
    return offset == 0
        ? Forge.payload(builder.udp(5_555, 80), new byte[length - 8]).finish()
        : Forge.payload(builder.protocol(Protocol.UDP), new byte[length]).finish();
  }

  @Test
  void refusalsAreCountedByReason() {
    start(1, Policy.EMPTY);
    assertTrue(passes(forge.outbound().arp(1, Forge.VM, Forge.VM4, Forge.OTHER4)));
    assertTrue(passes(sends(Forge.VM4)));
    assertTrue(passes(forge.inbound().udp(Forge.OTHER4, 80, Forge.VM4, 5_555)));
    assertEquals(false, passes(forge.outbound().mac(Forge.OTHER).udp(Forge.VM4, 1, 2, 3)));
    assertEquals(1, count(Refusal.MAC));
    assertEquals(false, passes(forge.outbound().arp(2, Forge.VM, 0x7f000001, 1)));
    assertEquals(1, count(Refusal.ARP));
    assertEquals(false, passes(forge.outbound().udp(Forge.VM4, 67, -1, 68)));
    assertEquals(1, count(Refusal.DHCP));
    assertEquals(false, passes(forge.inbound().udp(Forge.VM4, 1, Forge.VM4, 1)));
    assertEquals(1, count(Refusal.OWN));
  }

  @Test
  void thePolicyTellsAndTurnsOff() {
    start(1, policy("vm1", null, "10.0.0.5", "02:00:00:00:00:05", "10.7.0.0/24", "10.7.1.1"));
    assertTrue(passes(sends(0x0a0700aa)));
    assertTrue(passes(sends(0x0a070101)));
    assertEquals(false, passes(sends(0x0a070102)));
    assertEquals(1, count(Refusal.SOURCE));
    assertEquals(
        List.of("02:00:00:00:00:05", "10.0.0.5", "10.7.0.0/24", "10.7.1.1"),
        guard.defences.addresses().link("vm1").list().stream().map(AddressEntry::text).toList());
    guard.defences.configure(policy("vm1", false));
    assertTrue(passes(forge.outbound().mac(Forge.OTHER).udp(0x0a070102, 5_555, 3, 80)));
    guard.defences.configure(policy("other", false));
    assertTrue(passes(sends(0x0a070102)), "learned: nothing is told now");
    assertEquals(false, passes(forge.outbound().mac(Forge.OTHER).udp(Forge.VM4, 1, 2, 3)));
  }

  /** Also on a connection that was left: what its fragments become is another matter. */
  @Test
  void fragmentsPassOnceAndWithoutOverlap() {
    start(1, Policy.EMPTY);
    assertTrue(passes(sends(Forge.VM4)));
    assertTrue(passes(fragment(1, 0, 64, true)));
    assertTrue(passes(fragment(1, 64, 64, false)));
    assertTrue(passes(fragment(2, 0, 64, true)));
    assertEquals(false, passes(fragment(2, 56, 64, true)));
    assertEquals(false, passes(fragment(2, 64, 64, false)));
    assertEquals(1, count(Refusal.FRAGMENT_OVERLAP));
    assertEquals(1, count(Refusal.FRAGMENT_REFUSED));
    assertEquals(false, passes(fragment(3, 64, 64, false)), "its first is not here yet");
    assertTrue(passes(fragment(3, 0, 64, true)));
    assertTrue(network.sent(out), "now it follows");
    assertEquals(64, out.fragmentOffset());
  }

  /** Or the guest would take the router's traffic from the switch by any open connection. */
  @Test
  void noMacIsTakenInAConnectionThatWasLeft() {
    start(1, Policy.EMPTY);
    assertTrue(passes(sends(Forge.VM4)));
    assertTrue(passes(sends(Forge.VM4)));
    for (int i = 1; i <= 2; i++) {
      assertEquals(
          false, passes(forge.outbound().mac(Forge.OTHER).udp(Forge.VM4, 5_555, Forge.OTHER4, 80)));
      assertEquals(i, count(Refusal.MAC));
    }
    assertTrue(passes(sends(Forge.VM4)));
  }

  /** Also on a connection that was left. */
  @Test
  void whatIsForgottenIsJudgedAnew() {
    start(1, Policy.EMPTY);
    assertTrue(passes(sends(0x0a000101)));
    assertTrue(passes(sends(0x0a000101)));
    assertTrue(passes(forge.inbound().udp(Forge.OTHER4, 67, 0x0a000101, 68, lease())));
    guard.defences.addresses().link("vm1").forget(Address.parse("10.0.1.1"));
    turn();
    assertEquals(false, passes(sends(0x0a000101)));
    assertEquals(1, count(Refusal.SOURCE));
  }

  private static byte[] lease() {
    return Forge.dhcp(5, Forge.VM, Forge.VM4);
  }

  /** Frames that are not malformed, and that the engine cannot place. */
  @Test
  void whatBelongsToNoConnectionIsJudgedAlike() {
    start(1, Policy.EMPTY);
    assertTrue(passes(forge.outbound().lldp()));
    byte[] target = Forge.bytes(Forge.VM6, Forge.mac(2, Forge.VM));
    assertTrue(passes(forge.outbound().neighbor(Forge.VM6, Forge.ALL_NODES, 136, target)));
    for (int type : new int[] {134, 137, 138}) {
      forge.outbound().between(Forge.extension(Protocol.DESTINATION_OPTIONS, 3));
      assertEquals(false, passes(forge.neighbor(Forge.VM6, Forge.ALL_NODES, type, new byte[32])));
    }
    assertEquals(3, count(Refusal.ROUTER));
  }

  @Test
  void workersShareWhatTheyLearn() {
    start(4, Policy.EMPTY);
    int passed = 0;
    for (int i = 1; i <= 40; i++) {
      passed += passes(sends(0x0a000100 + i)) ? 1 : 0;
    }
    assertEquals(4, passed);
    for (int i = 1; i <= 40; i++) {
      forge.outbound();
      passed += passes(forge.udp(0x0a000101, 1, Forge.OTHER4 + i, 80)) ? 1 : 0;
    }
    assertEquals(44, passed, "the first is known to all");
  }

  @Test
  void aSuccessorKnowsWhatWasLearned() {
    start(2, Policy.EMPTY);
    for (int i = 1; i <= 4; i++) {
      assertTrue(passes(sends(0x0a000100 + i)));
    }
    Guard old = guard;
    guard = add(Policy.EMPTY);
    engine.removeService(old);
    turn();
    assertEquals(5, guard.defences.addresses().link("vm1").list().size());
    assertEquals(false, passes(sends(Forge.VM4)));
    assertTrue(passes(sends(0x0a000101)));
  }

  @Test
  void nothingIsAllocatedPerPacket() {
    LinkAddresses own = new LinkAddresses("vm1", () -> {});
    own.tell(Forge.told("02:00:00:00:00:05", "10.0.0.5", "2001:db8::5"), true);
    FragmentGuard fragments = new FragmentGuard();
    PacketPool packets = new PacketPool(6);
    Packet[] frames = new Packet[6];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = packets.acquire();
    }
    copy(frames[0], sends(Forge.VM4));
    copy(frames[1], sends(Forge.OTHER4));
    forge.outbound().between(Forge.extension(Protocol.DESTINATION_OPTIONS, 2));
    byte[] target = Forge.bytes(Forge.VM6, Forge.mac(2, Forge.VM));
    copy(frames[2], forge.neighbor(Forge.VM6, Forge.ALL_NODES, 136, target));
    copy(frames[3], forge.inbound().arp(1, Forge.OTHER, Forge.OTHER4, Forge.VM4));
    copy(frames[4], fragment(7, 0, 64, true));
    copy(frames[5], fragment(7, 64, 64, false));
    long[] passed = new long[1];
    AllocationProbe.assertNone(
        10_000,
        () -> {
          for (Packet frame : frames) {
            Refusal refusal = AntiSpoofing.check(frame, own, 1);
            if (refusal == null && frame.isFragment()) {
              refusal = fragments.check(frame, 1);
              fragments.accepted(frame, 1);
            }
            passed[0] += refusal == null ? 1 : 0;
          }
        });
    assertTrue(passed[0] > 0);
    packets.close();
  }

  private static void copy(Packet to, Packet from) {
    to.copyOf(from);
  }

  /** An address of each of both versions, so that a test that mixes them up shows. */
  @Test
  void mappedAddressesAreNotTheVms() {
    start(1, policy("vm1", null, "10.0.0.5", "2001:db8::5"));
    Address mapped = Address.parse("::ffff:10.0.0.5");
    assertEquals(false, passes(forge.outbound().udp6(mapped, 1, Forge.OTHER6, 2)));
    assertEquals(1, count(Refusal.IMPOSSIBLE));
  }
}
