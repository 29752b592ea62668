package org.vtl.io.linux.internal.bpf;

import org.vtl.io.linux.internal.bpf.BpfAssembler.Register;

/** What the kernel that runs the tests lets them do with BPF, found out by trying. */
public final class KernelBpf {
  private static final int LOOPBACK = 1;

  private KernelBpf() {}

  /** Why XDP programs cannot be used, as part of a sentence, or null if they can. */
  public static String whyNoXdp() {
    return whyNot(BpfProgram.Kind.XDP);
  }

  /** Why programs cannot be attached to tcx, as part of a sentence, or null if they can. */
  public static String whyNoTcx() {
    return whyNot(BpfProgram.Kind.SCHED_CLS);
  }

  /** Why no socket can have a filter with maps, as part of a sentence, or null if it can. */
  public static String whyNoSocketFilter() {
    return whyNot(BpfProgram.Kind.SOCKET_FILTER);
  }

  private static String whyNot(BpfProgram.Kind kind) {
    BpfAssembler pass = new BpfAssembler().move(Register.R0, -1).exit();
    try (BpfMap map = BpfMap.create(BpfMap.Kind.HASH, "vtl_probe", 4, 4, 1, BpfMap.NO_PREALLOC);
        BpfProgram program = BpfProgram.load(kind, "vtl_probe", pass)) {
      if (kind == BpfProgram.Kind.SCHED_CLS) {
        BpfLink.tcxIngress(program, LOOPBACK).close();
      }
      return map.descriptor() >= 0 ? null : "it is closed";
    } catch (BpfException e) {
      return e.reason();
    }
  }
}
