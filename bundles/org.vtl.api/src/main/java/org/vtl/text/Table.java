package org.vtl.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of aligned cells, with notes beneath a row where something needs a sentence.
 *
 * <p>A column whose heading starts with {@code >} is aligned to the right, as numbers are. An empty
 * cell shows {@code -}. Where rows would be wider than the terminal, the widest columns aligned to
 * the left are cut, with an ellipsis.
 */
public final class Table {
  private static final int GAP = 2;
  private static final int NARROWEST = 8;

  private final List<String> headings;
  private final boolean[] right;
  private final List<Row> rows = new ArrayList<>();

  private record Row(String[] cells, Style[] styles, List<String> notes) {}

  /**
   * An empty table.
   *
   * @param headings one per column; {@code >} in front aligns it to the right
   */
  public Table(String... headings) {
    this.headings =
        Arrays.stream(headings).map(h -> h.startsWith(">") ? h.substring(1) : h).toList();
    this.right = new boolean[headings.length];
    for (int i = 0; i < headings.length; i++) {
      right[i] = headings[i].startsWith(">");
    }
  }

  /** Adds a row with one cell per column; null or empty shows {@code -}. */
  public Table row(Object... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "A row has %d cells for %d columns.".formatted(cells.length, headings.size()));
    }
    String[] texts = new String[cells.length];
    for (int i = 0; i < cells.length; i++) {
      String text = cells[i] == null ? "" : clean(cells[i].toString());
      texts[i] = text.isEmpty() ? "-" : text;
    }
    Style[] styles = new Style[cells.length];
    Arrays.fill(styles, Style.PLAIN);
    rows.add(new Row(texts, styles, new ArrayList<>()));
    return this;
  }

  /** Gives a cell of the last row a style. */
  public Table style(int column, Style style) {
    rows.getLast().styles()[column] = style;
    return this;
  }

  /** Puts a sentence beneath the last row; an empty one is left out. */
  public Table note(String sentence) {
    if (!sentence.isEmpty()) {
      rows.getLast().notes().add(clean(sentence));
    }
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * The lines, each with its end.
   *
   * @param columns the terminal's width
   * @param colour whether styles show
   */
  public String render(int columns, boolean colour) {
    int[] widths = widths(columns);
    StringBuilder text = new StringBuilder();
    Style[] heading = new Style[headings.size()];
    Arrays.fill(heading, Style.HEADING);
    line(text, headings.toArray(String[]::new), heading, widths, colour);
    for (Row row : rows) {
      line(text, row.cells(), row.styles(), widths, colour);
      for (String note : row.notes()) {
        wrap(text, note, "    ", columns);
      }
    }
    return text.toString();
  }

  /** The lines without styles, as wide as they need to be. */
  @Override
  public String toString() {
    return render(Integer.MAX_VALUE, false);
  }

  private int[] widths(int columns) {
    int[] widths = new int[headings.size()];
    int total = GAP * (widths.length - 1);
    for (int i = 0; i < widths.length; i++) {
      widths[i] = headings.get(i).length();
      for (Row row : rows) {
        widths[i] = Math.max(widths[i], row.cells()[i].length());
      }
      total += widths[i];
    }
    while (total > columns) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        if (!right[i] && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0 || widths[widest] <= NARROWEST) {
        break;
      }
      widths[widest]--;
      total--;
    }
    return widths;
  }

  private void line(
      StringBuilder text, String[] cells, Style[] styles, int[] widths, boolean colour) {
    StringBuilder line = new StringBuilder();
    int pending = 0;
    for (int i = 0; i < cells.length; i++) {
      String cell = cut(cells[i], widths[i]);
      int padding = widths[i] - cell.length();
      line.repeat(' ', pending + (right[i] ? padding : 0));
      line.append(styles[i].apply(cell, colour));
      pending = GAP + (right[i] ? 0 : padding);
    }
    text.append(line).append('\n');
  }

  private static String cut(String cell, int width) {
    return cell.length() <= width ? cell : cell.substring(0, Math.max(0, width - 1)) + "…";
  }

  /** Appends {@code sentence} broken at spaces, each line indented. */
  public static void wrap(StringBuilder text, String sentence, String indent, int columns) {
    int column = 0;
    for (String word : sentence.split(" ")) {
      if (column > 0 && column + 1 + word.length() > columns) {
        text.append('\n');
        column = 0;
      }
      if (column == 0) {
        text.append(indent).append(word);
        column = indent.length() + word.length();
      } else {
        text.append(' ').append(word);
        column += 1 + word.length();
      }
    }
    text.append('\n');
  }

  /** A name from a file or a packet must not steer the terminal. */
  private static String clean(String cell) {
    for (int i = 0; i < cell.length(); i++) {
      if (Character.isISOControl(cell.charAt(i))) {
        return cell.replaceAll("\\p{Cc}", "?");
      }
    }
    return cell;
  }
}
