package org.vtl.shell.internal.command;

import java.io.PrintStream;
import java.util.Map;
import java.util.function.Supplier;
import org.vtl.text.Json;
import org.vtl.text.Style;
import org.vtl.text.Table;

/** Where one call of a command prints, and in which form. */
public final class Output {
  /** Width where there is no terminal to ask. */
  public static final int COLUMNS = 100;

  private final PrintStream out;
  private final PrintStream err;
  private final Screen screen;
  private final boolean json;
  private boolean inArray;
  private boolean first = true;

  /** What the user looks at. */
  public interface Screen {
    /** No terminal: a pipe, a file, or a single command. */
    Screen NONE =
        new Screen() {
          @Override
          public int columns() {
            return COLUMNS;
          }

          @Override
          public boolean isTerminal() {
            return false;
          }

          @Override
          public String ask(String question) {
            return "";
          }
        };

    int columns();

    /** Whether it shows colours and somebody can answer. */
    boolean isTerminal();

    /** The line that the user answers with; empty when there is nobody to ask. */
    String ask(String question);
  }

  Output(PrintStream out, PrintStream err, Screen screen, boolean json) {
    this.out = out;
    this.err = err;
    this.screen = screen;
    this.json = json;
  }

  boolean isJson() {
    return json;
  }

  boolean isTerminal() {
    return screen.isTerminal();
  }

  /** Prints {@code data} as JSON where that was asked for, else the text. */
  void show(Object data, Supplier<String> text) {
    if (json) {
      out.print(Json.document(data) + "\n");
    } else {
      out.print(text.get());
    }
    out.flush();
  }

  /** Prints a line for people; nothing when the output is JSON. */
  void say(String line) {
    if (!json) {
      out.print(line + "\n");
      out.flush();
    }
  }

  /** Prints one of many: an element of the JSON array that {@link #endStream} ends, or the text. */
  void stream(Object data, Supplier<String> text) {
    if (json) {
      out.print((inArray ? ",\n" : "[\n") + Json.of(data));
      inArray = true;
    } else {
      out.print((first ? "" : "\n") + text.get());
      first = false;
    }
    out.flush();
  }

  void endStream() {
    if (json) {
      out.print(inArray ? "\n]\n" : "[]\n");
      out.flush();
    }
  }

  /** Prints why the command failed, where whoever reads looks for it. */
  void fail(String sentence) {
    if (json) {
      out.print(Json.of(Map.of("error", sentence)) + "\n");
      out.flush();
    } else {
      err.print(styled(sentence, Style.BAD) + "\n");
      err.flush();
    }
  }

  String render(Table table) {
    return table.render(screen.columns(), screen.isTerminal());
  }

  /** Sentences broken to the screen's width. */
  String paragraph(String sentences) {
    StringBuilder text = new StringBuilder();
    Table.wrap(text, sentences, "", screen.columns());
    return text.toString();
  }

  String styled(String text, Style style) {
    return style.apply(text, screen.isTerminal());
  }

  int columns() {
    return screen.columns();
  }

  /**
   * Asks the user to agree.
   *
   * @throws Failure if there is nobody to ask
   */
  boolean confirm(String question) throws Failure {
    if (json || !screen.isTerminal()) {
      throw Failure.usage("Nobody is there to confirm this; say --yes to do it all the same.");
    }
    String answer = screen.ask(question + " [y/N] ").strip();
    return answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes");
  }
}
