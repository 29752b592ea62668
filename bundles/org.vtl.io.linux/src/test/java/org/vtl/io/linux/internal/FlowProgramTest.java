package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfMap;
import org.vtl.io.linux.internal.bpf.BpfProgram;
import org.vtl.io.linux.internal.bpf.KernelBpf;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Protocol;
import org.vtl.testkit.Frames;

/** Which packets the filter leaves to the kernel, run on one at a time. */
class FlowProgramTest {
  private static final int ETHERNET = 14;
  private static final int CARRIED = 0;
  private static final int VTLS = -1;

  /** The addresses of the IPv4 flow, as a key has them. */
  private static final String FOUR =
      "0000000000000000 0000ffff0a000001 0000000000000000 0000ffff0a000002";

  private final Arena arena = Arena.ofConfined();
  private final PacketPool pool = new PacketPool(1);
  private final Packet packet = pool.acquire();
  private FlowMaps maps;
  private BpfMap slot;
  private BpfProgram filter;

  @BeforeEach
  void load() throws BpfException {
    assumeTrue(Namespace.isAllowed(), "BPF needs root.");
    assumeTrue(KernelBpf.whyNoSocketFilter() == null, KernelBpf.whyNoSocketFilter());
    maps = new FlowMaps(2);
    slot = BpfMap.create(BpfMap.Kind.PERCPU_ARRAY, "vtl_slot", 4, 4, 1, 0);
    filter = FlowProgram.filter(maps, 0, slot, null);
    maps.setMtu(1_500);
    for (int number = 0; number < 2; number++) {
      maps.write(number, FlowMaps.GENERATION, maps.generation());
    }
    know(0, Protocol.UDP, false, FOUR);
    know(
        1,
        Protocol.UDP,
        true,
        "fd00000000000000 0000000000000001 fd00000000000000 0000000000000002");
  }

  @AfterEach
  void close() {
    if (maps != null) {
      filter.close();
      slot.close();
      maps.close();
    }
    pool.close();
    arena.close();
  }

  /** From port 1000 to 2000 between {@code addresses} is flow {@code number}. */
  private void know(int number, int protocol, boolean ipv6, String addresses) {
    MemorySegment key = arena.allocate(FlowMaps.KEY_LENGTH, 8);
    byte[] bytes = HexFormat.of().parseHex(addresses.replace(" ", ""));
    MemorySegment.copy(bytes, 0, key, ValueLayout.JAVA_BYTE, 0, bytes.length);
    key.set(ValueLayout.JAVA_INT, FlowMaps.KEY_PORTS, Integer.reverseBytes(1_000 << 16 | 2_000));
    key.set(ValueLayout.JAVA_BYTE, FlowMaps.KEY_PROTOCOL, (byte) protocol);
    key.set(ValueLayout.JAVA_BYTE, FlowMaps.KEY_SIDE, (byte) FlowMaps.keySide(0, ipv6));
    assertEquals(0, maps.numbers().update(key, arena.allocateFrom(ValueLayout.JAVA_INT, number)));
  }

  private static Frames udp(String from, String to) {
    return Frames.udp().from(from + ":1000").to(to + ":2000").payload(30);
  }

  private int decision(Frames frames) throws BpfException {
    frames.build(packet);
    return decision();
  }

  /** The kernel takes the first Ethernet header off before it runs a socket's filter. */
  private int decision() throws BpfException {
    MemorySegment frame = arena.allocate(ETHERNET + packet.length(), 8);
    MemorySegment.copy(packet.memory(), packet.start(), frame, 0, ETHERNET);
    MemorySegment.copy(packet.memory(), packet.start(), frame, ETHERNET, packet.length());
    return filter.run(frame, arena.allocate(frame.byteSize(), 8));
  }

  @Test
  void carriesWhatItKnows() throws BpfException {
    assertEquals(CARRIED, decision(udp("10.0.0.1", "10.0.0.2")));
    assertEquals(CARRIED, decision(udp("[fd00::1]", "[fd00::2]")));
    assertEquals(VTLS, decision(udp("10.0.0.1", "10.0.0.3")));
  }

  @Test
  void leavesFramesFromAnotherMacAddress() throws BpfException {
    for (int number = 0; number < 2; number++) {
      maps.writeMac(number, 0x0200_0000_0001L);
    }
    String to = "02:00:00:00:00:02";
    for (List<String> ends :
        List.of(List.of("10.0.0.1", "10.0.0.2"), List.of("[fd00::1]", "[fd00::2]"))) {
      Frames frames = udp(ends.getFirst(), ends.getLast());
      assertEquals(CARRIED, decision(frames.macs("02:00:00:00:00:01", to)));
      assertEquals(VTLS, decision(frames.macs("02:00:00:00:00:03", to)));
      assertEquals(VTLS, decision(frames.macs("02:00:00:00:01:01", to)));
    }
  }

  @Test
  void leavesWhatIsTheHostsToo() throws BpfException {
    for (String to : List.of("00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01")) {
      // The test's interface is lo, whose own address is all zeros.
      assertEquals(VTLS, decision(udp("10.0.0.1", "10.0.0.2").macs("02:00:00:00:00:01", to)));
    }
  }

  @Test
  void takesNoIpv6PacketForOneOfIpv4() throws BpfException {
    udp("[fd00::1]", "[fd00::2]").build(packet);
    byte[] mapped = HexFormat.of().parseHex(FOUR.replace(" ", ""));
    MemorySegment.copy(
        mapped, 0, packet.memory(), ValueLayout.JAVA_BYTE, packet.start() + 22L, mapped.length);
    assertEquals(VTLS, decision());
  }

  @Test
  void leavesAnotherVersionThanTheFrameSays() throws BpfException {
    udp("[fd00::1]", "[fd00::2]").build(packet);
    packet.memory().set(ValueLayout.JAVA_BYTE, packet.start() + 14L, (byte) 0x50);
    assertEquals(VTLS, decision());
  }

  /** A TCP connection whose VM has sent up to 1000, and may up to 3000; its peer up to 5000. */
  private void knowTcp() {
    know(2, Protocol.TCP, false, FOUR);
    for (int number = 2; number < 4; number++) {
      maps.write(number, FlowMaps.GENERATION, maps.generation());
    }
    maps.write(2, FlowMaps.SEQUENCE_END, 1_000);
    maps.write(2, FlowMaps.ACKNOWLEDGMENT, 4_000);
    maps.write(3, FlowMaps.SEQUENCE_END, 5_000);
    maps.write(3, FlowMaps.WINDOW_EDGE, 3_000);
  }

  private static Frames tcp(long sequence, long acknowledgment, int length) {
    return Frames.tcp()
        .from("10.0.0.1:1000")
        .to("10.0.0.2:2000")
        .seq(sequence)
        .ack(acknowledgment)
        .payload(length);
  }

  @Test
  void followsTheSegmentsOfAConnection() throws BpfException {
    knowTcp();
    assertEquals(CARRIED, decision(tcp(1_000, 4_500, 500)));
    assertEquals(1_500, maps.read(2, FlowMaps.SEQUENCE_END));
    assertEquals(4_500, maps.read(2, FlowMaps.ACKNOWLEDGMENT));
    assertEquals(CARRIED, decision(tcp(1_000, 4_400, 500)), "sent again");
    assertEquals(1_500, maps.read(2, FlowMaps.SEQUENCE_END));
    assertEquals(4_500, maps.read(2, FlowMaps.ACKNOWLEDGMENT));
    assertEquals(CARRIED, decision(tcp(2_000, 5_000, 1_000)), "up to the edge of both");
    assertEquals(3, maps.readLong(2, FlowMaps.PACKETS));
  }

  @Test
  void aForgedSegmentMovesNothing() throws BpfException {
    knowTcp();
    assertEquals(VTLS, decision(tcp(2_000, 4_500, 1_001)), "beyond the window");
    assertEquals(VTLS, decision(tcp(2_000_000_000, 4_500, 100)), "far beyond");
    assertEquals(VTLS, decision(tcp(1_000, 5_001, 100)), "acknowledges what was never sent");
    assertEquals(1_000, maps.read(2, FlowMaps.SEQUENCE_END));
    assertEquals(4_000, maps.read(2, FlowMaps.ACKNOWLEDGMENT));
    assertEquals(0, maps.readLong(2, FlowMaps.PACKETS));
  }

  /** The flow of IPv4 is to be carried once nothing of it is on its way through VTL. */
  private void begin(long deadlineNanos) {
    maps.write(0, FlowMaps.AWAITED, (int) maps.passedTo(0) + (1 << 30));
    maps.write(0, FlowMaps.DEADLINE, (int) (deadlineNanos >> FlowMaps.DEADLINE_SHIFT));
  }

  @Test
  void overtakesNoPacketOfTheFlow() throws BpfException {
    Frames flow = udp("10.0.0.1", "10.0.0.2");
    Frames other = udp("10.0.0.1", "10.0.0.3");
    long never = System.nanoTime() + 3_600_000_000_000L;
    begin(never);
    assertEquals(VTLS, decision(flow), "nothing is known of what is on its way");
    assertEquals(VTLS, decision(flow));
    maps.settle(0, 1);
    assertEquals(VTLS, decision(flow), "the second is on its way");
    assertEquals(VTLS, decision(other));
    maps.settle(0, 3);
    assertEquals(CARRIED, decision(flow), "the other's is not waited for");
    maps.settle(0, -1);
    assertEquals(CARRIED, decision(flow), "once begun");
  }

  @Test
  void beginsAtOnceWhenNothingIsOnItsWay() throws BpfException {
    assertEquals(VTLS, decision(udp("10.0.0.1", "10.0.0.3")));
    begin(System.nanoTime() + 3_600_000_000_000L);
    maps.settle(0, 1);
    assertEquals(CARRIED, decision(udp("10.0.0.1", "10.0.0.2")));
  }

  @Test
  void doesNotWaitForEver() throws BpfException {
    begin(System.nanoTime() - 10_000_000);
    assertEquals(CARRIED, decision(udp("10.0.0.1", "10.0.0.2")));
  }

  @Test
  void whatTheGateRefusesIsNeitherVtlsNorCarriedNorCounted() throws BpfException {
    try (FloodGate gate = new FloodGate(new Libc(arena), -1);
        BpfProgram gated = FlowProgram.filter(maps, 0, slot, gate)) {
      filter.close();
      filter = gated;
      gate.setAsked(true);
      gate.admit(1);
      int refused = 0;
      for (int i = 0; i < 2_000; i++) {
        Frames syn = Frames.tcp().from("10.0.0.1:" + (i + 1)).to("10.0.0.9:80").syn();
        refused += decision(syn) == VTLS ? 0 : 1;
        assertEquals(CARRIED, decision(udp("10.0.0.1", "10.0.0.2")));
        assertEquals(VTLS, decision(udp("10.0.0.1", "10.0.0.3")));
      }
      assertTrue(refused > 0);
      assertEquals(refused, gate.takeRefused());
      assertEquals(4_000 - refused, maps.passedTo(0));
    }
  }
}
