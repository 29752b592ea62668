package org.vtl.service.firewall.internal.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is wrong in a file of rules, for people and programs. */
final class RemarkText {
  private RemarkText() {}

  /** A remark on each line, behind its place as compilers write it, with the line it is about. */
  static String of(RulesFile file) {
    StringBuilder text = new StringBuilder();
    file.errors().forEach(error -> line(text, file, "", error));
    file.warnings().forEach(warning -> line(text, file, "warning: ", warning));
    return text.toString();
  }

  private static void line(
      StringBuilder text, RulesFile file, String kind, RulesFile.Remark remark) {
    text.append(file.name()).append(':').append(remark.line()).append(':');
    text.append(remark.column()).append(": ");
    text.append(remark.place().isEmpty() ? "" : remark.place() + ": ");
    text.append(kind).append(remark.sentence()).append('\n');
    if (!remark.source().isEmpty()) {
      String before = remark.source().substring(0, remark.mark() - 1);
      text.append("    ").append(remark.source()).append("\n    ");
      // Tabs must stay what they are, or the mark would stand elsewhere.
      text.append(before.replaceAll("[^\t]", " ")).append("^\n");
    }
  }

  static Map<String, Object> json(RulesFile file) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", file.name());
    json.put("errors", json(file.errors()));
    json.put("warnings", json(file.warnings()));
    return json;
  }

  private static List<Object> json(List<RulesFile.Remark> remarks) {
    List<Object> all = new ArrayList<>();
    for (RulesFile.Remark remark : remarks) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("line", remark.line());
      entry.put("column", remark.column());
      entry.put("place", remark.place());
      entry.put("sentence", remark.sentence());
      all.add(entry);
    }
    return all;
  }
}
