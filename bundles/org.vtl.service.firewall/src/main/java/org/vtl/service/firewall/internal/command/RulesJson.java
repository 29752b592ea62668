package org.vtl.service.firewall.internal.command;

import java.util.ArrayList;
import java.util.List;
import org.vtl.text.JsonFault;
import org.vtl.text.JsonObject;
import org.vtl.text.JsonReader;

/**
 * Finds the texts of {@code rules} in a configuration file, as {@link JsonReader} takes it. Keeps
 * where each character stands in the file, so that what is wrong with a rule can be shown there.
 */
final class RulesJson {
  /**
   * One text of the array.
   *
   * @param text as the escapes mean it
   * @param places of each of its characters the index in the file, and last that of the closing
   *     quote
   */
  record Element(String text, int[] places) {}

  /** The file is not as it must be; at a line and column from 1. */
  static final class Fault extends Exception {
    final int line;
    final int column;

    private Fault(String sentence, int line, int column) {
      super(sentence);
      this.line = line;
      this.column = column;
    }
  }

  private final String text;
  private int at;

  private RulesJson(String text, int at) {
    this.text = text;
    this.at = at;
  }

  /**
   * The elements of {@code rules}; a single text counts as an array of one.
   *
   * @throws Fault with what is wrong and the remedy, if {@code text} is no JSON object, or has no
   *     such array
   */
  static List<Element> read(String text) throws Fault {
    JsonObject object;
    try {
      object = JsonReader.read(text);
    } catch (JsonFault e) {
      throw new Fault("This is not JSON: " + e.getMessage() + ".", e.line(), e.column());
    }
    List<Element> rules = null;
    for (JsonObject.Member member : object.members()) {
      // "rules:String[]" says its type, as any key may.
      if (member.key().equals("rules") || member.key().startsWith("rules:")) {
        if (rules != null) {
          throw fault(
              "The key \"rules\" comes twice; put all lines into one.", text, member.keyStart());
        }
        rules = elements(text, member);
      }
    }
    if (rules == null) {
      throw new Fault(
          "The file has no key \"rules\"; give it one, with the lines of the policy as an array of"
              + " texts.",
          1,
          1);
    }
    return rules;
  }

  private static List<Element> elements(String text, JsonObject.Member rules) throws Fault {
    RulesJson json = new RulesJson(text, rules.valueStart());
    return switch (rules.value()) {
      case String only -> List.of(json.element(only));
      case List<?> items -> {
        List<Element> elements = new ArrayList<>();
        json.at++;
        for (Object item : items) {
          json.pass();
          if (!(item instanceof String line)) {
            throw fault(
                "Each of \"rules\" is a line of the policy in double quotes; correct this one.",
                text,
                json.at);
          }
          elements.add(json.element(line));
        }
        yield elements;
      }
      case null, default ->
          throw fault(
              "The lines of the policy are expected here, as an array of texts.", text, json.at);
    };
  }

  /** The text in quotes that begins here, whose escapes mean {@code meant}. */
  private Element element(String meant) {
    int[] places = new int[meant.length() + 1];
    at++;
    for (int i = 0; i < meant.length(); i++) {
      places[i] = at;
      boolean escaped = text.charAt(at) == '\\';
      at += !escaped ? 1 : text.charAt(at + 1) == 'u' ? 6 : 2;
    }
    places[meant.length()] = at++;
    return new Element(meant, places);
  }

  /** Goes on to the next element: past white space, comments and the comma. */
  private void pass() {
    while (" \t\r\n,/".indexOf(text.charAt(at)) >= 0) {
      if (text.startsWith("//", at)) {
        at = text.indexOf('\n', at);
      } else if (text.startsWith("/*", at)) {
        at = text.indexOf("*/", at + 2) + 2;
      } else {
        at++;
      }
    }
  }

  private static Fault fault(String sentence, String text, int at) {
    return new Fault(sentence, RulesFile.line(text, at), RulesFile.column(text, at));
  }
}
