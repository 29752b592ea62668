package org.vtl.web.internal.route;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Route;

/** All routes, those of other bundles as they come and go. From any thread. */
public final class Router {
  private static final System.Logger LOG = System.getLogger(Router.class.getName());
  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

  private final List<Entry> entries = new CopyOnWriteArrayList<>();
  private final List<ManagementResource> resources = new CopyOnWriteArrayList<>();

  private record Entry(Route route, List<String> segments, ManagementResource owner) {}

  /**
   * What a path leads to.
   *
   * @param route the route
   * @param path values of the path's parameters
   */
  public record Match(Route route, Map<String, String> path) {
    /**
     * The values of all parameters.
     *
     * @param query of the URL, encoded; null without
     * @throws IllegalArgumentException in one sentence
     */
    public Values values(String query) {
      return Values.of(route, path, decode(query));
    }
  }

  /** Adds the routes of a resource but those that are there already, which are logged. */
  public synchronized void add(ManagementResource resource) {
    for (Route route : resource.routes()) {
      List<String> segments = segments(route.path());
      String fault = fault(route, segments);
      if (fault.isEmpty()) {
        entries.add(new Entry(route, segments, resource));
      } else {
        LOG.log(
            System.Logger.Level.WARNING,
            "Route {0} {1} of {2} is not served: {3}.",
            route.method(),
            route.path(),
            resource.title(),
            fault);
      }
    }
    resources.add(resource);
  }

  public synchronized void remove(ManagementResource resource) {
    entries.removeIf(entry -> entry.owner() == resource);
    resources.remove(resource);
  }

  private String fault(Route route, List<String> segments) {
    if (!METHODS.contains(route.method())) {
      return "its method is none of " + METHODS;
    }
    Set<String> named = new TreeSet<>();
    segments.stream().filter(Router::isVariable).forEach(one -> named.add(inner(one)));
    Set<String> described = new TreeSet<>();
    route.parameters().stream()
        .filter(Parameter::inPath)
        .forEach(parameter -> described.add(parameter.name()));
    if (!named.equals(described)) {
      return "its path has parameters " + named + " and describes " + described;
    }
    for (Entry entry : entries) {
      if (entry.route().method().equals(route.method()) && isSame(entry.segments(), segments)) {
        return entry.owner().title() + " has it";
      }
    }
    return "";
  }

  private static boolean isSame(List<String> a, List<String> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      boolean variable = isVariable(a.get(i));
      if (variable != isVariable(b.get(i)) || !variable && !a.get(i).equals(b.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** All routes, by path and method. */
  public List<Route> routes() {
    return entries.stream()
        .map(Entry::route)
        .sorted(Comparator.comparing(Route::path).thenComparing(Route::method))
        .toList();
  }

  /** All resources, in the order of their coming. */
  public List<ManagementResource> resources() {
    return List.copyOf(resources);
  }

  /**
   * The route of a request.
   *
   * @param path encoded, below the API's root
   */
  public Optional<Match> match(String method, String path) {
    List<String> asked = segments(path);
    Entry best = null;
    for (Entry entry : entries) {
      if (entry.route().method().equals(method)
          && fits(entry.segments(), asked)
          // Of two that fit, the one that says more of the path.
          && (best == null || variables(entry) < variables(best))) {
        best = entry;
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < asked.size(); i++) {
      String segment = best.segments().get(i);
      if (isVariable(segment)) {
        values.put(inner(segment), decodeSegment(asked.get(i)));
      }
    }
    return Optional.of(new Match(best.route(), values));
  }

  /** The methods that a path has; none when it is unknown. */
  public Set<String> methods(String path) {
    List<String> asked = segments(path);
    Set<String> methods = new TreeSet<>();
    for (Entry entry : entries) {
      if (fits(entry.segments(), asked)) {
        methods.add(entry.route().method());
      }
    }
    return methods;
  }

  private static long variables(Entry entry) {
    return entry.segments().stream().filter(Router::isVariable).count();
  }

  private static boolean fits(List<String> template, List<String> asked) {
    if (template.size() != asked.size()) {
      return false;
    }
    for (int i = 0; i < template.size(); i++) {
      String segment = template.get(i);
      if (isVariable(segment) ? asked.get(i).isEmpty() : !segment.equals(asked.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> segments(String path) {
    return List.of((path.startsWith("/") ? path.substring(1) : path).split("/", -1));
  }

  private static boolean isVariable(String segment) {
    return segment.startsWith("{") && segment.endsWith("}");
  }

  private static String inner(String variable) {
    return variable.substring(1, variable.length() - 1);
  }

  private static String decodeSegment(String segment) {
    // In a path a plus is a plus.
    return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static Map<String, List<String>> decode(String query) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    if (query != null && !query.isEmpty()) {
      for (String pair : query.split("&")) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        values
            .computeIfAbsent(
                URLDecoder.decode(name, StandardCharsets.UTF_8), any -> new ArrayList<>())
            .add(URLDecoder.decode(value, StandardCharsets.UTF_8));
      }
    }
    return values;
  }
}
