package org.vtl.web.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Hashtable;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedService;
import org.vtl.web.internal.identity.PrivateFile;
import org.vtl.web.internal.resource.LogLevels;

/**
 * The levels of Pax Logging, which reads them from a file of Logback's: a copy of the
 * administrator's, with what was set since at its end. The original is never written.
 */
final class FrameworkLogLevels implements LogLevels {
  private static final String PAX = "org.ops4j.pax.logging";
  private static final String END = "</configuration>";

  private final BundleContext context;
  private final Path original;
  private final Path copy;
  private final Map<String, String> set = new TreeMap<>();

  FrameworkLogLevels(BundleContext context, Path original, Path copy) {
    this.context = context;
    this.original = original;
    this.copy = copy;
  }

  @Override
  public synchronized Map<String, String> all() {
    Map<String, String> all = new TreeMap<>();
    Arrays.stream(context.getBundles())
        .map(Bundle::getSymbolicName)
        .filter(name -> name != null && name.startsWith("org.vtl."))
        .forEach(name -> all.put(name, ""));
    all.putAll(set);
    return all;
  }

  @Override
  public synchronized void set(String logger, String level) {
    Map<String, String> next = new TreeMap<>(set);
    if (level.isEmpty()) {
      next.remove(logger);
    } else {
      next.put(logger, level);
    }
    try {
      StringBuilder more = new StringBuilder();
      next.forEach(
          (name, least) ->
              more.append("  <logger name=\"%s\" level=\"%s\"/>%n".formatted(name, least)));
      String text = Files.readString(original);
      int end = text.lastIndexOf(END);
      if (end < 0) {
        throw new IllegalStateException(
            "%s does not end with %s, so no level can be put before it.".formatted(original, END));
      }
      PrivateFile.write(copy, text.substring(0, end) + more + END + "\n");
    } catch (IOException e) {
      throw new IllegalStateException(
          "The log's levels cannot be written to %s (%s).".formatted(copy, e), e);
    }
    apply();
    set.clear();
    set.putAll(next);
  }

  private void apply() {
    try {
      Collection<ServiceReference<ManagedService>> found =
          context.getServiceReferences(ManagedService.class, "(service.pid=" + PAX + ")");
      if (found.isEmpty()) {
        throw new IllegalStateException(
            "The log is not Pax Logging's, so its levels cannot be set.");
      }
      ServiceReference<ManagedService> reference = found.iterator().next();
      Hashtable<String, Object> properties = new Hashtable<>();
      properties.put(PAX + ".logback.config.file", copy.toAbsolutePath().toString());
      context.getService(reference).updated(properties);
      context.ungetService(reference);
    } catch (InvalidSyntaxException | ConfigurationException e) {
      throw new IllegalStateException("The log does not take its levels (%s).".formatted(e), e);
    }
  }
}
