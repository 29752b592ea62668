package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfProgram;

/**
 * A group of packet sockets among which the kernel divides an interface's frames (PACKET_FANOUT in
 * packet(7)) by {@link FanoutProgram}. The kernel numbers them in the order they join.
 */
final class PacketFanout {
  private final int workers;
  private int id;
  private boolean founded;

  /** A group that so many sockets will join. */
  PacketFanout(int workers) {
    this.workers = workers;
  }

  /**
   * Has the next socket join, which is bound to an interface that is up.
   *
   * @return 0 or a negated errno
   * @throws BpfException if the kernel does not take the program
   */
  int join(Libc libc, int socket) throws BpfException {
    try (Arena arena = Arena.ofConfined()) {
      // The group has this flag of its own, whatever its sockets say.
      int type = Uapi.PACKET_FANOUT_EBPF | Uapi.PACKET_FANOUT_FLAG_IGNORE_OUTGOING;
      MemorySegment number = arena.allocate(ValueLayout.JAVA_INT);
      if (founded) {
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
      try (BpfProgram program = FanoutProgram.load(workers, FanoutProgram.AT_NETWORK)) {
        number.set(ValueLayout.JAVA_INT, 0, program.descriptor());
        error = libc.setsockopt(socket, Uapi.SOL_PACKET, Uapi.PACKET_FANOUT_DATA, number);
      }
      founded = error >= 0;
      return error;
    }
  }
}
