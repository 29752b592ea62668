package org.vtl.metrics;

import org.osgi.annotation.versioning.ProviderType;

/**
 * A number that only grows, made by {@link org.vtl.service.ServiceContext#counter}. Counting is
 * free of locks on a worker's thread and allowed on any other; {@link #value} sums up and may lag
 * by the batch being worked on.
 */
@ProviderType
public interface Counter {
  String name();

  String description();

  /** Adds one. */
  default void increment() {
    add(1);
  }

  /** Adds {@code amount}, 0 or more. */
  void add(long amount);

  long value();
}
