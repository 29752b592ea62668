package org.vtl.runtime;

import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;

/**
 * The configuration of links and services: files in {@code etc/} and the framework's store, always
 * the same. Registered as an OSGi service by the deploy bundle. From any thread.
 */
@ProviderType
public interface Configurations {
  /** All configurations, by persistent identity. */
  List<Entry> list();

  /**
   * Changes keys of one configuration; a null value removes the key. The file follows.
   *
   * @throws IllegalArgumentException in one sentence naming file, key, value and remedy, if a key
   *     is unknown or a value wrong; nothing is changed then
   */
  Entry set(String pid, Map<String, ?> changes);

  /**
   * What {@link #set} would make of a configuration; changes nothing.
   *
   * @throws IllegalArgumentException as {@code set} would
   */
  Entry check(String pid, Map<String, ?> changes);

  /** Removes a configuration and its file. */
  void delete(String pid);

  /** Faults of files that could not be used, one sentence each naming file, key and remedy. */
  List<String> faults();

  /**
   * One configuration.
   *
   * @param pid persistent identity, {@code factory~name} for one of several
   * @param file its file, relative to {@code etc/}; empty when it has none
   * @param values its keys and values, without the framework's own
   * @param keys what may be set, with type, default and description where known
   */
  record Entry(String pid, String file, Map<String, Object> values, List<Key> keys) {}

  /**
   * A key that may be set.
   *
   * @param name the key
   * @param type {@code String}, {@code Integer}, {@code String[]}, ...
   * @param defaultValue the default as text; empty when there is none
   * @param description in one sentence
   */
  record Key(String name, String type, String defaultValue, String description) {}
}
