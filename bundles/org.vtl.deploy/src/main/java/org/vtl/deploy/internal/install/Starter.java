package org.vtl.deploy.internal.install;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/**
 * Starts bundles, and waits for each only so long: code that never returns cannot be stopped in
 * Java, but it can be left behind.
 */
final class Starter {
  private final Activation activation;
  private final Duration limit;

  Starter(Activation activation, Duration limit) {
    this.activation = activation;
    this.limit = limit;
  }

  /** A bundle that is left behind; it removes itself when its start returns. */
  static final class Stuck extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stuck(String message) {
      super(message);
    }
  }

  /**
   * Starts {@code bundle} and activates each of its components that can be.
   *
   * @return what failed when a component was activated, as the end of a sentence; empty if none did
   * @throws Refused if the bundle does not start
   * @throws Stuck if it does not return in time
   */
  Optional<String> start(Bundle bundle) {
    AtomicBoolean leftBehind = new AtomicBoolean();
    FutureTask<Optional<String>> start =
        new FutureTask<>(
            () -> {
              try {
                bundle.start(Bundle.START_ACTIVATION_POLICY);
                return activation.failure(bundle);
              } finally {
                if (leftBehind.get()) {
                  remove(bundle);
                }
              }
            });
    Thread.ofPlatform().daemon().name("vtl-start-" + bundle.getSymbolicName()).start(start);
    try {
      return start.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      leftBehind.set(true);
      throw new Stuck(
          "%s does not return from its start within %d s; correct it, and restart VTL to be rid of the thread that hangs."
              .formatted(Resolution.title(bundle), limit.toSeconds()));
    } catch (ExecutionException e) {
      throw new Refused(
          "%s does not start: %s"
              .formatted(Resolution.title(bundle), Change.sentence(e.getCause())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused(Resolution.title(bundle) + " does not start, because VTL stops.");
    }
  }

  private static void remove(Bundle bundle) {
    try {
      bundle.uninstall();
    } catch (BundleException e) {
      System.getLogger(Starter.class.getName())
          .log(Level.WARNING, Resolution.title(bundle) + " is left behind and stays.", e);
    }
  }
}
