package org.vtl.service.firewall.internal;

import java.time.Duration;

/** Ends trials by a thread that sleeps until then. */
final class Trials {
  private Trials() {}

  /** Runs {@code task} after {@code delay}, unless what is returned is run before. */
  static Runnable later(Duration delay, Runnable task) {
    Thread thread =
        Thread.ofVirtual()
            .name("vtl-firewall-trial")
            .start(
                () -> {
                  try {
                    Thread.sleep(delay);
                  } catch (InterruptedException e) {
                    return;
                  }
                  task.run();
                });
    return thread::interrupt;
  }
}
