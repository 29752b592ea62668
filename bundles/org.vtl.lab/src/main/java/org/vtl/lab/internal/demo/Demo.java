package org.vtl.lab.internal.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.util.tracker.ServiceTracker;
import org.vtl.lab.internal.Lab;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.VtlRuntime;

/**
 * The tour. Runs once, where system property {@code vtl.lab.demo} is {@code true}, as soon as all
 * it needs is there; then it stops the framework, with {@code vtl.exit.code} 0 only if every step
 * held.
 */
@Component(service = Demo.class, immediate = true)
public final class Demo {
  private static final int NEEDED_SECONDS = 30;
  private static final int STEP_SECONDS = 60;

  private final BundleContext context;
  private final Lab lab;

  @Activate
  public Demo(BundleContext context, @Reference Lab lab) {
    this.context = context;
    this.lab = lab;
    if (Boolean.getBoolean("vtl.lab.demo")) {
      // Not a daemon: it is what this process is for.
      Thread.ofPlatform().name("vtl-demo").start(this::run);
    }
  }

  private void run() {
    int failed = 1;
    try {
      failed = tour();
    } catch (InterruptedException | RuntimeException e) {
      System.out.println("FAILED: the tour has ended, because " + e.getMessage());
    }
    System.setProperty("vtl.exit.code", failed == 0 ? "0" : "1");
    System.out.flush();
    try {
      context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).stop();
    } catch (BundleException e) {
      System.exit(1);
    }
  }

  /** How many steps failed. */
  private int tour() throws InterruptedException {
    CommandProcessor processor = await(CommandProcessor.class);
    VtlRuntime runtime = await(VtlRuntime.class);
    List<Step> steps = new ArrayList<>(TrafficSteps.steps());
    steps.addAll(new ServiceSteps(lab, runtime, context).steps());
    steps.addAll(new LinkSteps(lab, runtime).steps());
    int failed = 0;
    long start = System.nanoTime();
    try (Narrator narrator = new Narrator(processor, System.out)) {
      narrator.await(
          NEEDED_SECONDS,
          () -> runtime.links().stream().anyMatch(link -> link.state().equals("UP")),
          "no link is up");
      if (!narrator.takeFaults().isEmpty()) {
        throw new IllegalStateException(
            "no link is up after "
                + NEEDED_SECONDS
                + " s: "
                + runtime.links().stream().map(LinkInfo::reason).toList());
      }
      for (int i = 0; i < steps.size(); i++) {
        System.out.println("\n" + (i + 1) + "  " + steps.get(i).claim());
        List<String> faults = run(steps.get(i), narrator);
        faults.forEach(fault -> System.out.println("   FAILED: " + fault));
        System.out.print(faults.isEmpty() ? "   ok\n" : "");
        failed += faults.isEmpty() ? 0 : 1;
      }
    }
    System.out.printf(
        "%n%d steps, %d ok, %d failed, %.0f s%n",
        steps.size(), steps.size() - failed, failed, (System.nanoTime() - start) / 1e9);
    return failed;
  }

  /** What did not hold. */
  private static List<String> run(Step step, Narrator narrator) throws InterruptedException {
    List<String> faults = new ArrayList<>();
    try (ExecutorService executor =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("vtl-demo-step").factory())) {
      Future<?> result =
          executor.submit(
              () -> {
                step.body().run(narrator);
                return null;
              });
      try {
        result.get(STEP_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        faults.add(String.valueOf(e.getCause().getMessage()));
      } catch (TimeoutException e) {
        result.cancel(true);
        faults.add("it took more than " + STEP_SECONDS + " s");
      }
    }
    faults.addAll(0, narrator.takeFaults());
    return faults;
  }

  private <T> T await(Class<T> type) throws InterruptedException {
    ServiceTracker<T, T> tracker = new ServiceTracker<>(context, type, null);
    tracker.open();
    try {
      T service = tracker.waitForService(TimeUnit.SECONDS.toMillis(NEEDED_SECONDS));
      if (service == null) {
        throw new IllegalStateException(
            type.getSimpleName() + " is not there after " + NEEDED_SECONDS + " s");
      }
      return service;
    } finally {
      tracker.close();
    }
  }
}
