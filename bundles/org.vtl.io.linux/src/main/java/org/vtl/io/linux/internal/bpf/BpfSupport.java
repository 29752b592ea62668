package org.vtl.io.linux.internal.bpf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Register;

/** What this kernel lets this process do with BPF, found out by trying. Any thread; not cheap. */
public final class BpfSupport {
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_SYS_ADMIN = 21;
  private static final int CAP_BPF = 39;

  private BpfSupport() {}

  /** Why XDP programs cannot be used, as part of a sentence, or null if they can. */
  public static String whyNoXdp() {
    return whyNot(BpfProgram.Kind.XDP);
  }

  /**
   * Why programs cannot be attached to tcx, as part of a sentence, or null if they can: needs Linux
   * 6.6.
   */
  public static String whyNoTcx() {
    String refusal = whyNot(BpfProgram.Kind.SCHED_CLS);
    if (refusal != null) {
      return refusal;
    }
    try (Arena arena = Arena.ofConfined();
        BpfProgram program = trivial(BpfProgram.Kind.SCHED_CLS)) {
      return BpfLink.isTcxKnown(new Bpf(arena), program.descriptor())
          ? null
          : "this kernel, Linux "
              + System.getProperty("os.version")
              + ", has no tcx; use Linux 6.6 or later";
    } catch (BpfException e) {
      return e.reason();
    }
  }

  /** Why no socket can have a filter with maps, as part of a sentence, or null if it can. */
  public static String whyNoSocketFilter() {
    return whyNot(BpfProgram.Kind.SOCKET_FILTER);
  }

  private static String whyNot(BpfProgram.Kind kind) {
    try (BpfMap map = BpfMap.create(BpfMap.Kind.HASH, "vtl_probe", 4, 4, 1, BpfMap.NO_PREALLOC);
        BpfProgram program = trivial(kind)) {
      return map.descriptor() >= 0 && program.descriptor() >= 0 ? null : "they are closed";
    } catch (BpfException e) {
      return e.reason();
    }
  }

  private static BpfProgram trivial(BpfProgram.Kind kind) throws BpfException {
    return BpfProgram.load(kind, "vtl_probe", 0, new BpfAssembler().move(Register.R0, 0).exit());
  }

  /** What an errno of bpf(2) means, and the remedy. */
  static String reason(int errno) {
    return switch (errno) {
      case Bpf.EPERM, Bpf.EACCES -> permission(capabilities());
      case Bpf.ENOSYS -> "this kernel is built without BPF; use one with CONFIG_BPF_SYSCALL";
      case Bpf.ENODEV -> "there is no such interface; create it";
      case Bpf.ENOMEM -> "there is not enough memory; free some or raise the control group's limit";
      default ->
          Bpf.strerror(errno)
              + "; Linux "
              + System.getProperty("os.version")
              + " may be too old for it";
    };
  }

  /** Why a process with these effective capabilities is refused. */
  static String permission(long capabilities) {
    boolean bpf = has(capabilities, CAP_BPF) || has(capabilities, CAP_SYS_ADMIN);
    boolean network = has(capabilities, CAP_NET_ADMIN) || has(capabilities, CAP_SYS_ADMIN);
    if (bpf && network) {
      return "BPF is forbidden to this process by a seccomp filter, a security module or a"
          + " container; allow bpf(2) there";
    }
    return "BPF is not permitted to this process; run VTL as root or give it CAP_BPF and"
        + " CAP_NET_ADMIN";
  }

  private static boolean has(long capabilities, int capability) {
    return (capabilities >>> capability & 1) != 0;
  }

  /** The effective set of this process. */
  private static long capabilities() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("CapEff:")) {
          return Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        }
      }
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
    return 0;
  }
}
