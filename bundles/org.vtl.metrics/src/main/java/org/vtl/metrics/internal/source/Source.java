package org.vtl.metrics.internal.source;

import java.util.List;
import org.vtl.metrics.internal.exposition.Exposition;
import org.vtl.metrics.internal.exposition.Family;

/** A part of what is measured. Any thread, several at once. */
public interface Source {
  /** All metrics that it may write. */
  List<Family> families();

  /** Writes each of its metrics that has something to tell now. */
  void write(Exposition out);
}
