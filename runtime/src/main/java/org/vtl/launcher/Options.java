package org.vtl.launcher;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the command line asks for.
 *
 * @param task what to do
 * @param home the distribution's folder
 * @param etc the folder of {@code vtl.properties} and of the configurations
 * @param data the folder that this instance writes to; empty to leave it to {@code vtl.properties}
 * @param features names of features to start; empty to leave them to {@code vtl.properties}
 * @param added names of features to start besides those
 * @param shell whether the terminal gets a prompt
 */
record Options(
    Task task,
    Path home,
    Path etc,
    Optional<Path> data,
    List<String> features,
    List<String> added,
    boolean shell) {
  /** What a start of the launcher does. */
  enum Task {
    RUN,
    HELP,
    VERSION
  }

  static final String USAGE =
      """
      usage: vtl run [--config DIR] [--data DIR] [--features NAME,...] [--with NAME,...]
                     [--no-shell]

      Starts VTL in the foreground, with a prompt when there is a terminal.

        --config DIR         configuration: vtl.properties, links, services (default: etc/)
        --data DIR           what this instance writes: log, state (default: data/)
        --features NAME,...  features to start (default: "features" in vtl.properties)
        --with NAME,...      features to start besides those
        --no-shell           no prompt; runs until it gets SIGTERM or SIGINT
        --version            says the version
        --help               says this

      VTL_JAVA_OPTS replaces the options of the Java virtual machine.
      """;

  /**
   * Reads the command line.
   *
   * @param home the distribution's folder
   * @throws LaunchException if a word is unknown or a value is missing
   */
  static Options parse(Path home, List<String> words) {
    Task task = Task.RUN;
    Path etc = home.resolve("etc");
    Optional<Path> data = Optional.empty();
    List<String> features = List.of();
    List<String> added = List.of();
    boolean shell = true;
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      switch (word) {
        case "--help", "-h" -> task = Task.HELP;
        case "--version" -> task = Task.VERSION;
        case "--no-shell" -> shell = false;
        case "--config" -> etc = Path.of(value(word, rest)).toAbsolutePath().normalize();
        case "--data" ->
            data = Optional.of(Path.of(value(word, rest)).toAbsolutePath().normalize());
        case "--features" -> features = names(value(word, rest));
        case "--with" ->
            added = Stream.concat(added.stream(), names(value(word, rest)).stream()).toList();
        default ->
            throw new LaunchException(
                "Option \"%s\" is unknown; \"vtl run --help\" lists them all.".formatted(word));
      }
    }
    return new Options(task, home, etc, data, features, added, shell);
  }

  /** The names in a list separated by commas. */
  static List<String> names(String list) {
    return List.of(list.split(",")).stream()
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static String value(String option, Iterator<String> rest) {
    if (!rest.hasNext()) {
      throw new LaunchException(
          "Option \"%s\" needs a value; \"vtl run --help\" says which.".formatted(option));
    }
    return rest.next();
  }
}
