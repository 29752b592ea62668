package org.vtl.launcher;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;

/**
 * One framework from start to end.
 *
 * <p>Started and awaited by the main thread; {@link #stop} from any thread.
 */
final class Container {
  /** Above every start level that a feature can ask for: a bundle above it would never start. */
  private static final int TARGET_START_LEVEL = 100;

  /** Bundles that the user installs start after those of the features. */
  private static final int INSTALLED_START_LEVEL = 80;

  private static final long STOP_MILLIS = 20_000;

  private final Framework framework;
  private final PrintStream errors;

  private Container(Framework framework, PrintStream errors) {
    this.framework = framework;
    this.errors = errors;
  }

  /**
   * A framework with the bundles of {@code settings}, not yet started.
   *
   * @param repository folder of jars in Maven layout
   * @param errors told of each bundle that fails to start, in one line
   * @throws LaunchException if a bundle is missing or cannot be installed
   */
  static Container create(
      FrameworkFactory factory,
      Settings settings,
      Path features,
      Path repository,
      PrintStream errors) {
    Map<Coordinates, Feature.BundleEntry> bundles = new LinkedHashMap<>();
    for (String name : settings.features()) {
      for (Feature.BundleEntry entry : Feature.read(features, name).bundles()) {
        requireJar(name, entry.coordinates(), repository);
        bundles.merge(
            entry.coordinates(), entry, (a, b) -> a.startLevel() <= b.startLevel() ? a : b);
      }
    }
    Map<String, String> properties = new HashMap<>();
    properties.put(Constants.FRAMEWORK_STORAGE, settings.data().resolve("cache").toString());
    // What a feature says is installed anew at each start; what the user installed, the deploy
    // bundle keeps. A cache that survives would be a second, diverging account of both.
    properties.put(
        Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(TARGET_START_LEVEL));
    properties.putAll(settings.framework());
    Container container = new Container(factory.newFramework(properties), errors);
    container.install(bundles.values(), repository);
    return container;
  }

  private static void requireJar(String feature, Coordinates bundle, Path repository) {
    Path jar = bundle.in(repository);
    if (!Files.isRegularFile(jar)) {
      throw new LaunchException(
          "Bundle %s of feature \"%s\" is missing at %s; build VTL again or unpack the archive again."
              .formatted(bundle, feature, jar));
    }
  }

  private void install(Iterable<Feature.BundleEntry> bundles, Path repository) {
    try {
      framework.init();
    } catch (BundleException e) {
      throw new LaunchException(
          "The framework cannot start (%s); look at the data directory.".formatted(Sentence.of(e)),
          e);
    }
    BundleContext context = framework.getBundleContext();
    context.addFrameworkListener(this::report);
    framework.adapt(FrameworkStartLevel.class).setInitialBundleStartLevel(INSTALLED_START_LEVEL);
    List<Bundle> installed = new ArrayList<>();
    for (Feature.BundleEntry entry : bundles) {
      Path jar = entry.coordinates().in(repository);
      try {
        Bundle bundle = context.installBundle(jar.toUri().toString());
        bundle.adapt(BundleStartLevel.class).setStartLevel(entry.startLevel());
        installed.add(bundle);
      } catch (BundleException e) {
        throw new LaunchException(
            "Bundle %s cannot be installed from %s: %s"
                .formatted(entry.coordinates(), jar, Sentence.of(e)),
            e);
      }
    }
    for (Bundle bundle : installed) {
      if (bundle.getHeaders("").get(Constants.FRAGMENT_HOST) == null) {
        try {
          bundle.start(Bundle.START_ACTIVATION_POLICY);
        } catch (BundleException e) {
          errors.println(
              "Bundle " + bundle.getSymbolicName() + " is not started: " + Sentence.of(e));
        }
      }
    }
  }

  /** Starts every bundle; returns when the last start level is reached. */
  void start() {
    try {
      framework.start();
    } catch (BundleException e) {
      throw new LaunchException("The framework cannot start: " + Sentence.of(e), e);
    }
  }

  /** How many bundles run, or will at their first use. */
  long running() {
    return Arrays.stream(framework.getBundleContext().getBundles())
        .filter(bundle -> (bundle.getState() & (Bundle.ACTIVE | Bundle.STARTING)) != 0)
        .count();
  }

  /** Waits until the framework has stopped, whoever stopped it. */
  void await() throws InterruptedException {
    FrameworkEvent end;
    do {
      end = framework.waitForStop(0);
      // An update of the framework restarts it, and is not the end.
    } while (end.getType() == FrameworkEvent.STOPPED_UPDATE);
  }

  /** Stops every bundle and the framework; returns when they have stopped, or after 20 s. */
  void stop() {
    try {
      framework.stop();
      framework.waitForStop(STOP_MILLIS);
    } catch (BundleException e) {
      errors.println("The framework does not stop: " + Sentence.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(FrameworkEvent event) {
    if (event.getType() == FrameworkEvent.ERROR) {
      errors.println(
          "Bundle %s: %s"
              .formatted(event.getBundle().getSymbolicName(), Sentence.of(event.getThrowable())));
    }
  }
}
