package org.vtl.io.linux.internal.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A program in the kernel. It lives until it is closed and the last link or socket that runs it is
 * gone. Used by one thread at a time.
 */
public final class BpfProgram implements AutoCloseable {
  /** What the program is run for, and so what its context is. */
  public enum Kind {
    /** A socket's filter: returns the bytes to keep, 0 to skip the packet. Context: __sk_buff. */
    SOCKET_FILTER(1),
    /** tc and tcx: returns TCX_NEXT (-1), TC_ACT_OK (0), a redirect. Context: __sk_buff. */
    SCHED_CLS(3),
    /** XDP: returns XDP_PASS (2) or another action. Context: xdp_md. */
    XDP(6);

    private final int type;

    Kind(int type) {
      this.type = type;
    }
  }

  // union bpf_attr for BPF_PROG_LOAD: prog_type 0, insn_cnt 4, insns 8, license 16, log_level 24,
  // log_size 28, log_buf 32, prog_name 48
  private static final int LOAD_LENGTH = 72;
  private static final int LOG_LENGTH = 1 << 20;

  // union bpf_attr for BPF_PROG_TEST_RUN: prog_fd 0, retval 4, data_size_in 8, data_size_out 12,
  // data_in 16, data_out 24, repeat 32
  private static final int RUN_LENGTH = 80;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;

  private final String name;
  private final Arena arena;
  private final Bpf bpf;
  private final int descriptor;
  private boolean closed;

  private BpfProgram(String name, Arena arena, Bpf bpf, int descriptor) {
    this.name = name;
    this.arena = arena;
    this.bpf = bpf;
    this.descriptor = descriptor;
  }

  /**
   * Has the kernel verify and take a program.
   *
   * @param name for messages and for bpftool, which shows its first 15 bytes
   * @throws BpfException if it does not; with the verifier's words when it was the verifier
   * @throws IllegalArgumentException if a label is missing
   */
  public static BpfProgram load(Kind kind, String name, BpfAssembler code) throws BpfException {
    Arena arena = Arena.ofShared();
    try {
      Bpf bpf = new Bpf(arena);
      MemorySegment instructions = code.assemble(arena);
      MemorySegment attributes = bpf.attributes();
      attributes.set(U32, 0, kind.type);
      attributes.set(U32, 4, (int) (instructions.byteSize() / 8));
      attributes.set(U64, 8, instructions.address());
      attributes.set(U64, 16, arena.allocateFrom("Apache-2.0").address());
      Bpf.writeName(attributes, 48, name);
      int descriptor = bpf.call(Bpf.PROG_LOAD, LOAD_LENGTH);
      // The verifier gives up for a signal, such as the JVM's own, and says so.
      for (int tries = 0; descriptor == -Bpf.EAGAIN && tries < 5; tries++) {
        descriptor = bpf.call(Bpf.PROG_LOAD, LOAD_LENGTH);
      }
      if (descriptor < 0) {
        throw refusal(bpf, attributes, name, -descriptor);
      }
      return new BpfProgram(name, arena, bpf, descriptor);
    } catch (BpfException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** Asks again, with room for the verifier's words. */
  private static BpfException refusal(Bpf bpf, MemorySegment attributes, String name, int errno) {
    String what = "BPF program " + name + " cannot be loaded";
    if (errno == Bpf.EPERM) {
      return BpfException.of(what, errno);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment log = arena.allocate(LOG_LENGTH);
      attributes.set(U32, 24, 1);
      attributes.set(U32, 28, LOG_LENGTH);
      attributes.set(U64, 32, log.address());
      int descriptor = bpf.call(Bpf.PROG_LOAD, LOAD_LENGTH);
      if (descriptor >= 0) {
        Bpf.close(descriptor);
        return BpfException.of(what, errno);
      }
      String text = log.getString(0);
      return text.isBlank()
          ? BpfException.of(what, errno)
          : BpfException.refused(what, errno, text);
    }
  }

  /** The descriptor, open as long as this object. */
  public int descriptor() {
    return descriptor;
  }

  /** The name it was loaded under. */
  public String name() {
    return name;
  }

  /** Makes it the filter of a socket, which keeps it from then on. */
  public void attachToSocket(int socket) throws BpfException {
    int error = bpf.attachToSocket(socket, descriptor);
    if (error < 0) {
      throw BpfException.of("BPF program " + name + " cannot filter a socket", -error);
    }
  }

  /**
   * Runs it once on a packet that is on no interface (BPF_PROG_TEST_RUN).
   *
   * @param frame at least an Ethernet header, in native memory
   * @param result takes the frame as the program left it
   * @return what the program returned
   */
  public int run(MemorySegment frame, MemorySegment result) throws BpfException {
    MemorySegment attributes = bpf.attributes();
    attributes.set(U32, 0, descriptor);
    attributes.set(U32, 8, (int) frame.byteSize());
    attributes.set(U32, 12, (int) result.byteSize());
    attributes.set(U64, 16, frame.address());
    attributes.set(U64, 24, result.address());
    int error = bpf.call(Bpf.PROG_TEST_RUN, RUN_LENGTH);
    if (error < 0) {
      throw BpfException.of("BPF program " + name + " cannot be run on a packet", -error);
    }
    return attributes.get(U32, 4);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Bpf.close(descriptor);
      arena.close();
    }
  }
}
