package org.vtl.deploy.internal.install.bundles;

import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** An activator that throws. */
public final class FailingActivator implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    throw new IllegalStateException("no such device");
  }

  @Override
  public void stop(BundleContext context) {}
}
