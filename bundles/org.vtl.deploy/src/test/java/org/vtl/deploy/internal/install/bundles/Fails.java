package org.vtl.deploy.internal.install.bundles;

/** A component that cannot be made. */
public final class Fails implements Runnable {
  public Fails() {
    throw new IllegalStateException("the disk is full");
  }

  @Override
  public void run() {}
}
