package org.vtl.web.internal.route;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vtl.management.Parameter;
import org.vtl.management.Route;

/**
 * The values of a route's parameters, each within its bounds.
 *
 * @param all by name; those that were not sent have what the route says
 */
public record Values(Map<String, String> all) {
  public String text(String parameter) {
    String value = all.get(parameter);
    if (value == null) {
      throw new IllegalStateException(
          "Parameter \"%s\" is none of this route.".formatted(parameter));
    }
    return value;
  }

  /**
   * Checks what was sent.
   *
   * @param path values of the path
   * @param query values of the query, each as often as it was sent
   * @throws IllegalArgumentException in one sentence, if one is unknown, missing or out of bounds
   */
  static Values of(Route route, Map<String, String> path, Map<String, List<String>> query) {
    Map<String, String> all = new LinkedHashMap<>();
    for (Parameter parameter : route.parameters()) {
      String name = parameter.name();
      List<String> sent = query.getOrDefault(name, List.of());
      if (sent.size() > 1 && !parameter.inPath()) {
        throw new IllegalArgumentException(
            "Parameter \"%s\" comes twice; send one.".formatted(name));
      }
      String value = parameter.inPath() ? path.get(name) : sent.isEmpty() ? null : sent.getFirst();
      all.put(name, value == null ? otherwise(parameter) : checked(parameter, value));
    }
    for (String name : query.keySet()) {
      if (route.parameters().stream().noneMatch(one -> !one.inPath() && one.name().equals(name))) {
        throw new IllegalArgumentException(
            "Parameter \"%s\" is unknown; %s %s has %s."
                .formatted(name, route.method(), route.path(), names(route)));
      }
    }
    return new Values(all);
  }

  private static String names(Route route) {
    List<String> names =
        route.parameters().stream().filter(one -> !one.inPath()).map(Parameter::name).toList();
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private static String otherwise(Parameter parameter) {
    if (parameter.otherwise() == null) {
      throw new IllegalArgumentException(
          "Parameter \"%s\" is missing: %s".formatted(parameter.name(), parameter.description()));
    }
    return parameter.otherwise();
  }

  private static String checked(Parameter parameter, String value) {
    return switch (parameter.kind()) {
      case NUMBER -> number(parameter, value);
      case TRUTH -> {
        if (!value.equals("true") && !value.equals("false")) {
          throw wrong(parameter, value, "true or false");
        }
        yield value;
      }
      case TEXT -> text(parameter, value);
    };
  }

  private static String number(Parameter parameter, String value) {
    try {
      long number = Long.parseLong(value);
      if (number >= parameter.minimum() && number <= parameter.maximum()) {
        return Long.toString(number);
      }
    } catch (NumberFormatException e) {
      // Said below, with the range.
    }
    throw wrong(
        parameter,
        value,
        "a whole number from %d to %d".formatted(parameter.minimum(), parameter.maximum()));
  }

  private static String text(Parameter parameter, String value) {
    if (!parameter.words().isEmpty() && !parameter.words().contains(value)) {
      throw wrong(parameter, value, "one of " + String.join(", ", parameter.words()));
    }
    if (value.length() < parameter.minimum() || value.length() > parameter.maximum()) {
      throw wrong(
          parameter,
          value,
          "%d to %d characters".formatted(parameter.minimum(), parameter.maximum()));
    }
    return value;
  }

  private static IllegalArgumentException wrong(Parameter parameter, String value, String wanted) {
    String shown = value.length() > 80 ? value.substring(0, 77) + "..." : value;
    return new IllegalArgumentException(
        "Parameter \"%s\" is \"%s\"; give %s.".formatted(parameter.name(), shown, wanted));
  }
}
