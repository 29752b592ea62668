package org.vtl.io.linux.internal.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A program attached to an interface for as long as this object, or the process, lives. Used by one
 * thread at a time.
 */
public final class BpfLink implements AutoCloseable {
  /** How an XDP program is run. */
  public enum XdpMode {
    /** In the driver if it can, otherwise as {@link #GENERIC}. */
    AUTO(0),
    /** Before the driver, or rather in place of it, for any interface; slower. */
    GENERIC(2),
    /** In the driver. */
    NATIVE(4);

    private final int flags;

    XdpMode(int flags) {
      this.flags = flags;
    }
  }

  // enum bpf_attach_type
  private static final int BPF_XDP = 37;
  private static final int BPF_TCX_INGRESS = 46;
  private static final int BPF_TCX_EGRESS = 47;

  /** Without another program named: before all. */
  private static final int BPF_F_BEFORE = 1 << 3;

  // union bpf_attr for BPF_LINK_CREATE: prog_fd 0, target_ifindex 4, attach_type 8, flags 12
  private static final int CREATE_LENGTH = 64;
  // for BPF_LINK_UPDATE: link_fd 0, new_prog_fd 4
  private static final int UPDATE_LENGTH = 16;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;

  private final String what;
  private final Arena arena;
  private final Bpf bpf;
  private final int descriptor;
  private boolean closed;

  private BpfLink(BpfProgram program, int deviceIndex, int type, int flags) throws BpfException {
    what = "BPF program " + program.name() + " cannot be attached";
    arena = Arena.ofShared();
    bpf = new Bpf(arena);
    descriptor = create(bpf, program.descriptor(), deviceIndex, type, flags);
    if (descriptor < 0) {
      arena.close();
      throw switch (-descriptor) {
        case Bpf.EBUSY, Bpf.EEXIST ->
            BpfException.of(
                what,
                "another program is attached to the interface; detach it (\"ip link set dev"
                    + " INTERFACE xdp off\", \"bpftool net\" shows it)",
                -descriptor);
        case Bpf.EINVAL ->
            BpfException.of(what, "the kernel or the driver cannot do it", -descriptor);
        case Bpf.EOPNOTSUPP ->
            BpfException.of(what, "the interface's driver does not support it", -descriptor);
        default -> BpfException.of(what, -descriptor);
      };
    }
  }

  /** Attaches an XDP program (Linux 5.9). An interface has one at most. */
  public static BpfLink xdp(BpfProgram program, int deviceIndex, XdpMode mode) throws BpfException {
    return new BpfLink(program, deviceIndex, BPF_XDP, mode.flags);
  }

  /** Attaches a program of tc behind others of the ingress of an interface (Linux 6.6). */
  public static BpfLink tcxIngress(BpfProgram program, int deviceIndex) throws BpfException {
    return new BpfLink(program, deviceIndex, BPF_TCX_INGRESS, 0);
  }

  /** Attaches a program of tc before all others of the ingress of an interface (Linux 6.6). */
  public static BpfLink tcxIngressFirst(BpfProgram program, int deviceIndex) throws BpfException {
    return new BpfLink(program, deviceIndex, BPF_TCX_INGRESS, BPF_F_BEFORE);
  }

  /** Attaches a program of tc behind others of the egress of an interface (Linux 6.6). */
  public static BpfLink tcxEgress(BpfProgram program, int deviceIndex) throws BpfException {
    return new BpfLink(program, deviceIndex, BPF_TCX_EGRESS, 0);
  }

  /** Whether the kernel has tcx: one that has not does not ask for the interface. */
  static boolean isTcxKnown(Bpf bpf, int program) {
    return create(bpf, program, 0, BPF_TCX_INGRESS, 0) == -Bpf.ENODEV;
  }

  private static int create(Bpf bpf, int program, int deviceIndex, int type, int flags) {
    MemorySegment attributes = bpf.attributes();
    attributes.set(U32, 0, program);
    attributes.set(U32, 4, deviceIndex);
    attributes.set(U32, 8, type);
    attributes.set(U32, 12, flags);
    return bpf.call(Bpf.LINK_CREATE, CREATE_LENGTH);
  }

  public int descriptor() {
    return descriptor;
  }

  /** Replaces the program; no packet sees neither. */
  public void update(BpfProgram program) throws BpfException {
    MemorySegment attributes = bpf.attributes();
    attributes.set(U32, 0, descriptor);
    attributes.set(U32, 4, program.descriptor());
    int error = bpf.call(Bpf.LINK_UPDATE, UPDATE_LENGTH);
    if (error < 0) {
      throw BpfException.of(what, -error);
    }
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
