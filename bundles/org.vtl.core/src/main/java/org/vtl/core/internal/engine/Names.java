package org.vtl.core.internal.engine;

import java.util.regex.Pattern;

/** The form of names that people type: lower case letters, digits, dots and dashes. */
final class Names {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

  private Names() {}

  /** Returns {@code name} if it has the form. */
  static String check(String what, String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " name \""
              + name
              + "\" must be 1 to 63 lower case letters, digits, dots or dashes.");
    }
    return name;
  }
}
