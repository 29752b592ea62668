package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.io.linux.internal.bpf.BpfAssembler;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Register;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfProgram;

/**
 * A group of packet sockets among which the kernel divides an interface's frames (PACKET_FANOUT in
 * packet(7)) by {@link FanoutProgram}. The kernel numbers them in the order they join.
 */
final class PacketFanout {
  private final int[] sockets;
  private int joined;
  private int id;

  /** A group that so many sockets will join. */
  PacketFanout(int workers) {
    sockets = new int[workers];
  }

  /**
   * Has a socket receive nothing until all have joined: bound, and not in the group yet, it would
   * get what the others get too.
   *
   * @throws BpfException if the kernel does not take the program
   */
  void deafen(int socket) throws BpfException {
    BpfAssembler nothing = new BpfAssembler().move(Register.R0, 0).exit();
    try (BpfProgram deaf = BpfProgram.load(BpfProgram.Kind.SOCKET_FILTER, "vtl_deaf", nothing)) {
      deaf.attachToSocket(socket);
    }
  }

  /**
   * Has the next socket join, which is bound to an interface that is up.
   *
   * @return 0 or a negated errno
   * @throws BpfException if the kernel does not take the program
   */
  int join(Libc libc, int socket) throws BpfException {
    int error = enter(libc, socket);
    if (error >= 0) {
      sockets[joined++] = socket;
    }
    return error >= 0 && joined == sockets.length ? listen(libc) : error;
  }

  private int listen(Libc libc) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment unused = arena.allocate(ValueLayout.JAVA_INT);
      int error = 0;
      for (int socket : sockets) {
        error =
            Math.min(
                error, libc.setsockopt(socket, Uapi.SOL_SOCKET, Uapi.SO_DETACH_FILTER, unused));
      }
      return error;
    }
  }

  private int enter(Libc libc, int socket) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      // The group has this flag of its own, whatever its sockets say.
      int type = Uapi.PACKET_FANOUT_EBPF | Uapi.PACKET_FANOUT_FLAG_IGNORE_OUTGOING;
      MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
      if (joined > 0) {
        number.set(ValueLayout.JAVA_INT, 0, id | type << 16);
        return libc.setsockopt(socket, Uapi.SOL_PACKET, Uapi.PACKET_FANOUT, number);
      }
      number.set(ValueLayout.JAVA_INT, 0, (type | Uapi.PACKET_FANOUT_FLAG_UNIQUEID) << 16);
      int error = libc.setsockopt(socket, Uapi.SOL_PACKET, Uapi.PACKET_FANOUT, number);
      if (error < 0) {
        return error;
      }
      MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, Integer.BYTES);
      error =
          libc.getsockopt(
              socket, Uapi.SOL_PACKET, Uapi.PACKET_FANOUT, number.address(), length.address());
      if (error < 0) {
        return -Uapi.EINVAL;
      }
      id = number.get(ValueLayout.JAVA_INT, 0) & 0xffff;
      try (BpfProgram program = FanoutProgram.load(sockets.length, FanoutProgram.AT_NETWORK)) {
        number.set(ValueLayout.JAVA_INT, 0, program.descriptor());
        error = libc.setsockopt(socket, Uapi.SOL_PACKET, Uapi.PACKET_FANOUT_DATA, number);
      }
      return error;
    }
  }
}
