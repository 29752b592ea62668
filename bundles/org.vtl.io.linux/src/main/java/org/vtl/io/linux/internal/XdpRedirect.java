package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.io.linux.internal.bpf.BpfAssembler;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Register;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Size;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfHelper;
import org.vtl.io.linux.internal.bpf.BpfLink;
import org.vtl.io.linux.internal.bpf.BpfMap;
import org.vtl.io.linux.internal.bpf.BpfProgram;

/**
 * The XDP program of a port: what arrives at a queue goes to the queue's socket, or up the host's
 * stack if it has none. Attached as long as this object, or the process, lives.
 */
final class XdpRedirect implements AutoCloseable {
  private static final int XDP_PASS = 2;
  private static final int RX_QUEUE_INDEX = 16;

  private final BpfMap sockets;
  private final BpfProgram program;
  private final BpfLink link;

  private XdpRedirect(BpfMap sockets, BpfProgram program, BpfLink link) {
    this.sockets = sockets;
    this.program = program;
    this.link = link;
  }

  /** Attaches the program; while no queue has a socket, it changes nothing. */
  static XdpRedirect attach(int deviceIndex, int queues, BpfLink.XdpMode mode) throws BpfException {
    BpfMap sockets = BpfMap.create(BpfMap.Kind.XSKMAP, "vtl_sockets", 4, 4, queues, 0);
    BpfProgram program = null;
    try {
      program = BpfProgram.load(BpfProgram.Kind.XDP, "vtl_redirect", code(sockets));
      return new XdpRedirect(sockets, program, BpfLink.xdp(program, deviceIndex, mode));
    } catch (BpfException | RuntimeException e) {
      if (program != null) {
        program.close();
      }
      sockets.close();
      throw e;
    }
  }

  private static BpfAssembler code(BpfMap sockets) {
    return new BpfAssembler()
        .load(Size.U32, Register.R2, Register.R1, RX_QUEUE_INDEX)
        .loadMap(Register.R1, sockets)
        .move(Register.R3, XDP_PASS)
        .call(BpfHelper.REDIRECT_MAP)
        .exit();
  }

  /** From now on what arrives at {@code queue} is the socket's. */
  void steer(int queue, int socket) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocateFrom(ValueLayout.JAVA_INT, queue);
      MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_INT, socket);
      SystemCallException.check(
          sockets.update(key, value), "queue " + queue + " cannot be redirected");
    }
  }

  @Override
  public void close() {
    link.close();
    program.close();
    sockets.close();
  }
}
