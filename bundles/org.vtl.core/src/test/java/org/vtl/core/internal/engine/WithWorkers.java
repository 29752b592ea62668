package org.vtl.core.internal.engine;

import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that hold whatever the number of workers a {@link Rig}'s link has. */
@ParameterizedClass(name = "workers={0}")
@ValueSource(ints = {1, 2, 3})
abstract class WithWorkers {
  /** Set after a test's own fields, so these learn it from the rig. */
  @Parameter int workers;

  @BeforeParameterizedClassInvocation
  static void begin(int workers) {
    Rig.workers = workers;
  }

  @AfterParameterizedClassInvocation
  static void end() {
    Rig.workers = 1;
  }
}
