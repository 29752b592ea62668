package org.vtl.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * The ratios to the bridge as bars, one panel per workload: an SVG file that needs nothing else.
 */
final class Picture {
  private static final int PANEL_WIDTH = 460;
  private static final int COLUMNS = 2;
  private static final int ROW_HEIGHT = 18;
  private static final int HEAD_HEIGHT = 40;
  private static final int NAME_WIDTH = 110;
  private static final int VALUE_WIDTH = 110;
  private static final int BAR_WIDTH = PANEL_WIDTH - NAME_WIDTH - VALUE_WIDTH - 20;
  private static final int TITLE_HEIGHT = 36;

  private final StringBuilder text = new StringBuilder();

  private Picture() {}

  /** The picture; {@code caption} says on what machine and when. */
  static String of(Results results, String caption) {
    Picture picture = new Picture();
    List<Workload> workloads = results.workloads();
    int[] bottoms = new int[COLUMNS];
    List<Runnable> panels = new ArrayList<>();
    for (Workload workload : workloads) {
      int column = bottoms[0] <= bottoms[1] ? 0 : 1;
      int top = TITLE_HEIGHT + bottoms[column];
      bottoms[column] += HEAD_HEIGHT + ROW_HEIGHT * results.contestants(workload).size() + 16;
      panels.add(() -> picture.panel(results, workload, column * PANEL_WIDTH + 10, top));
    }
    int height = TITLE_HEIGHT + Math.max(bottoms[0], bottoms[1]);
    picture.text.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" font-family="sans-serif" font-size="12">
        <rect width="%1$d" height="%2$d" fill="#ffffff"/>
        """
            .formatted(COLUMNS * PANEL_WIDTH, height));
    picture.text(10, 22, "start", "#222222", "Multiples of the kernel's bridge. " + caption);
    panels.forEach(Runnable::run);
    return picture.text.append("</svg>\n").toString();
  }

  private void panel(Results results, Workload workload, int left, int top) {
    List<String> names = results.contestants(workload);
    double most =
        names.stream()
            .mapToDouble(name -> results.ratio(workload, name).most())
            .filter(value -> !Double.isNaN(value))
            .max()
            .orElse(1);
    text(left, top + 18, "start", "#000000", workload.title() + ": " + workload.description());
    int y = top + HEAD_HEIGHT - 12;
    for (String name : names) {
      Series ratio = results.ratio(workload, name);
      double scale = BAR_WIDTH / Math.max(most, 1);
      int bar = left + NAME_WIDTH;
      text(bar - 6, y + 13, "end", "#222222", name);
      if (!Double.isNaN(ratio.median())) {
        rectangle(bar, y + 3, ratio.median() * scale, ROW_HEIGHT - 6, color(name));
        line(bar + ratio.least() * scale, y + 9, bar + ratio.most() * scale, y + 9);
        text(
            bar + BAR_WIDTH + 8,
            y + 13,
            "start",
            "#222222",
            "%.2f   %s %s"
                .formatted(
                    ratio.median(),
                    workload.main().text(results.series(workload, name, workload.main()).median()),
                    workload.main().unit()));
      }
      y += ROW_HEIGHT;
    }
    double one = left + NAME_WIDTH + BAR_WIDTH / Math.max(most, 1);
    line(one, top + HEAD_HEIGHT - 12, one, y);
  }

  private static String color(String name) {
    return name.startsWith("vtl")
        ? "#2f7fc1"
        : name.equals(Results.MEASURE) ? "#888888" : "#c9c9c9";
  }

  private void rectangle(double x, double y, double width, double height, String color) {
    text.append(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n"
            .formatted(x, y, width, height, color));
  }

  private void line(double x1, double y1, double x2, double y2) {
    text.append(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#333333\"/>%n"
            .formatted(x1, y1, x2, y2));
  }

  private void text(double x, double y, String anchor, String color, String words) {
    text.append(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n"
            .formatted(
                x,
                y,
                anchor,
                color,
                words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")));
  }
}
