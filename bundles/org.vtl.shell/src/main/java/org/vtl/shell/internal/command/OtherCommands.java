package org.vtl.shell.internal.command;

import java.util.List;
import java.util.Map;

/** The commands of VTL's scope that other bundles bring. */
public interface OtherCommands {
  /** Their names, without the scope, and what each does, empty where that is not said. */
  Map<String, String> summaries();

  /**
   * What command {@code name} says can stand behind the words {@code before}; none where it does
   * not say.
   */
  default List<String> words(String name, List<String> before) {
    return List.of();
  }
}
