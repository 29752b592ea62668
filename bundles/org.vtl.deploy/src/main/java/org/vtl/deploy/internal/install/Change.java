package org.vtl.deploy.internal.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * One change of the set of bundles: all of it or nothing.
 *
 * <p>A new version is installed and started beside the old one, which is removed only when the new
 * one runs: so a bad version never touches the old, and a good one leaves no gap in the pipeline. A
 * bundle that declares itself a singleton cannot run beside itself; it is updated in place, and put
 * back if it fails.
 */
final class Change {
  private static final long REFRESH_SECONDS = 60;

  /** Locations of the bundles that come from here start so. */
  static final String LOCATION = "vtl:";

  private static final class Step {
    final BundleJar jar;
    final Bundle old;
    Bundle candidate;
    boolean updatedInPlace;

    /** Whether the engine refuses the old one: then the new one need not be better. */
    boolean oldRefused;

    Optional<String> failure = Optional.empty();

    Step(BundleJar jar, Bundle old) {
      this.jar = jar;
      this.old = old;
    }

    boolean inPlace() {
      return old != null && jar.singleton();
    }
  }

  private final BundleContext context;
  private final Activation activation;
  private final Starter starter;
  private final Resolution resolution;
  private final Admission admission;
  private final Consumer<String> progress;
  private final List<Step> steps = new ArrayList<>();

  Change(BundleContext context, Activation activation, Starter starter, Consumer<String> progress) {
    this.context = context;
    this.activation = activation;
    this.starter = starter;
    this.resolution = new Resolution(context);
    this.admission = new Admission(context);
    this.progress = progress;
  }

  /**
   * Adds a bundle; it is installed, but does nothing yet.
   *
   * @param old what it replaces; null if it is new
   */
  void add(BundleJar jar, Bundle old) {
    Step step = new Step(jar, old);
    steps.add(step);
    try (InputStream content = Files.newInputStream(jar.file())) {
      step.candidate =
          context.installBundle(LOCATION + jar.symbolicName() + "/" + jar.digest(), content);
    } catch (BundleException | IOException e) {
      throw new Refused("%s cannot be installed: %s".formatted(jar.title(), sentence(e)));
    }
  }

  boolean isEmpty() {
    return steps.isEmpty();
  }

  List<String> installs() {
    return steps.stream().filter(s -> s.old == null).map(s -> s.jar.title()).toList();
  }

  List<String> updates() {
    return steps.stream()
        .filter(step -> step.old != null)
        .map(s -> s.jar.symbolicName() + " " + s.old.getVersion() + " > " + s.jar.version())
        .toList();
  }

  List<String> starts() {
    Set<String> starts = new LinkedHashSet<>();
    for (Step step : steps) {
      if (!step.jar.fragment()) {
        starts.add(step.jar.symbolicName());
        starts.addAll(step.jar.services());
      }
    }
    return List.copyOf(starts);
  }

  /** Bundles that stop and start, because they use what is replaced. */
  List<Bundle> refreshed() {
    List<Bundle> olds = olds();
    List<Bundle> refreshed = new ArrayList<>(dependents(context, olds));
    refreshed.removeIf(bundle -> steps.stream().anyMatch(step -> bundle.equals(step.candidate)));
    return refreshed;
  }

  /** Bundles that use one of {@code bundles}, without these. */
  static List<Bundle> dependents(BundleContext context, Collection<Bundle> bundles) {
    if (bundles.isEmpty()) {
      return List.of();
    }
    return wiring(context).getDependencyClosure(bundles).stream()
        .filter(bundle -> !bundles.contains(bundle) && bundle.getState() != Bundle.UNINSTALLED)
        .toList();
  }

  /** Why it cannot be done, one sentence each. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    steps.forEach(step -> resolution.problem(step.candidate).ifPresent(problems::add));
    List<Bundle> refreshed = refreshed();
    if (!refreshed.isEmpty()) {
      problems.add(
          "%s would stop, because it uses what is replaced; remove it first, or install both as one feature."
              .formatted(titles(refreshed)));
    }
    return problems;
  }

  /**
   * Makes the change.
   *
   * @param beforeStart called when everything is resolved, and nothing has started
   * @param content where the present content of a bundle is kept
   * @throws Refused if it fails; what was there before runs then
   */
  void commit(Runnable beforeStart, Function<Bundle, Optional<Path>> content) {
    try {
      List<String> problems = problems();
      if (!problems.isEmpty()) {
        throw new Refused(problems.getFirst(), true);
      }
      List<Bundle> beside =
          steps.stream().filter(step -> !step.inPlace()).map(step -> step.candidate).toList();
      if (!steps.isEmpty()) {
        progress.accept("Resolving " + titles(candidates()) + ".");
      }
      if (!beside.isEmpty() && !wiring(context).resolveBundles(beside)) {
        throw unresolved(beside);
      }
      beforeStart.run();
      for (Step step : steps) {
        step.oldRefused = step.old != null && admission.refusal(step.old).isPresent();
      }
      for (Step step : steps) {
        if (step.inPlace()) {
          updateInPlace(step, content);
        } else if (!step.jar.fragment()) {
          progress.accept("Starting " + step.jar.title() + ".");
          start(step, step.candidate);
        }
      }
      steps.forEach(this::requireActive);
    } catch (RuntimeException e) {
      undo(content);
      throw e;
    }
    List<Bundle> gone =
        olds().stream()
            .filter(old -> steps.stream().noneMatch(s -> s.inPlace() && s.old.equals(old)))
            .toList();
    if (!gone.isEmpty()) {
      progress.accept("Removing " + titles(gone) + ".");
      remove(context, gone);
    }
  }

  private Refused unresolved(List<Bundle> bundles) {
    for (Bundle bundle : bundles) {
      if (bundle.getState() < Bundle.RESOLVED) {
        return new Refused(
            resolution
                .problem(bundle)
                .orElseGet(
                    () ->
                        "%s cannot be resolved, because packages that it uses come in versions that exclude each other; use versions made for each other."
                            .formatted(Resolution.title(bundle))),
            true);
      }
    }
    return new Refused(titles(bundles) + " cannot be resolved; look at the log.", true);
  }

  private void start(Step step, Bundle bundle) {
    try {
      step.failure = starter.start(bundle);
    } catch (Starter.Stuck e) {
      // Whoever would uninstall it now would wait for it as well.
      step.candidate = null;
      throw new Refused(e.getMessage());
    }
  }

  /**
   * Refuses a bundle one of whose components fails, or one that waits or that the engine refuses
   * while the old one did not.
   */
  private void requireActive(Step step) {
    if (step.jar.fragment()) {
      return;
    }
    Bundle bundle = step.inPlace() ? step.old : step.candidate;
    step.failure
        .or(() -> activation.failed(bundle))
        .or(
            () ->
                step.old == null || step.oldRefused ? Optional.empty() : admission.refusal(bundle))
        .ifPresent(
            why -> {
              throw new Refused(
                  "%s does not start: %s; %s."
                      .formatted(
                          step.jar.title(),
                          why,
                          step.old == null
                              ? "it is removed again"
                              : Resolution.title(step.old) + " keeps running"));
            });
    Optional<String> waiting = activation.waiting(bundle);
    if (step.old != null
        && !step.inPlace()
        && waiting.isPresent()
        && step.old.getState() == Bundle.ACTIVE
        && activation.waiting(step.old).isEmpty()) {
      throw new Refused(
          "%s does not start: %s; %s keeps running."
              .formatted(step.jar.title(), waiting.get(), Resolution.title(step.old)));
    }
  }

  private void updateInPlace(Step step, Function<Bundle, Optional<Path>> content) {
    progress.accept("Updating " + step.jar.title() + " in place.");
    if (content.apply(step.old).isEmpty()) {
      throw new Refused(
          "%s is a singleton and was installed by someone else, so it could not be put back; uninstall it first."
              .formatted(Resolution.title(step.old)));
    }
    uninstall(step.candidate);
    step.updatedInPlace = true;
    update(step.old, step.jar.file());
    start(step, step.old);
  }

  private void update(Bundle bundle, Path content) {
    try (InputStream in = Files.newInputStream(content)) {
      bundle.update(in);
      if (wiring(context).getRemovalPendingBundles().contains(bundle)) {
        refresh(context, List.of(bundle));
      }
    } catch (BundleException | IOException e) {
      throw new Refused(
          "%s cannot be updated: %s".formatted(Resolution.title(bundle), sentence(e)));
    }
  }

  /** Takes back what {@link #add} and {@link #commit} have done. */
  void undo(Function<Bundle, Optional<Path>> content) {
    List<Bundle> gone = new ArrayList<>();
    for (Step step : steps.reversed()) {
      if (step.updatedInPlace) {
        content.apply(step.old).ifPresent(old -> update(step.old, old));
        start(step, step.old);
      }
      if (step.candidate != null && step.candidate.getState() != Bundle.UNINSTALLED) {
        gone.add(step.candidate);
      }
    }
    remove(context, gone);
  }

  /** Uninstalls bundles, so that nothing of them stays in memory; returns when that is so. */
  static void remove(BundleContext context, List<Bundle> bundles) {
    if (!bundles.isEmpty()) {
      bundles.forEach(Change::uninstall);
      refresh(context, bundles);
    }
  }

  private static void uninstall(Bundle bundle) {
    try {
      if (bundle.getState() != Bundle.UNINSTALLED) {
        bundle.uninstall();
      }
    } catch (BundleException e) {
      throw new Refused(
          "%s cannot be removed: %s".formatted(Resolution.title(bundle), sentence(e)));
    }
  }

  private static void refresh(BundleContext context, Collection<Bundle> bundles) {
    CountDownLatch done = new CountDownLatch(1);
    wiring(context)
        .refreshBundles(
            bundles,
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                done.countDown();
              }
            });
    try {
      if (!done.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
        throw new Refused(
            "The framework has not refreshed %s after %d s; look for a bundle that does not stop."
                .formatted(titles(bundles), REFRESH_SECONDS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Bundles that are replaced. */
  private List<Bundle> olds() {
    return steps.stream().map(step -> step.old).filter(java.util.Objects::nonNull).toList();
  }

  /** The bundles as they are after the change, with their content. */
  void each(java.util.function.BiConsumer<Bundle, BundleJar> action) {
    steps.forEach(step -> action.accept(step.inPlace() ? step.old : step.candidate, step.jar));
  }

  private List<Bundle> candidates() {
    return steps.stream().map(step -> step.candidate).toList();
  }

  private static FrameworkWiring wiring(BundleContext context) {
    return context.getBundle(0).adapt(FrameworkWiring.class);
  }

  static String titles(Collection<Bundle> bundles) {
    return String.join(", ", bundles.stream().map(Resolution::title).sorted().toList());
  }

  /** What an exception's last cause says. */
  static String sentence(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String message =
        cause.getMessage() == null ? "" : cause.getMessage().lines().findFirst().orElse("");
    return message.isBlank()
            || !(cause instanceof BundleException || cause instanceof IllegalStateException)
        ? cause.toString().lines().findFirst().orElse("")
        : message;
  }
}
