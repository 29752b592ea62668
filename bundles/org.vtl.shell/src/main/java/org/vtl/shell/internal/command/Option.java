package org.vtl.shell.internal.command;

/**
 * An option of a command.
 *
 * @param name with its dashes
 * @param value what its value is called; empty for a flag
 * @param help in a few words
 * @param noun what its value names
 */
public record Option(String name, String value, String help, Noun noun) {
  /** The option for users who want a machine to read. */
  static final Option JSON = new Option("--json", "", "print JSON", Noun.NONE);

  static final Option HELP = new Option("--help", "", "say this", Noun.NONE);

  boolean isFlag() {
    return value.isEmpty();
  }

  /** {@code --sort KEY}. */
  String usage() {
    return isFlag() ? name : name + " " + value;
  }
}
