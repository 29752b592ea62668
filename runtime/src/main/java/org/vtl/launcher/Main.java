package org.vtl.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * The launcher's entrance.
 *
 * <p>System property {@code vtl.home} names the distribution's folder. The process ends with status
 * 0 after a stop, also by SIGTERM or SIGINT; with 1 if VTL cannot start; with 2 if the command line
 * is wrong. Framework property {@code vtl.shell} says whether the terminal is to get a prompt. A
 * bundle that has a result to hand to the caller, as the lab does, sets system property {@code
 * vtl.exit.code} before it stops the framework.
 */
public final class Main {
  private static final String EXIT_CODE = "vtl.exit.code";
  private static final int CANNOT_START = 1;
  private static final int WRONG_USAGE = 2;

  private Main() {}

  /** Runs VTL until it is stopped, and ends the virtual machine. */
  public static void main(String[] words) throws InterruptedException {
    Options options;
    try {
      Path home = Path.of(System.getProperty("vtl.home", ".")).toAbsolutePath().normalize();
      options = Options.parse(home, List.of(words));
    } catch (LaunchException e) {
      System.err.println(e.getMessage());
      System.exit(WRONG_USAGE);
      return;
    }
    switch (options.task()) {
      case HELP -> System.out.print(Options.USAGE);
      case VERSION -> System.out.println("VTL " + version());
      case RUN -> {
        try {
          run(options);
        } catch (LaunchException e) {
          System.err.println(e.getMessage());
          exit(CANNOT_START);
        }
      }
    }
  }

  private static void run(Options options) throws InterruptedException {
    long started = System.nanoTime();
    Settings settings = Settings.read(options, version());
    InstanceLock lock = InstanceLock.take(settings.data());
    // Loggers and bundles that know only system properties find their folders, too.
    settings.framework().forEach(System::setProperty);
    // The shell bundle gives the terminal a prompt, if this says so.
    System.setProperty("vtl.console", Boolean.toString(options.shell()));
    // JLine looks for its terminals through this loader; the launcher's has none of them, and
    // without a loader JLine asks its own.
    Thread.currentThread().setContextClassLoader(null);
    FrameworkFactory factory =
        ServiceLoader.load(FrameworkFactory.class, Main.class.getClassLoader())
            .findFirst()
            .orElseThrow(
                () ->
                    new LaunchException(
                        "No OSGi framework is on the class path; start VTL with bin/vtl."));
    Container container =
        Container.create(
            factory,
            settings,
            options.home().resolve("features"),
            options.home().resolve("system"),
            System.err);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  container.stop();
                  lock.close();
                  // The JVM would answer SIGTERM with status 143, which a supervisor takes for a
                  // failure.
                  Runtime.getRuntime().halt(Integer.getInteger(EXIT_CODE, 0));
                },
                "vtl-stop"));
    container.start();
    if (!options.shell()) {
      System.out.println(
          "VTL %s runs with %d bundles after %d ms; SIGTERM stops it."
              .formatted(
                  version(), container.running(), (System.nanoTime() - started) / 1_000_000));
    }
    container.await();
    exit(Integer.getInteger(EXIT_CODE, 0));
  }

  private static void exit(int status) {
    System.setProperty(EXIT_CODE, Integer.toString(status));
    System.exit(status);
  }

  /** The version in this jar's manifest. */
  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "of the build" : version;
  }
}
