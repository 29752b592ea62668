package org.vtl.runtime;

import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Installs, updates and removes bundles and features in the running framework. Registered as an
 * OSGi service by the deploy bundle. From any thread; one change at a time, others wait.
 */
@ProviderType
public interface Installer {
  /**
   * What installing {@code source} would do; changes nothing.
   *
   * @param source a jar's path or {@code file:} or {@code http(s):} URL; a feature's {@code .json};
   *     the name of a feature that is in {@code features/}; or {@code group:artifact[:version]} in
   *     the local repository folder
   * @throws IllegalArgumentException in one sentence, if it is none of these or not usable
   */
  Plan plan(String source);

  /**
   * Installs {@code source}, or updates what is there by the same symbolic name or feature name. If
   * it cannot be started, what was there before is running again when this returns.
   *
   * @param progress told of each step, in one sentence
   * @throws IllegalStateException in one sentence: what, where, why and the remedy
   */
  Outcome install(String source, Consumer<String> progress);

  /** Updates an installed bundle or feature from where it came, or from {@code source}. */
  Outcome update(String name, String source, Consumer<String> progress);

  /** Removes a bundle by symbolic name or number, or a feature by name. */
  Outcome uninstall(String name, Consumer<String> progress);

  /** Why {@link #uninstall} would refuse {@code name} now, in one sentence; empty when not. */
  String refusal(String name);

  /** What was installed beyond the distribution, and what failed to, with the reason. */
  List<Installed> installed();

  /** Features that can be installed or are. */
  List<Feature> features();

  /**
   * A change before it is made.
   *
   * @param source as asked
   * @param install bundles that will be new, {@code symbolic-name version}
   * @param update bundles that will be replaced, {@code symbolic-name old > new}
   * @param start services and bundles that will start
   * @param refresh bundles that stop and start because they use what is replaced
   * @param problems why it cannot be done; empty when it can
   */
  record Plan(
      String source,
      List<String> install,
      List<String> update,
      List<String> start,
      List<String> refresh,
      List<String> problems) {}

  /**
   * A change made.
   *
   * @param message in one sentence
   * @param bundles symbolic names and versions concerned
   * @param millis how long it took
   */
  record Outcome(String message, List<String> bundles, long millis) {}

  /**
   * Something installed.
   *
   * @param name symbolic name, feature name, or the file's name where it has none
   * @param version its version; empty where it has none
   * @param source where it came from
   * @param state {@code ACTIVE}, {@code INSTALLED}, or {@code FAILED}
   * @param reason why it failed, in one sentence; empty when it did not
   */
  record Installed(String name, String version, String source, String state, String reason) {}

  /**
   * A feature.
   *
   * @param name its name
   * @param description in one sentence
   * @param installed whether it is
   * @param bundles its bundles as {@code group:artifact:version}
   */
  record Feature(String name, String description, boolean installed, List<String> bundles) {}
}
