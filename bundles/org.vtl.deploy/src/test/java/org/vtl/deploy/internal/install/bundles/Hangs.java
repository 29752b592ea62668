package org.vtl.deploy.internal.install.bundles;

/** A component whose constructor waits until a system property lets it go on. */
public final class Hangs implements Runnable {
  public Hangs() throws InterruptedException {
    while (!Boolean.getBoolean("org.vtl.deploy.test.ready")) {
      Thread.sleep(5);
    }
  }

  @Override
  public void run() {}
}
