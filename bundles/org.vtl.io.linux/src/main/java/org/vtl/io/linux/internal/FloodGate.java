package org.vtl.io.linux.internal;

import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R0;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R1;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R6;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.vtl.io.linux.internal.bpf.BpfAssembler;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfMap;
import org.vtl.io.linux.internal.bpf.BpfProgram;

/**
 * The socket's filter that refuses a flood before it costs a wake-up and a copy, while {@link
 * Shedding} says so. A worker whom the flood reaches only at a bounded rate sleeps in between, and
 * the scheduler lets who has slept run at once; one that takes all it can waits its turn like
 * whoever sends the flood.
 *
 * <p>The socket has it only as long as it admits less than all. Where the kernel carries
 * connections, the filter that decides on these asks the gate instead. The port's worker's.
 */
final class FloodGate implements AutoCloseable {
  /** How long a window is of which {@link #admit} tells the number. */
  static final long WINDOW_NANOS = 1L << FloodFilter.WINDOW_SHIFT;

  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();

  private final Arena arena = Arena.ofShared();
  private final Libc libc;
  private final int socket;
  private final BpfMap control;
  private final BpfMap marks;
  private final BpfProgram filter;
  private final MemorySegment shared;
  private final MemorySegment option = arena.allocate(ValueLayout.JAVA_INT);
  private final ShortTurns turns = new ShortTurns(arena);
  private int share;
  private boolean asked;
  private long refused;

  /**
   * A gate of {@code socket} that admits everything.
   *
   * @throws BpfException if the kernel or VTL's rights do not allow it
   */
  FloodGate(Libc libc, int socket) throws BpfException {
    this.libc = libc;
    this.socket = socket;
    BpfMap first = null;
    BpfMap second = null;
    try {
      first =
          BpfMap.create(
              BpfMap.Kind.ARRAY, "vtl_gate", 4, FloodFilter.CONTROL_LENGTH, 1, BpfMap.MMAPABLE);
      second =
          BpfMap.create(
              BpfMap.Kind.ARRAY, "vtl_marks", 4, FloodFilter.ROW_LENGTH, FloodFilter.ROWS, 0);
      control = first;
      marks = second;
      shared = control.memory(arena);
      filter = BpfProgram.load(BpfProgram.Kind.SOCKET_FILTER, "vtl_gate", code());
    } catch (BpfException e) {
      for (BpfMap map : new BpfMap[] {first, second}) {
        if (map != null) {
          map.close();
        }
      }
      arena.close();
      throw e;
    }
    option.set(ValueLayout.JAVA_INT, 0, filter.descriptor());
  }

  private BpfAssembler code() {
    BpfAssembler code = new BpfAssembler().move(R6, R1);
    FloodFilter.write(code, this, "refuse");
    return code.move(R0, -1).exit().label("refuse").move(R0, 0).exit();
  }

  /** The filter that the socket has in a flood. */
  BpfProgram filter() {
    return filter;
  }

  BpfMap control() {
    return control;
  }

  BpfMap marks() {
    return marks;
  }

  /**
   * From now on admits so many first segments and fragments in a window, and as many first segments
   * that were sent again; 0: all.
   */
  void admit(int share) {
    if (share == this.share) {
      return;
    }
    boolean began = this.share == 0;
    this.share = share;
    INT.setRelease(shared, (long) FloodFilter.SHARE, share);
    if (began || share == 0) {
      if (!asked) {
        put();
      }
      turn();
    }
  }

  /** How many it admits in a window; 0: all. */
  int share() {
    return share;
  }

  /** Another filter, which asks this gate, is the socket's now, or is not any more. */
  void setAsked(boolean asked) {
    this.asked = asked;
    if (!asked) {
      put();
    }
  }

  /** Gives the socket the filter that it is to have. */
  private void put() {
    int what = share == 0 ? Uapi.SO_DETACH_FILTER : Uapi.SO_ATTACH_BPF;
    libc.setsockopt(socket, Uapi.SOL_SOCKET, what, option);
  }

  private void turn() {
    if (share == 0) {
      turns.end();
    } else {
      turns.begin();
    }
  }

  /** How many were refused since this was last asked. */
  int takeRefused() {
    long now = (long) LONG.getAcquire(shared, (long) FloodFilter.REFUSED);
    int count = (int) (now - refused);
    refused = now;
    return count;
  }

  @Override
  public void close() {
    filter.close();
    control.close();
    marks.close();
    arena.close();
  }
}
