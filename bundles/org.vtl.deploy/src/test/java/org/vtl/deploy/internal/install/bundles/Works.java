package org.vtl.deploy.internal.install.bundles;

/** A component that works. */
public final class Works implements Runnable {
  @Override
  public void run() {}
}
