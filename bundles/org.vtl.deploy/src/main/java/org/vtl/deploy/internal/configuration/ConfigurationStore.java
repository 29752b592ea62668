package org.vtl.deploy.internal.configuration;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;

/** Configuration Admin in the words of this package: values by persistent identity. */
final class ConfigurationStore {
  /** The file that a configuration stands in; empty text for one that shall have none. */
  static final String FILE_KEY = "vtl.config.file";

  /** May be used by every bundle: OSGi Compendium 8 section 104.4.1. */
  private static final String ANY_LOCATION = "?";

  private static final List<String> FRAMEWORK_KEYS =
      List.of(
          Constants.SERVICE_PID,
          ConfigurationAdmin.SERVICE_FACTORYPID,
          ConfigurationAdmin.SERVICE_BUNDLELOCATION,
          FILE_KEY);

  /**
   * A configuration as the store has it.
   *
   * @param pid persistent identity
   * @param factory empty for a single one
   * @param values without the framework's own, upper and lower case of keys being the same
   * @param file value of {@link #FILE_KEY}; empty when it is absent
   */
  record Stored(
      String pid, Optional<String> factory, Map<String, Object> values, Optional<String> file) {}

  private final ConfigurationAdmin admin;

  ConfigurationStore(ConfigurationAdmin admin) {
    this.admin = admin;
  }

  /** All configurations that have been given values. */
  List<Stored> all() {
    return list(null);
  }

  /** One configuration; empty if there is none, or it has no values yet. */
  Optional<Stored> find(String pid) {
    return list("(" + Constants.SERVICE_PID + "=" + pid + ")").stream().findFirst();
  }

  /** Gives a configuration these values, unless it has them. */
  void put(String pid, String file, Map<String, Object> values) {
    try {
      Optional<String> factory = Pid.factory(pid);
      Configuration configuration =
          factory.isPresent()
              ? admin.getFactoryConfiguration(factory.get(), Pid.name(pid), ANY_LOCATION)
              : admin.getConfiguration(pid, ANY_LOCATION);
      Dictionary<String, Object> properties = new Hashtable<>(values);
      properties.put(FILE_KEY, file);
      configuration.updateIfDifferent(properties);
    } catch (IOException e) {
      throw new IllegalStateException(
          "Configuration %s cannot be stored (%s); look at the data folder.".formatted(pid, e), e);
    }
  }

  /** Removes a configuration, if there is one. */
  void delete(String pid) {
    try {
      for (Configuration found : configurations("(" + Constants.SERVICE_PID + "=" + pid + ")")) {
        found.delete();
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "Configuration %s cannot be removed (%s); look at the data folder.".formatted(pid, e), e);
    }
  }

  private List<Stored> list(String filter) {
    List<Stored> list = new ArrayList<>();
    for (Configuration configuration : configurations(filter)) {
      Dictionary<String, Object> properties = configuration.getProperties();
      if (properties == null) {
        continue;
      }
      Map<String, Object> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      for (String key : Collections.list(properties.keys())) {
        values.put(key, properties.get(key));
      }
      Optional<String> file = Optional.ofNullable(values.get(FILE_KEY)).map(Object::toString);
      FRAMEWORK_KEYS.forEach(values::remove);
      list.add(
          new Stored(
              configuration.getPid(),
              Optional.ofNullable(configuration.getFactoryPid()),
              values,
              file));
    }
    return list;
  }

  private List<Configuration> configurations(String filter) {
    try {
      Configuration[] found = admin.listConfigurations(filter);
      return found == null ? List.of() : Arrays.asList(found);
    } catch (IOException | InvalidSyntaxException e) {
      throw new IllegalStateException(
          "Configurations cannot be listed (%s); look at the data folder.".formatted(e), e);
    }
  }

  /** Whether two sets of values mean the same. */
  static boolean same(Map<String, Object> a, Map<String, Object> b) {
    return Objects.equals(canonical(a), canonical(b));
  }

  private static Map<String, Object> canonical(Map<String, Object> values) {
    Map<String, Object> canonical = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    values.forEach((key, value) -> canonical.put(key, ValueType.canonical(value)));
    return canonical;
  }
}
