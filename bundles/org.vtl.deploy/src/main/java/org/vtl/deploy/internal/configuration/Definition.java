package org.vtl.deploy.internal.configuration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.vtl.service.PacketService;
import org.vtl.service.Traffic;
import org.vtl.text.Nearest;

/**
 * What a configuration may hold.
 *
 * @param pid persistent identity, without {@code ~name}
 * @param factory whether there can be several, each with a {@code ~name}
 * @param keys by name; upper and lower case are the same
 */
record Definition(String pid, boolean factory, Map<String, KeyDefinition> keys) {
  private static final List<KeyDefinition> SERVICE_KEYS =
      List.of(
          new KeyDefinition(
              PacketService.PRIORITY,
              new ValueType(Integer.class, ValueType.Shape.SINGLE),
              "",
              "Distance from the VM in the pipeline.",
              List.of(),
              null,
              null),
          new KeyDefinition(
              PacketService.LINKS,
              new ValueType(String.class, ValueType.Shape.ARRAY),
              "",
              "Names of the links to serve; empty means all.",
              List.of(),
              null,
              null),
          new KeyDefinition(
              PacketService.PROTOCOLS,
              new ValueType(String.class, ValueType.Shape.ARRAY),
              "",
              "Kinds of packets that the service sees.",
              List.of(Traffic.values()).stream().map(Traffic::name).toList(),
              null,
              null));

  /** The definition of {@code pid} with {@code keys}, and those that every service has. */
  static Definition of(String pid, boolean factory, List<KeyDefinition> keys, boolean service) {
    Map<String, KeyDefinition> all = new LinkedHashMap<>();
    keys.forEach(key -> all.put(key.name(), key));
    if (service) {
      SERVICE_KEYS.forEach(key -> all.putIfAbsent(key.name(), key));
    }
    Map<String, KeyDefinition> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(all);
    return new Definition(pid, factory, sorted);
  }

  /** The definition of {@code key}, if it has one. */
  Optional<KeyDefinition> key(String key) {
    return Optional.ofNullable(keys.get(key));
  }

  /** The end of a sentence about the unknown {@code key}: what to do instead. */
  String remedy(String key) {
    return Nearest.of(key, keys.keySet())
        .map(near -> "did you mean \"" + near + "\"?")
        .orElseGet(
            () ->
                keys.isEmpty()
                    ? "it takes no keys."
                    : "the keys are " + String.join(", ", new ArrayList<>(keys.keySet())) + ".");
  }
}
