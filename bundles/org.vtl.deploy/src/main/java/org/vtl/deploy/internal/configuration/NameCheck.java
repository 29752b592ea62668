package org.vtl.deploy.internal.configuration;

import java.util.List;
import java.util.Map;

/** Says of a file's name in one sentence why it names no configuration, or a wrong one. */
final class NameCheck {
  private NameCheck() {}

  /**
   * Refuses a name that is no PID, or would be taken for another.
   *
   * @param folder the folder's name, as a sentence has it
   * @param file the file that the name is of
   * @param inUse the files in use, by persistent identity
   * @param definitions what is known of configurations
   * @throws IllegalArgumentException in one sentence, with the remedy
   */
  static void require(
      String folder,
      String pid,
      String file,
      Map<String, String> inUse,
      List<Definition> definitions) {
    String label = folder + "/" + file;
    if (!Pid.isSafe(pid)) {
      throw new IllegalArgumentException(
          "%s has a name that is no PID; use letters, digits, dots, - and _, and at most one ~ before the name of one of several."
              .formatted(label));
    }
    for (String other : inUse.keySet()) {
      if (other.equalsIgnoreCase(pid) && !other.equals(pid)) {
        throw new IllegalArgumentException(
            "%s and %s name the same configuration, but for upper and lower case; remove or rename one of them."
                .formatted(label, folder + "/" + inUse.get(other)));
      }
    }
    for (Definition known : definitions) {
      boolean longer = pid.startsWith(known.pid()) && pid.length() > known.pid().length();
      if (known.factory() && pid.equals(known.pid())) {
        throw new IllegalArgumentException(
            "%s names no one of the several that %s can have; rename it to %s~NAME%s."
                .formatted(label, pid, pid, Pid.EXTENSION));
      }
      if (known.factory()
          && longer
          && Pid.factory(pid).isEmpty()
          && "-_".indexOf(pid.charAt(known.pid().length())) >= 0) {
        throw new IllegalArgumentException(
            "%s has no effect; rename it to %s~%s%s."
                .formatted(
                    label, known.pid(), pid.substring(known.pid().length() + 1), Pid.EXTENSION));
      }
    }
  }
}
