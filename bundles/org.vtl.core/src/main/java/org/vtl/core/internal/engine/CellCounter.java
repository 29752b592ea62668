package org.vtl.core.internal.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import org.vtl.metrics.Counter;

/** A counter with one cell per lane, written by that lane's thread alone; others share an adder. */
final class CellCounter implements Counter {
  /** Cells are this many longs apart, so that lanes do not share a cache line. */
  private static final int STRIDE = 8;

  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

  private final String name;
  private final String description;
  private final long[] cells = new long[Lane.MAX_LANES * STRIDE];
  private final LongAdder others = new LongAdder();

  CellCounter(String name, String description) {
    this.name = name;
    this.description = description;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public void add(long amount) {
    if (Thread.currentThread() instanceof LaneThread thread) {
      int cell = thread.lane().index() * STRIDE;
      CELL.setOpaque(cells, cell, cells[cell] + amount);
    } else {
      others.add(amount);
    }
  }

  @Override
  public long value() {
    long sum = others.sum();
    for (int cell = 0; cell < cells.length; cell += STRIDE) {
      sum += (long) CELL.getOpaque(cells, cell);
    }
    return sum;
  }
}
