package org.vtl.service.capture.internal;

import java.util.List;
import java.util.StringJoiner;

/** Captures as text for people and as JSON (RFC 8259) for programs. */
final class StatusText {
  private StatusText() {}

  static String table(List<CaptureStatus> all) {
    if (all.isEmpty()) {
      return "No capture is running; start one with vtl:capture start NAME.\n";
    }
    String[][] rows = new String[all.size() + 1][];
    rows[0] = new String[] {"NAME", "STATE", "LINK", "STAGE", "PACKETS", "BYTES", "LOST", "FILE"};
    for (int i = 0; i < all.size(); i++) {
      CaptureStatus status = all.get(i);
      rows[i + 1] =
          new String[] {
            status.name(),
            status.state(),
            status.link().isEmpty() ? "all" : status.link(),
            status.stage(),
            String.valueOf(status.packets()),
            String.valueOf(status.bytes()),
            String.valueOf(status.lost()),
            status.file()
          };
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      StringJoiner line = new StringJoiner("  ");
      for (int column = 0; column < row.length; column++) {
        line.add(padded(rows, row, column));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    for (CaptureStatus status : all) {
      if (!status.reason().isEmpty()) {
        text.append(status.name()).append(": ").append(status.reason()).append('\n');
      }
    }
    return text.toString();
  }

  private static String padded(String[][] rows, String[] row, int column) {
    int width = 0;
    for (String[] other : rows) {
      width = Math.max(width, other[column].length());
    }
    return row[column] + " ".repeat(width - row[column].length());
  }

  static String json(List<CaptureStatus> all) {
    StringJoiner array = new StringJoiner(",\n", "[\n", "\n]").setEmptyValue("[]");
    for (CaptureStatus status : all) {
      array.add(
          new StringJoiner(",", "{", "}")
              .add("\"name\":" + quoted(status.name()))
              .add("\"state\":" + quoted(status.state()))
              .add("\"reason\":" + quoted(status.reason()))
              .add("\"link\":" + quoted(status.link()))
              .add("\"stage\":" + quoted(status.stage()))
              .add("\"filter\":" + quoted(status.filter()))
              .add("\"file\":" + quoted(status.file()))
              .add("\"packets\":" + status.packets())
              .add("\"bytes\":" + status.bytes())
              .add("\"lost\":" + status.lost())
              .add("\"pauses\":" + status.pauses())
              .add("\"configured\":" + status.configured())
              .toString());
    }
    return array.toString();
  }

  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < 0x20) {
        quoted.append(String.format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
