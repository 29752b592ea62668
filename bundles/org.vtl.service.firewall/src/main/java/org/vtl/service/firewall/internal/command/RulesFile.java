package org.vtl.service.firewall.internal.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.PolicyError;
import org.vtl.service.firewall.internal.policy.PolicyReader;
import org.vtl.service.firewall.internal.policy.Reading;

/**
 * A file with rules: their lines as they are, or a configuration file ({@code .json}) whose {@code
 * rules} hold them.
 *
 * @param name as the user named it
 * @param lines of the policy, those that {@code rules} takes
 * @param policy null when there is an error
 * @param errors in the order of the file
 * @param warnings in the order of the file
 */
record RulesFile(
    String name, List<String> lines, Policy policy, List<Remark> errors, List<Remark> warnings) {
  /** More is no policy that anybody wrote. */
  private static final long MOST_BYTES = 64L << 20;

  /**
   * What is said of a place of the file.
   *
   * @param line in the file, from 1
   * @param column in the file, from 1
   * @param place {@code rules[12] column 5}, in the array from 0 and in the text from 1; "" in a
   *     file of plain lines
   * @param sentence what is wrong, and the remedy
   * @param source the line of the policy that it is about; "" when it is about none
   * @param mark the place in {@code source}, from 1 to one behind its end
   */
  record Remark(int line, int column, String place, String sentence, String source, int mark) {}

  RulesFile {
    lines = List.copyOf(lines);
    errors = List.copyOf(errors);
    warnings = List.copyOf(warnings);
  }

  /**
   * Reads {@code name}.
   *
   * @param folder where a relative one is
   * @throws IllegalStateException in one sentence, if it cannot be read at all
   */
  static RulesFile read(Path folder, String name) {
    String text = text(folder.resolve(name), name);
    return name.endsWith(".json") ? ofJson(name, text) : ofLines(name, text);
  }

  private static String text(Path file, String name) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new IllegalStateException(
            "File " + name + " has more than 64 MB, which no policy has; give another.");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new IllegalStateException(
          "There is no file "
              + file.toAbsolutePath()
              + "; give a path of VTL's own machine, from / or from its data folder.",
          e);
    } catch (MalformedInputException e) {
      throw new IllegalStateException("File " + name + " is no text in UTF-8; convert it.", e);
    } catch (IOException | UncheckedIOException e) {
      throw new IllegalStateException(
          "File " + name + " cannot be read (" + e.getMessage() + "); let VTL's user read it.", e);
    }
  }

  static RulesFile ofLines(String name, String text) {
    String body = (text.startsWith("\uFEFF") ? text.substring(1) : text).replace("\r\n", "\n");
    List<String> lines = body.lines().toList();
    Reading reading = PolicyReader.read(body);
    return new RulesFile(
        name,
        lines,
        reading.policy(),
        reading.errors().stream().map(error -> plain(error, lines)).toList(),
        reading.warnings().stream().map(warning -> plain(warning, lines)).toList());
  }

  private static Remark plain(PolicyError error, List<String> lines) {
    String source = error.line() <= lines.size() ? lines.get(error.line() - 1) : "";
    return new Remark(
        error.line(),
        error.column(),
        "",
        error.sentence(),
        source,
        Math.min(error.column(), source.length() + 1));
  }

  static RulesFile ofJson(String name, String text) {
    List<RulesJson.Element> elements;
    try {
      elements = RulesJson.read(text);
    } catch (RulesJson.Fault e) {
      Remark fault = new Remark(e.line, e.column, "", e.getMessage(), "", 1);
      return new RulesFile(name, List.of(), null, List.of(fault), List.of());
    }
    List<String> lines = elements.stream().map(RulesJson.Element::text).toList();
    Reading reading = PolicyReader.read(String.join("\n", lines));
    return new RulesFile(
        name,
        lines,
        reading.policy(),
        placed(reading.errors(), elements, text),
        placed(reading.warnings(), elements, text));
  }

  private static List<Remark> placed(
      List<PolicyError> errors, List<RulesJson.Element> elements, String text) {
    List<Remark> remarks = new ArrayList<>();
    for (PolicyError error : errors) {
      remarks.add(placed(error, elements, text));
    }
    return remarks;
  }

  private static Remark placed(PolicyError error, List<RulesJson.Element> elements, String text) {
    int line = error.line();
    for (int i = 0; i < elements.size(); i++) {
      RulesJson.Element element = elements.get(i);
      int start = 0;
      // A text may hold several lines.
      while (line > 1 && element.text().indexOf('\n', start) >= 0) {
        start = element.text().indexOf('\n', start) + 1;
        line--;
      }
      if (line == 1) {
        int character = Math.min(start + error.column() - 1, element.places().length - 1);
        int at = element.places()[character];
        int end = element.text().indexOf('\n', start);
        return new Remark(
            line(text, at),
            column(text, at),
            "rules[" + i + "] column " + (character + 1),
            error.sentence(),
            element.text().substring(start, end < 0 ? element.text().length() : end),
            character - start + 1);
      }
      line--;
    }
    return new Remark(line(text, text.length()), 1, "rules", error.sentence(), "", 1);
  }

  static int line(String text, int at) {
    return 1 + (int) text.substring(0, at).chars().filter(c -> c == '\n').count();
  }

  static int column(String text, int at) {
    return at - text.lastIndexOf('\n', at - 1);
  }
}
