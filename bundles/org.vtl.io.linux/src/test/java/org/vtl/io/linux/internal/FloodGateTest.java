package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.KernelBpf;

/** Which frames the gate's filter refuses, run on one at a time. */
class FloodGateTest {
  private static final int ETHERNET = 14;
  private static final int PASSED = -1;
  private static final int REFUSED = 0;
  private static final int MANY = 2_000;
  private static final String IPV4 = "020000000001020000000002 0800 45000028 0001%s 40%s 0000 ";
  private static final String ADDRESSES = "%s 0a000002 ";
  private static final String IPV6 =
      "020000000001020000000002 86dd 60000000 0014 %s 40"
          + " fd0000000000000000000000%s fd000000000000000000000000000002 ";
  private static final String TCP = "04000050 00000001 00000000 50%s ffff 0000 0000";

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment frame = arena.allocate(ETHERNET + 128, 8);
  private final MemorySegment result = arena.allocate(256, 8);
  private FloodGate gate;

  @BeforeEach
  void open() throws BpfException {
    assumeTrue(Namespace.isAllowed(), "BPF needs root.");
    assumeTrue(KernelBpf.whyNoSocketFilter() == null, KernelBpf.whyNoSocketFilter());
    gate = new FloodGate(new Libc(arena), -1);
  }

  @AfterEach
  void close() {
    if (gate != null) {
      gate.close();
    }
    arena.close();
  }

  /** The kernel takes the first Ethernet header off before it runs a socket's filter. */
  private int verdict(byte[] bytes, int length) throws BpfException {
    MemorySegment.copy(bytes, 0, frame, ValueLayout.JAVA_BYTE, 0, ETHERNET);
    MemorySegment.copy(bytes, 0, frame, ValueLayout.JAVA_BYTE, ETHERNET, length);
    return gate.filter().run(frame.asSlice(0, ETHERNET + length), result);
  }

  private int verdict(byte[] bytes) throws BpfException {
    return verdict(bytes, bytes.length);
  }

  private static byte[] frame(
      int version, String fragment, String protocol, String flags, int from) {
    String source = "%08x".formatted(from);
    String ip =
        version == 4
            ? IPV4.formatted(fragment, protocol) + ADDRESSES.formatted(source)
            : IPV6.formatted(protocol, source);
    return HexFormat.of().parseHex((ip + TCP.formatted(flags)).replace(" ", ""));
  }

  private static byte[] syn(int version, int from) {
    return frame(version, "4000", "06", "02", from);
  }

  /** The cases of {@link SheddingTest}: both must have floods be the same. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "SYN, 4, 4000, 06, 02, true",
    "'SYN, ECE, CWR', 4, 4000, 06, c2, true",
    "'SYN, ACK', 4, 4000, 06, 12, false",
    "ACK, 4, 4000, 06, 10, false",
    "'SYN, RST', 4, 4000, 06, 06, false",
    "UDP, 4, 4000, 11, 02, false",
    "ICMP, 4, 4000, 01, 02, false",
    "first fragment, 4, 2000, 11, 00, true",
    "later fragment, 4, 0001, 06, 00, true",
    "SYN over IPv6, 6, 0000, 06, 02, true",
    "ACK over IPv6, 6, 0000, 06, 10, false",
    "fragment over IPv6, 6, 0000, 2c, 00, true"
  })
  void refusesWhatIsBeyondItsRateAndOfAFlood(
      String what, int version, String fragment, String protocol, String flags, boolean flood)
      throws BpfException {
    byte[] bytes = frame(version, fragment, protocol, flags, 0x0a000001);
    boolean refused = false;
    for (int i = 0; i < MANY; i++) {
      assertEquals(PASSED, verdict(bytes), "it admits all");
    }
    gate.admit(1);
    for (int i = 0; i < MANY && !refused; i++) {
      refused = verdict(bytes) == REFUSED;
    }
    assertEquals(flood, refused, what);
    assertEquals(flood ? 1 : 0, gate.takeRefused());
    gate.admit(0);
    assertEquals(PASSED, verdict(bytes));
    assertEquals(0, gate.takeRefused());
  }

  @Test
  void passesWhatIsNoIp() throws BpfException {
    gate.admit(1);
    byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex("ffffffffffff0200000000010806"), 60);
    for (int i = 0; i < MANY; i++) {
      assertEquals(PASSED, verdict(bytes));
    }
  }

  @Test
  void readsNothingBeyondTheFrame() throws BpfException {
    gate.admit(1);
    for (int version = 4; version <= 6; version += 2) {
      byte[] bytes = syn(version, 1);
      int head = ETHERNET + (version == 4 ? 20 : 40) + 14;
      for (int length = ETHERNET + (version == 4 ? 20 : 40); length < head; length++) {
        assertEquals(PASSED, verdict(bytes, length), "of " + length + " bytes");
      }
    }
    assertEquals(0, gate.takeRefused());
  }

  @ParameterizedTest(name = "IPv{0}")
  @CsvSource({"4", "6"})
  void admitsSoManyInAWindow(int version) throws BpfException {
    int share = 5;
    gate.admit(share);
    int passed = 0;
    long begun = System.nanoTime();
    for (int i = 0; i < MANY; i++) {
      passed += verdict(syn(version, i)) == PASSED ? 1 : 0;
    }
    long windows = (System.nanoTime() - begun) / FloodGate.WINDOW_NANOS + 2;
    assertTrue(passed >= share && passed <= share * windows, passed + " in " + windows);
    assertEquals(MANY - passed, gate.takeRefused());
  }

  @ParameterizedTest(name = "IPv{0}")
  @CsvSource({"4", "6"})
  void admitsWhoAsksAgainBesideAFlood(int version) throws BpfException {
    gate.admit(1);
    for (int client = 0; client < 100; client++) {
      byte[] bytes = syn(version, 0x0a00_0100 + client);
      while (verdict(bytes) == PASSED) {
        bytes[bytes.length - 20]++; // another port
      }
      for (int other = 0; other < MANY; other++) {
        verdict(syn(version, 0x0b00_0000 + client * MANY + other));
      }
      assertEquals(PASSED, verdict(bytes), "client " + client);
    }
  }
}
