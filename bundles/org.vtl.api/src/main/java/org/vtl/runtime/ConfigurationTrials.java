package org.vtl.runtime;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Changes of configurations that are taken back by themselves unless they are confirmed: who locks
 * himself out need only wait. They are also taken back when VTL ends, however it does. Registered
 * as an OSGi service by the deploy bundle. From any thread.
 */
@ProviderType
public interface ConfigurationTrials {
  /**
   * Changes keys of one configuration as {@link Configurations#set} does, on trial.
   *
   * @param seconds after which the configuration and its file are again as they were, 1 to 86,400
   * @param user who asks, for others to read
   * @throws IllegalArgumentException in one sentence, if a key, a value or the time is wrong
   * @throws IllegalStateException in one sentence, if that configuration is on trial already
   */
  Trial start(String pid, Map<String, ?> changes, int seconds, String user);

  /** The trials that are neither confirmed nor over. */
  List<Trial> running();

  /**
   * Lets the change of a configuration stay.
   *
   * @throws IllegalStateException in one sentence, if it is not on trial
   */
  Trial confirm(String pid);

  /**
   * Takes the change of a configuration back now.
   *
   * @throws IllegalStateException in one sentence, if it is not on trial
   */
  Trial revert(String pid);

  /**
   * A change on trial.
   *
   * @param pid whose configuration
   * @param user who made it
   * @param until when it is taken back, in UTC (RFC 3339)
   */
  record Trial(String pid, String user, String until) {}
}
