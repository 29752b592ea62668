package org.vtl.deploy.internal;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assertions;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.util.tracker.ServiceTracker;

/**
 * A real framework in this process, with Declarative Services, Configuration Admin and Metatype.
 * The packages of their interfaces, and of VTL's, come from the class path, so that a test can use
 * them.
 */
public final class TestFramework implements AutoCloseable {
  private static final String SHARED =
      String.join(
          ",",
          "org.osgi.service.cm;version=1.6.1",
          "org.osgi.service.log;version=1.4",
          "org.osgi.service.metatype;version=1.4.1",
          "org.osgi.service.component;version=1.5.1",
          "org.osgi.service.component.runtime;version=1.5",
          "org.osgi.service.component.runtime.dto;version=1.5",
          "org.osgi.util.promise;version=1.3",
          "org.osgi.util.function;version=1.2",
          "org.vtl.packet;version=1.0",
          "org.vtl.service;version=1.0",
          "org.vtl.connection;version=1.0",
          "org.vtl.metrics;version=1.0",
          "org.vtl.runtime;version=1.0");

  private final Framework framework;
  private ServiceTracker<?, ?> tracker;

  /** Starts a framework that keeps its files below {@code folder}. */
  public TestFramework(Path folder) throws BundleException {
    Map<String, String> properties = new HashMap<>();
    properties.put(Constants.FRAMEWORK_STORAGE, folder.resolve("cache").toString());
    properties.put(Constants.FRAMEWORK_STORAGE_CLEAN, "onFirstInit");
    properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SHARED);
    properties.put("felix.cm.dir", folder.resolve("config").toString());
    properties.put("ds.loglevel", "0");
    properties.put("vtl.home", folder.toString());
    framework =
        java.util.ServiceLoader.load(FrameworkFactory.class)
            .findFirst()
            .orElseThrow()
            .newFramework(properties);
    framework.start();
    for (String name :
        new String[] {
          "org.apache.felix.configadmin", "org.apache.felix.metatype", "org.apache.felix.scr"
        }) {
      context().installBundle(jar(name).toString()).start();
    }
  }

  /** The jar of that name on the class path. */
  public static URI jar(String name) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(path -> path.getFileName().toString().startsWith(name + "-"))
        .findFirst()
        .orElseThrow()
        .toUri();
  }

  public BundleContext context() {
    return framework.getBundleContext();
  }

  /** The service of that type; waits for it. */
  public <T> T service(Class<T> type) throws InterruptedException {
    ServiceTracker<T, T> services = new ServiceTracker<>(context(), type, null);
    services.open();
    tracker = services;
    T service = services.waitForService(5_000);
    Assertions.assertNotNull(service, type.getName());
    return service;
  }

  /** Installs and starts a bundle. */
  public Bundle install(TestBundle bundle) throws BundleException, IOException {
    Bundle installed =
        context()
            .installBundle(
                "test:" + bundle.name(), new java.io.ByteArrayInputStream(bundle.bytes()));
    installed.start();
    return installed;
  }

  /** Waits until {@code condition} holds. */
  public static void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      Assertions.assertTrue(System.nanoTime() < end, "waited in vain until " + what);
      Thread.onSpinWait();
      Thread.sleep(2);
    }
  }

  /** Writes a file as an editor would: in place. */
  public static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }

  @Override
  public void close() throws BundleException {
    if (tracker != null) {
      tracker.close();
    }
    framework.stop();
    try {
      framework.waitForStop(20_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
