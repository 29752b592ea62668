package org.vtl.ipfix.internal;

/**
 * Rows from one worker to the exporter, without a lock: the worker {@linkplain #claim claims} and
 * {@linkplain #publish publishes}, the exporter takes. A row that finds no room is lost, and
 * counted.
 */
final class FlowRing {
  private final long[] rows;
  private final int capacity;

  /** Rows published and rows taken since the beginning. */
  private volatile long published;

  private volatile long taken;
  private volatile long lost;

  /** Room for {@code capacity} rows. */
  FlowRing(int capacity) {
    this.capacity = capacity;
    rows = new long[capacity * FlowRow.LENGTH];
  }

  /** Where the worker may write the next row in {@link #rows}; -1 if there is no room. */
  int claim() {
    if (published - taken >= capacity) {
      lost++; // by the worker alone
      return -1;
    }
    return (int) (published % capacity) * FlowRow.LENGTH;
  }

  /** What was claimed last is whole. */
  void publish() {
    published++;
  }

  long[] rows() {
    return rows;
  }

  /** Where the exporter may read the oldest row; -1 if there is none. */
  int next() {
    return taken == published ? -1 : (int) (taken % capacity) * FlowRow.LENGTH;
  }

  /** The exporter is done with the oldest row. */
  void free() {
    taken++;
  }

  /** Rows that found no room. */
  long lost() {
    return lost;
  }
}
