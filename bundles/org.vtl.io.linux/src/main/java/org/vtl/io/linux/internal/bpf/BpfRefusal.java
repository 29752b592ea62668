package org.vtl.io.linux.internal.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Why the kernel refuses a call of bpf(2), and the remedy, in parts of a sentence. Any thread. */
final class BpfRefusal {
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_SYS_ADMIN = 21;
  private static final int CAP_BPF = 39;

  private BpfRefusal() {}

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
