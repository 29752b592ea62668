package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfProgram;
import org.vtl.io.linux.internal.bpf.KernelBpf;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.port.Fanout;
import org.vtl.testkit.Frames;

/** The kernel's machine finds the worker that Java finds. */
class FanoutProgramTest {
  private final Random random = new Random(7);

  @BeforeEach
  void needsBpf() {
    assumeTrue(Namespace.isAllowed(), "BPF needs root.");
    assertNull(KernelBpf.whyNoSocketFilter());
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 7, 16})
  void agreesWithJava(int workers) throws BpfException {
    try (PacketPool pool = new PacketPool(2);
        Arena arena = Arena.ofConfined();
        BpfProgram program = FanoutProgram.load(workers, FanoutProgram.AT_NETWORK)) {
      Packet packet = pool.acquire();
      Packet quoted = pool.acquire();
      int[] seen = new int[workers];
      for (int i = 0; i < 300; i++) {
        for (Frames frames : frames(quoted)) {
          frames.build(packet);
          assertTrue(Parser.parse(packet));
          MemorySegment frame = arena.allocate(Math.max(64, packet.length()), 8);
          MemorySegment.copy(packet.memory(), packet.start(), frame, 0, packet.length());
          int worker = program.run(frame, arena.allocate(frame.byteSize(), 8));
          assertEquals(Fanout.worker(packet, workers), worker, packet.toString());
          seen[worker]++;
        }
      }
      for (int count : seen) {
        assertTrue(count > 300 / workers, "all get some");
      }
    }
  }

  private List<Frames> frames(Packet quoted) {
    String a = address();
    String b = address();
    String six = addressSix();
    String seven = addressSix();
    List<Frames> frames = new ArrayList<>();
    frames.add(Frames.udp().from(a).to(b).payload(20));
    frames.add(Frames.tcp().from(b).to(a).vlan(7).payload(30));
    frames.add(Frames.tcp().from(six).to(seven).payload(10));
    frames.add(Frames.udp().from(seven).to(six).vlan(9).payload(10));
    frames.add(Frames.udp().from(a).to(b).fragment(1_480, false).payload(64));
    frames.add(Frames.echo(5, 6).from(a).to(b).payload(40));
    frames.add(Frames.arpRequest().from(a).to(b));
    int[] errors = {3, 4, 5, 11, 12};
    frames.add(
        Frames.icmp(errors[random.nextInt(errors.length)], 1)
            .from(address())
            .to(b)
            .payload(header(Frames.udp().from(b).to(a), quoted, 28)));
    frames.add(Frames.icmp(3, 4).from(address()).to(b).payload("short"));
    frames.add(
        Frames.icmp(3, 4)
            .from(address())
            .to(b)
            .fragment(0, true)
            .payload(header(Frames.udp().from(b).to(a), quoted, 28)));
    frames.add(
        Frames.icmp(1 + random.nextInt(4), 0)
            .from(addressSix())
            .to(six)
            .payload(header(Frames.tcp().from(six).to(seven), quoted, 60)));
    frames.add(
        Frames.icmp(128, 0)
            .from(six)
            .to(seven)
            .payload(header(Frames.tcp().from(seven).to(addressSix()), quoted, 60)));
    return frames;
  }

  private String address() {
    return random.nextInt(256)
        + "."
        + random.nextInt(256)
        + "."
        + random.nextInt(256)
        + "."
        + random.nextInt(256);
  }

  private String addressSix() {
    StringBuilder text = new StringBuilder("[2001");
    for (int i = 0; i < 7; i++) {
      text.append(':').append(Integer.toHexString(random.nextInt(65_536)));
    }
    return text.append(']').toString();
  }

  private static byte[] header(Frames frames, Packet packet, int length) {
    frames.build(packet);
    byte[] bytes = new byte[length];
    MemorySegment.copy(
        packet.memory(),
        packet.start() + packet.networkOffset(),
        MemorySegment.ofArray(bytes),
        0,
        length);
    return bytes;
  }
}
