package org.vtl.launcher;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How to start, from {@code etc/vtl.properties} and the command line, which goes first.
 *
 * @param etc the folder of configurations
 * @param data the folder that this instance writes to
 * @param features names of features, each once, in order
 * @param framework properties of the framework, with every <code>${name}</code> replaced
 */
record Settings(Path etc, Path data, List<String> features, Map<String, String> framework) {
  /**
   * What holds where the file says nothing: Felix HTTP would listen on every address, and the Felix
   * web console let in whoever knows its well-known password. Each request has a virtual thread: of
   * the others there are 200, which as many clients that say nothing would hold for a minute.
   */
  private static final Map<String, String> SAFE =
      Map.of(
          "org.apache.felix.http.host", "127.0.0.1",
          "org.osgi.service.http.port", "8181",
          "org.apache.felix.http.jetty.virtualthreads.enable", "true",
          "felix.webconsole.security.providers", "org.vtl.web");

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^}]*)}");

  /**
   * Reads the settings.
   *
   * @throws LaunchException if the file cannot be read, names no feature, or has an unknown
   *     variable
   */
  static Settings read(Options options, String version) {
    Path file = options.etc().resolve("vtl.properties");
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new LaunchException(
          "Settings cannot be read from %s (%s); name the folder that holds vtl.properties with --config DIR."
              .formatted(file, e),
          e);
    }
    Map<String, String> variables = new HashMap<>();
    variables.put("vtl.home", options.home().toString());
    variables.put("vtl.etc", options.etc().toString());
    variables.put("vtl.version", version);
    variables.put("vtl.shell", Boolean.toString(options.shell()));
    Path data = data(options, file, properties, variables);
    variables.put("vtl.data", data.toString());
    List<String> chosen =
        options.features().isEmpty()
            ? Options.names(replace(file, properties.getProperty("features", ""), variables))
            : options.features();
    List<String> features =
        Stream.concat(chosen.stream(), options.added().stream()).distinct().toList();
    if (features.isEmpty()) {
      throw new LaunchException(
          "%s names no feature; add a line such as \"features=core,shell\".".formatted(file));
    }
    variables.put("vtl.features", String.join(",", features));

    Map<String, String> framework = new HashMap<>(SAFE);
    framework.putAll(variables);
    for (String name : properties.stringPropertyNames()) {
      if (!name.equals("features") && !name.equals("data")) {
        framework.put(name, replace(file, properties.getProperty(name), variables));
      }
    }
    return new Settings(options.etc(), data, features, Map.copyOf(framework));
  }

  private static Path data(
      Options options, Path file, Properties properties, Map<String, String> variables) {
    return options
        .data()
        .orElseGet(
            () ->
                options
                    .home()
                    .resolve(replace(file, properties.getProperty("data", "data"), variables)));
  }

  private static String replace(Path file, String text, Map<String, String> variables) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> {
              String value = variables.get(found.group(1));
              if (value == null) {
                throw new LaunchException(
                    "Variable ${%s} in %s is unknown; use ${vtl.home}, ${vtl.etc} or ${vtl.data}."
                        .formatted(found.group(1), file));
              }
              return Matcher.quoteReplacement(value);
            });
  }
}
