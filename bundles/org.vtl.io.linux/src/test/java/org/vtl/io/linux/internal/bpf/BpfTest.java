package org.vtl.io.linux.internal.bpf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R0;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R1;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R10;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R2;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R3;

import com.sun.management.ThreadMXBean;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Condition;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Operation;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Size;

/** Programs, maps and links in the kernel that runs the tests. */
class BpfTest {
  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;
  private static final int XDP_DROP = 1;
  private static final int XDP_PASS = 2;
  private static final int LOOPBACK = 1;
  private static final int ENOENT = 2;
  private static final int E2BIG = 7;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment frame = arena.allocate(64, 8);
  private final MemorySegment result = arena.allocate(256, 8);
  private final MemorySegment key = arena.allocate(U32);
  private final MemorySegment value = arena.allocate(4096, 8);

  @BeforeEach
  void mayUseBpf() {
    String why = KernelBpf.whyNoXdp();
    assumeTrue(why == null, why);
    frame.set(ValueLayout.JAVA_BYTE, 12, (byte) 0x08);
  }

  @AfterEach
  void free() {
    arena.close();
  }

  private int run(BpfProgram.Kind kind, BpfAssembler code) throws BpfException {
    try (BpfProgram program = BpfProgram.load(kind, "vtl_test", code)) {
      return program.run(frame, result);
    }
  }

  private int compute(BpfAssembler code) throws BpfException {
    return run(BpfProgram.Kind.XDP, code.exit());
  }

  private static String hex(BpfAssembler code) {
    try (Arena arena = Arena.ofConfined()) {
      return HexFormat.of().formatHex(code.assemble(arena).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void instructionsAreEncodedAsTheRfcSays() {
    // RFC 9669 section 3: opcode, registers (source high), offset, immediate.
    assertEquals("b701000005000000", hex(new BpfAssembler().move(R1, 5)));
    assertEquals("bf12000000000000", hex(new BpfAssembler().move(R2, R1)));
    assertEquals("07020000f8ffffff", hex(new BpfAssembler().add(R2, -8)));
    assertEquals("6121100000000000", hex(new BpfAssembler().load(Size.U32, R1, R2, 16)));
    assertEquals("7b1af8ff00000000", hex(new BpfAssembler().store(Size.U64, R10, -8, R1)));
    assertEquals("db10080000000000", hex(new BpfAssembler().atomicAdd(Size.U64, R0, 8, R1)));
    assertEquals(
        "1501010007000000" + "b700000001000000" + "9500000000000000",
        hex(
            new BpfAssembler()
                .jumpIf(R1, Condition.EQUAL, 7, "end")
                .move(R0, 1)
                .label("end")
                .exit()));
    assertEquals(
        "b700000000000000" + "0500feff00000000",
        hex(new BpfAssembler().label("again").move(R0, 0).jump("again")));
  }

  @Test
  void labelsAreThereOnce() {
    assertThrows(IllegalArgumentException.class, () -> hex(new BpfAssembler().jump("nowhere")));
    assertThrows(
        IllegalArgumentException.class, () -> new BpfAssembler().label("twice").label("twice"));
    assertThrows(
        IllegalArgumentException.class, () -> new BpfAssembler().load(Size.U8, R1, R2, 40_000));
  }

  @Test
  void arithmetic() throws BpfException {
    assertEquals(7, compute(new BpfAssembler().move(R0, 3).add(R0, 4)));
    assertEquals(6, compute(new BpfAssembler().move(R0, 48).compute(Operation.SHIFT_RIGHT, R0, 3)));
    assertEquals(0x3412, compute(new BpfAssembler().move(R0, 0x1234).networkOrder(R0, 16)));
    assertEquals(
        2,
        compute(
            new BpfAssembler()
                .move(R1, 8)
                .move(R2, 3)
                .move(R0, R1)
                .compute32(Operation.MODULO, R0, R2)));
    assertEquals(
        9,
        compute(
            new BpfAssembler()
                .move(R1, -1)
                .move(R0, 9)
                .jumpIf(R1, Condition.LESS_OR_EQUAL_SIGNED, -1, "negative")
                .move(R0, 0)
                .label("negative")));
  }

  @Test
  void aProgramReadsAndWritesItsPacket() throws BpfException {
    BpfAssembler code =
        new BpfAssembler()
            .load(Size.U32, R2, R1, 0)
            .load(Size.U32, R3, R1, 4)
            .move(R0, R2)
            .add(R0, 14)
            .jumpIf(R0, Condition.ABOVE, R3, "short")
            .load(Size.U16, R0, R2, 12)
            .networkOrder(R0, 16)
            .store(Size.U16, R2, 12, 0x2211)
            .exit()
            .label("short")
            .move(R0, XDP_DROP)
            .exit();
    assertEquals(0x0800, run(BpfProgram.Kind.XDP, code));
    assertEquals(0x11, result.get(ValueLayout.JAVA_BYTE, 12));
  }

  @Test
  void theVerifiersWordsAreInTheMessage() {
    BpfException refused =
        assertThrows(BpfException.class, () -> compute(new BpfAssembler().move(R1, 0)));
    assertEquals(
        "BPF program vtl_test cannot be loaded: the verifier refuses it, \"R0 !read_ok\"; report"
            + " this with the kernel's version.",
        refused.getMessage());
  }

  @Test
  void aProgramCountsInAnArray() throws BpfException {
    try (BpfMap map = BpfMap.create(BpfMap.Kind.ARRAY, "count", 4, 24, 1, BpfMap.MMAPABLE)) {
      BpfAssembler code =
          new BpfAssembler()
              .loadMapValue(R1, map, 16)
              .move(R2, 5)
              .atomicAdd(Size.U64, R1, 0, R2)
              .load(Size.U64, R0, R1, 0)
              .exit();
      assertEquals(5, run(BpfProgram.Kind.XDP, code));
      assertEquals(10, run(BpfProgram.Kind.XDP, code));
      assertEquals(0, map.lookup(key, value));
      assertEquals(10, value.get(U64, 16));
      MemorySegment memory = map.memory(arena);
      assertEquals(10, memory.getAtIndex(U64, 2));
      memory.setAtIndex(U64, 2, 100);
      assertEquals(105, run(BpfProgram.Kind.XDP, code));
    }
  }

  /** CPUs that a map per CPU has values for, those that are not plugged in included. */
  private static int possibleCpus() {
    try {
      String ranges = Files.readString(Path.of("/sys/devices/system/cpu/possible")).strip();
      // Such as "0-3" or "0-1,4-7": the kernel counts up to the last.
      return Integer.parseInt(ranges.substring(ranges.lastIndexOf('-') + 1)) + 1;
    } catch (IOException | NumberFormatException e) {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  @Test
  void valuesPerCpu() throws BpfException {
    try (BpfMap map = BpfMap.create(BpfMap.Kind.PERCPU_ARRAY, "count", 4, 4, 1, 0)) {
      BpfAssembler code =
          new BpfAssembler()
              .store(Size.U32, R10, -4, 0)
              .loadMap(R1, map)
              .move(R2, R10)
              .add(R2, -4)
              .call(BpfHelper.MAP_LOOKUP_ELEM)
              .jumpIf(R0, Condition.EQUAL, 0, "none")
              .load(Size.U32, R1, R0, 0)
              .add(R1, 1)
              .store(Size.U32, R0, 0, R1)
              .move(R0, XDP_PASS)
              .label("none")
              .exit();
      assertEquals(XDP_PASS, run(BpfProgram.Kind.XDP, code));
      assertEquals(XDP_PASS, run(BpfProgram.Kind.XDP, code));
      assertEquals(0, map.lookup(key, value));
      int sum = 0;
      for (int i = 0; i < possibleCpus(); i++) {
        sum += value.get(U32, 8L * i);
      }
      assertEquals(2, sum);
    }
  }

  @Test
  void entriesOfAHash() throws BpfException {
    try (BpfMap map = BpfMap.create(BpfMap.Kind.HASH, "test", 4, 8, 2, BpfMap.NO_PREALLOC)) {
      key.set(U32, 0, 7);
      value.set(U64, 0, 70);
      assertEquals(-ENOENT, map.lookup(key, value));
      assertEquals(0, map.update(key, value));
      value.set(U64, 0, 0);
      assertEquals(0, map.lookup(key, value));
      assertEquals(70, value.get(U64, 0));
      key.set(U32, 0, 8);
      assertEquals(0, map.update(key, value));
      key.set(U32, 0, 9);
      assertEquals(-E2BIG, map.update(key, value));
      key.set(U32, 0, 7);
      assertEquals(0, map.delete(key));
      assertEquals(-ENOENT, map.delete(key));
    }
  }

  @Test
  void linksComeAndGo() throws BpfException {
    String why = KernelBpf.whyNoTcx();
    assumeTrue(why == null, why);
    BpfAssembler pass = new BpfAssembler().move(R0, -1).exit();
    try (BpfProgram program = BpfProgram.load(BpfProgram.Kind.SCHED_CLS, "one", pass);
        BpfProgram other = BpfProgram.load(BpfProgram.Kind.SCHED_CLS, "two", pass);
        BpfLink link = BpfLink.tcxIngress(program, LOOPBACK)) {
      assertNotNull(link);
      BpfLink.tcxIngress(other, LOOPBACK).close();
      BpfException none =
          assertThrows(BpfException.class, () -> BpfLink.tcxIngress(program, 999_999));
      assertEquals(
          "BPF program one cannot be attached: there is no such interface; create it.",
          none.getMessage());
      // What a kernel says that has no tcx, as for any attachment that it does not know.
      try (BpfProgram xdp = BpfProgram.load(BpfProgram.Kind.XDP, "xdp", pass)) {
        BpfException old =
            assertThrows(BpfException.class, () -> BpfLink.tcxIngress(xdp, LOOPBACK));
        assertTrue(old.reason().endsWith("has no tcx; use Linux 6.6 or later"), old.reason());
      }
    }
  }

  @Test
  void anInterfaceHasOneXdpProgram() throws BpfException {
    BpfAssembler pass = new BpfAssembler().move(R0, XDP_PASS).exit();
    try (BpfProgram program = BpfProgram.load(BpfProgram.Kind.XDP, "one", pass)) {
      try (BpfLink link = BpfLink.xdp(program, LOOPBACK, BpfLink.XdpMode.GENERIC)) {
        assertNotNull(link);
        BpfException busy =
            assertThrows(
                BpfException.class, () -> BpfLink.xdp(program, LOOPBACK, BpfLink.XdpMode.GENERIC));
        assertTrue(busy.getMessage().contains("another program is attached"), busy.getMessage());
      }
      BpfLink.xdp(program, LOOPBACK, BpfLink.XdpMode.GENERIC).close();
      BpfException driver =
          assertThrows(
              BpfException.class, () -> BpfLink.xdp(program, LOOPBACK, BpfLink.XdpMode.NATIVE));
      assertTrue(driver.getMessage().contains("driver"), driver.getMessage());
    }
  }

  @Test
  void whyItIsNotPermitted() {
    assertTrue(BpfRefusal.permission(0).contains("CAP_BPF and CAP_NET_ADMIN"));
    assertTrue(BpfRefusal.permission(1L << 39).contains("CAP_BPF and CAP_NET_ADMIN"));
    assertTrue(BpfRefusal.permission(1L << 39 | 1L << 12).contains("seccomp"));
    assertTrue(BpfRefusal.permission(1L << 21).contains("seccomp"));
    assertNull(KernelBpf.whyNoSocketFilter());
  }

  @Test
  void noDescriptorLeaks() throws BpfException {
    int before = new File("/proc/self/fd").list().length;
    for (int i = 0; i < 50; i++) {
      entriesOfAHash();
      theVerifiersWordsAreInTheMessage();
      anInterfaceHasOneXdpProgram();
    }
    assertTrue(new File("/proc/self/fd").list().length - before < 10);
  }

  @Test
  void callsThatSucceedAllocateNothing() throws BpfException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (BpfMap map = BpfMap.create(BpfMap.Kind.HASH, "test", 4, 8, 2, 0)) {
      change(map, 20_000);
      long allocated = Long.MAX_VALUE;
      for (int round = 0; round < 10 && allocated != 0; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        change(map, 5_000);
        allocated = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertEquals(0, allocated);
    }
  }

  private void change(BpfMap map, int times) {
    for (int i = 0; i < times; i++) {
      map.update(key, value);
      map.lookup(key, value);
      map.delete(key);
    }
  }
}
