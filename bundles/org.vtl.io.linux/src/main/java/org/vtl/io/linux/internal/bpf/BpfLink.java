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

  /** Without another program named: before all. */
  private static final int BPF_F_BEFORE = 1 << 3;

  // union bpf_attr for BPF_LINK_CREATE: prog_fd 0, target_ifindex 4, attach_type 8, flags 12
  private static final int CREATE_LENGTH = 64;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;

  private final int descriptor;
  private boolean closed;

  private BpfLink(BpfProgram program, int deviceIndex, int type, int flags) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      Bpf bpf = new Bpf(arena);
      MemorySegment attributes = bpf.attributes();
      attributes.set(U32, 0, program.descriptor());
      attributes.set(U32, 4, deviceIndex);
      attributes.set(U32, 8, type);
      attributes.set(U32, 12, flags);
      descriptor = bpf.call(Bpf.LINK_CREATE, CREATE_LENGTH);
    }
    if (descriptor < 0) {
      throw refusal("BPF program " + program.name() + " cannot be attached", type, -descriptor);
    }
  }

  private static BpfException refusal(String what, int type, int errno) {
    return switch (errno) {
      case Bpf.EBUSY, Bpf.EEXIST ->
          BpfException.of(
              what,
              "another program is attached to the interface; detach it (\"ip link set dev"
                  + " INTERFACE xdp off\", \"bpftool net\" shows it)",
              errno);
      case Bpf.EINVAL ->
          BpfException.of(
              what,
              type == BPF_XDP
                  ? "the kernel or the driver cannot do it"
                  : "this kernel, Linux "
                      + System.getProperty("os.version")
                      + ", has no tcx; use Linux 6.6 or later",
              errno);
      case Bpf.EOPNOTSUPP ->
          BpfException.of(what, "the interface's driver does not support it", errno);
      default -> BpfException.of(what, errno);
    };
  }

  /** Attaches an XDP program (Linux 5.9). An interface has one at most. */
  public static BpfLink xdp(BpfProgram program, int deviceIndex, XdpMode mode) throws BpfException {
    return new BpfLink(program, deviceIndex, BPF_XDP, mode.flags);
  }

  /** Attaches a program of tc before all others of the ingress of an interface (Linux 6.6). */
  public static BpfLink tcxIngress(BpfProgram program, int deviceIndex) throws BpfException {
    return new BpfLink(program, deviceIndex, BPF_TCX_INGRESS, BPF_F_BEFORE);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Bpf.close(descriptor);
    }
  }
}
