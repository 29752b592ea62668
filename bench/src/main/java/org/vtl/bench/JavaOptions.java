package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The options of the Java virtual machine that VTL's own start script gives. */
final class JavaOptions {
  private static final Pattern OWN = Pattern.compile("\\$\\{VTL_JAVA_OPTS=([^}]*)}");

  private JavaOptions() {}

  /** Those of the VTL in {@code dist}, separated by blanks. */
  static String of(Path dist) {
    Path script = dist.resolve("bin/vtl");
    try {
      Matcher own = OWN.matcher(Files.readString(script));
      return own.find() ? own.group(1) : "";
    } catch (IOException e) {
      throw new BenchException(
          "%s cannot be read, so VTL is not measured as it comes: %s.".formatted(script, e), e);
    }
  }
}
