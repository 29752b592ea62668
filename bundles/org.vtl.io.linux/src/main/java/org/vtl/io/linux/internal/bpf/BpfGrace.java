package org.vtl.io.linux.internal.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Waits for programs that are just running, by a map that holds a map: to put one in, the kernel
 * waits until no program can use the one that was there any more (maybe_wait_bpf_programs in its
 * kernel/bpf/syscall.c). Used by one thread at a time.
 */
public final class BpfGrace implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final MemorySegment key = arena.allocate(ValueLayout.JAVA_INT);
  private final MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
  private final BpfMap held;
  private final BpfMap holder;

  public BpfGrace() throws BpfException {
    held = BpfMap.create(BpfMap.Kind.ARRAY, "vtl_held", 4, 4, 1, 0);
    try {
      holder = BpfMap.createHolder("vtl_grace", held);
    } catch (BpfException e) {
      held.close();
      throw e;
    }
    value.set(ValueLayout.JAVA_INT, 0, held.descriptor());
  }

  /**
   * Returns once every packet that a program had seen before the call has left the path it was on:
   * its CPU has been outside of all such since. Some milliseconds.
   */
  public void await() {
    int error = holder.update(key, value);
    if (error < 0) {
      throw new IllegalStateException("A BPF map was not updated: " + Bpf.strerror(-error) + ".");
    }
  }

  @Override
  public void close() {
    holder.close();
    held.close();
    arena.close();
  }
}
