package org.vtl.web.pages.internal;

import java.net.URL;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A page: {@code NAME.html}, what stands in its frame, and {@code NAME.js}, a module that fills it.
 *
 * @param name of its files and of its address, {@code /system/console/vtl-NAME}
 * @param title what it is called
 * @param place in the navigation, the smallest first
 * @param entries of the bundle that has its files, by path; null where there is none
 */
record Page(String name, String title, int place, Function<String, URL> entries) {
  /** The folder of the files in a bundle. */
  static final String FOLDER = "vtl/pages/";

  private static final Pattern NAME = Pattern.compile("[a-z]{1,30}");

  /** Whether it may be an address, and its fragment is there. */
  boolean isWhole() {
    return NAME.matcher(name).matches() && fragment() != null;
  }

  String label() {
    return "vtl-" + name;
  }

  /** What stands in the frame; null if the bundle has it not. */
  URL fragment() {
    return entries.apply(FOLDER + name + ".html");
  }

  /** A file of it, such as its module; null if {@code file} is none of a page of this name. */
  URL file(String file) {
    boolean its = file.equals(name + ".js") || file.equals(name + ".css");
    return its ? entries.apply(FOLDER + file) : null;
  }
}
