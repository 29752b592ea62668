package org.vtl.web.internal.resource;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.vtl.management.Answer;
import org.vtl.management.ManagementResource;
import org.vtl.management.Parameter;
import org.vtl.management.Refusal;
import org.vtl.management.Request;
import org.vtl.management.Role;
import org.vtl.management.Route;
import org.vtl.management.Shape;
import org.vtl.runtime.ConfigurationTrials;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.VtlRuntime;
import org.vtl.text.Json;
import org.vtl.web.internal.Providers;

/** The configurations of links and services: looked at, tried without effect, changed, removed. */
public final class ConfigurationResource implements ManagementResource {
  /**
   * What an operator may change, besides the services of the pipeline; the rest says who may do
   * what, and where VTL listens.
   */
  private static final List<String> OPERATORS = List.of("org.vtl.link~", "org.vtl.service.");

  /**
   * Last words of keys that name programs, files and users of the host, as ports of {@code file:}
   * do: by them anybody can do what VTL can.
   */
  private static final Set<String> OF_THE_HOST =
      Set.of("program", "options", "directory", "file", "user", "cookie");

  private static final List<String> SECRET = List.of("password", "secret", "token", "private.key");
  private static final String HIDDEN = "(hidden)";
  private static final Set<Class<?>> SETTABLE =
      Set.of(String.class, Long.class, Double.class, Boolean.class);

  private final Providers providers;
  private final Versions versions;

  /**
   * A configuration.
   *
   * @param pid persistent identity
   * @param file in {@code etc/}; empty when it has none
   * @param values its keys and values; those of secrets are hidden
   * @param keys what may be set
   * @param version to be sent as If-Match by who changes it
   */
  record Configuration(
      String pid,
      String file,
      Map<String, Object> values,
      List<Configurations.Key> keys,
      String version) {}

  /**
   * What is to change.
   *
   * @param values by key; null removes a key
   */
  record Change(Map<String, Object> values) {}

  /** A key that becomes another; null for a key that is not there. */
  record Difference(String key, Object before, Object after) {}

  /**
   * What a change does, or did.
   *
   * @param pid whose configuration
   * @param differences key by key
   * @param applied whether it is in force; not, if it was only tried
   * @param until when it is taken back unless confirmed, in UTC; empty when it stays
   * @param version of the configuration as it is now
   */
  record Changed(
      String pid, List<Difference> differences, boolean applied, String until, String version) {}

  public ConfigurationResource(Providers providers, Versions versions) {
    this.providers = providers;
    this.versions = versions;
  }

  @Override
  public String title() {
    return "Configuration";
  }

  @Override
  public List<Route> routes() {
    Parameter pid =
        Parameter.segment("pid", "Persistent identity, FACTORY~NAME for one of several.");
    return List.of(
        Route.get(
            "/configurations",
            Role.VIEWER,
            "Lists all configurations.",
            Shape.listOf(Configuration.class),
            request ->
                Answer.of(
                    providers.configurations().list().stream()
                        .map(ConfigurationResource::shown)
                        .toList())),
        Route.get(
                "/configurations/{pid}",
                Role.VIEWER,
                "Shows a configuration.",
                Shape.of(Configuration.class),
                request -> {
                  Configurations.Entry entry = require(request.text("pid"));
                  return Answer.of(shown(entry)).version(version(entry));
                })
            .with(pid),
        Route.patch(
                "/configurations/{pid}",
                Role.OPERATOR,
                "Changes keys of a configuration, or makes it; its file follows.",
                Shape.of(Change.class),
                Shape.of(Changed.class),
                this::change)
            .with(
                pid,
                Parameter.truth("dryRun", "Only says what would change, and whether it may."),
                Parameter.number(
                    "confirmSeconds",
                    0,
                    0,
                    3_600,
                    "After so many seconds it is taken back unless confirmed; 0 for never.")),
        Route.delete(
                "/configurations/{pid}",
                Role.OPERATOR,
                "Removes a configuration and its file.",
                Shape.NONE,
                this::remove)
            .with(pid),
        Route.get(
            "/configuration-trials",
            Role.VIEWER,
            "Lists the changes that are taken back unless confirmed.",
            Shape.listOf(ConfigurationTrials.Trial.class),
            request -> Answer.of(providers.trials().running())),
        Route.post(
                "/configuration-trials/{pid}/confirmation",
                Role.OPERATOR,
                "Confirms a change, which stays then.",
                Shape.NONE,
                Shape.of(ConfigurationTrials.Trial.class),
                request -> Answer.of(end(request, true)))
            .with(pid),
        Route.delete(
                "/configuration-trials/{pid}",
                Role.OPERATOR,
                "Takes a change back now.",
                Shape.of(ConfigurationTrials.Trial.class),
                request -> Answer.of(end(request, false)))
            .with(pid));
  }

  private ConfigurationTrials.Trial end(Request request, boolean stays) {
    String pid = request.text("pid");
    requireRole(request, pid);
    ConfigurationTrials.Trial over =
        stays ? providers.trials().confirm(pid) : providers.trials().revert(pid);
    if (!stays) {
      versions.changed("Configuration " + pid, request);
    }
    return over;
  }

  private static Configuration shown(Configurations.Entry entry) {
    Map<String, Object> values = new TreeMap<>();
    entry.values().forEach((key, value) -> values.put(key, isSecret(key) ? HIDDEN : value));
    return new Configuration(entry.pid(), entry.file(), values, entry.keys(), version(entry));
  }

  private static boolean isSecret(String key) {
    String lower = key.toLowerCase(Locale.ROOT);
    return SECRET.stream().anyMatch(lower::contains);
  }

  private static String version(Configurations.Entry entry) {
    return Versions.of(new TreeMap<>(entry.values()));
  }

  private Configurations.Entry require(String pid) {
    return find(pid)
        .orElseThrow(() -> Refusal.missing("There is no configuration %s.".formatted(pid)));
  }

  private java.util.Optional<Configurations.Entry> find(String pid) {
    return providers.configurations().list().stream()
        .filter(entry -> entry.pid().equals(pid))
        .findFirst();
  }

  private void requireRole(Request request, String pid) {
    boolean operators =
        OPERATORS.stream().anyMatch(pid::startsWith)
            || providers.presentRuntime().map(VtlRuntime::services).orElse(List.of()).stream()
                .anyMatch(service -> service.pid().equals(pid));
    if (request.role() != Role.ADMIN && !operators) {
      throw new Refusal(
          403,
          "%s may change links and services only; configuration %s takes an admin."
              .formatted(request.user(), pid));
    }
  }

  private static void requireRoleFor(Request request, Map<String, Object> changes) {
    changes.forEach(
        (key, value) -> {
          boolean ofTheHost =
              OF_THE_HOST.contains(key.substring(key.lastIndexOf('.') + 1))
                  || value instanceof String text && text.strip().startsWith("file:");
          if (request.role() != Role.ADMIN && ofTheHost) {
            throw new Refusal(
                403,
                "Key %s names what VTL runs or writes on the host, which takes an admin; %s is none."
                    .formatted(key, request.user()));
          }
        });
  }

  private Map<String, Object> valuesOf(String pid) {
    return find(pid).map(Configurations.Entry::values).orElse(Map.of());
  }

  // One change at a time: the second of two from the same version must see the first.
  private synchronized Answer change(Request request) {
    String pid = request.text("pid");
    requireRole(request, pid);
    requireRoleFor(request, request.body(Change.class).values());
    Configurations configurations = providers.configurations();
    Map<String, Object> before = valuesOf(pid);
    versions.require(request, "Configuration " + pid, Versions.of(new TreeMap<>(before)));
    Map<String, Object> changes = new LinkedHashMap<>();
    request
        .body(Change.class)
        .values()
        .forEach((key, value) -> changes.put(key, settable(key, value)));
    // What was hidden from somebody comes back from that page as it was shown.
    changes.values().removeIf(HIDDEN::equals);
    if (request.truth("dryRun")) {
      Map<String, Object> after = configurations.check(pid, changes).values();
      return Answer.of(
          new Changed(
              pid, differences(before, after), false, "", Versions.of(new TreeMap<>(before))));
    }
    int seconds = (int) request.number("confirmSeconds");
    String until =
        seconds == 0 ? "" : providers.trials().start(pid, changes, seconds, request.user()).until();
    Configurations.Entry after = seconds == 0 ? configurations.set(pid, changes) : require(pid);
    versions.changed("Configuration " + pid, request);
    return Answer.of(
            new Changed(pid, differences(before, after.values()), true, until, version(after)))
        .version(version(after));
  }

  /** A JSON value as Configuration Admin takes it: a list as an array of one class. */
  private static Object settable(String key, Object value) {
    if (value instanceof List<?> items) {
      Class<?> type = items.isEmpty() ? String.class : classOf(items.getFirst());
      boolean uniform = items.stream().allMatch(item -> classOf(item) == type);
      if (uniform && SETTABLE.contains(type)) {
        return items.toArray(size -> (Object[]) Array.newInstance(type, size));
      }
    } else if (value == null || SETTABLE.contains(value.getClass())) {
      return value;
    }
    throw new IllegalArgumentException(
        "\"%s\" must be text, a number, true or false, a list of one of these, or null."
            .formatted(key));
  }

  private static Class<?> classOf(Object item) {
    return item == null ? Object.class : item.getClass();
  }

  private synchronized Answer remove(Request request) {
    String pid = request.text("pid");
    requireRole(request, pid);
    versions.require(request, "Configuration " + pid, version(require(pid)));
    providers.configurations().delete(pid);
    versions.changed("Configuration " + pid, request);
    return Answer.nothing();
  }

  private static List<Difference> differences(
      Map<String, Object> before, Map<String, Object> after) {
    TreeSet<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    List<Difference> all = new ArrayList<>();
    for (String key : keys) {
      Object old = before.get(key);
      Object now = after.get(key);
      if (!Json.of(old).equals(Json.of(now))) {
        boolean secret = isSecret(key);
        all.add(
            new Difference(
                key, secret && old != null ? HIDDEN : old, secret && now != null ? HIDDEN : now));
      }
    }
    return all;
  }
}
