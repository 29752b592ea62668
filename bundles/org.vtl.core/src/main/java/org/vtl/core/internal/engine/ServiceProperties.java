package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.vtl.service.PacketService;
import org.vtl.service.Traffic;

/**
 * The service properties of a {@link PacketService}, read and checked.
 *
 * @param bundle symbolic name and version, empty outside a framework
 * @param pid the configuration's persistent identity, empty outside a framework
 */
record ServiceProperties(
    String name,
    int priority,
    Set<Traffic> traffic,
    List<String> links,
    boolean oneWorker,
    String bundle,
    String pid) {

  /**
   * Reads {@code properties}.
   *
   * @throws IllegalArgumentException in one sentence, if one is missing or wrong
   */
  static ServiceProperties read(PacketService service, Map<String, ?> properties, String bundle) {
    String owner = service.getClass().getName();
    Object name = properties.get(PacketService.NAME);
    if (!(name instanceof String text)) {
      throw new IllegalArgumentException(
          "Service " + owner + " has no property vtl.name; annotate it with @VtlService.");
    }
    Names.check("service", text);
    Object pid = properties.get("service.pid");
    if (pid == null) {
      pid = properties.get(EngineCore.CONFIGURATION_PID);
    }
    return new ServiceProperties(
        text,
        priority(text, properties.get(PacketService.PRIORITY)),
        traffic(text, properties.get(PacketService.PROTOCOLS)),
        strings(properties.get(PacketService.LINKS)),
        "true".equalsIgnoreCase(String.valueOf(properties.get(PacketService.ONE_WORKER))),
        bundle,
        pid instanceof Collection<?> several
            ? String.valueOf(several.iterator().next())
            : pid == null ? "" : pid.toString());
  }

  private static int priority(String name, Object value) {
    if (value instanceof Number number) {
      return number.intValue();
    }
    try {
      return Integer.parseInt(String.valueOf(value).trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Service "
              + name
              + " has the priority \""
              + value
              + "\"; set vtl.priority to a whole number, such as 200.",
          e);
    }
  }

  private static Set<Traffic> traffic(String name, Object value) {
    List<String> kinds = strings(value);
    if (kinds.isEmpty()) {
      return EnumSet.allOf(Traffic.class);
    }
    Set<Traffic> traffic = EnumSet.noneOf(Traffic.class);
    for (String kind : kinds) {
      try {
        traffic.add(Traffic.valueOf(kind.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "Service "
                + name
                + " asks for the protocol \""
                + kind
                + "\"; vtl.protocols knows "
                + EnumSet.allOf(Traffic.class)
                + ".",
            e);
      }
    }
    return traffic;
  }

  /** A String, an array or a collection of them, without blanks; null gives none. */
  static List<String> strings(Object value) {
    List<String> strings = new ArrayList<>();
    switch (value) {
      case null -> {}
      case String[] array -> strings.addAll(List.of(array));
      case Collection<?> several -> several.forEach(one -> strings.add(String.valueOf(one)));
      default -> strings.addAll(List.of(value.toString().split(",")));
    }
    strings.replaceAll(String::trim);
    strings.removeIf(String::isEmpty);
    return strings;
  }
}
