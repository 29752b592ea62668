package org.vtl.shell.internal.session;

import java.io.IOError;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.felix.gogo.jline.Highlighter;
import org.apache.felix.gogo.jline.Parser;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandSession;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;
import org.vtl.shell.internal.command.Command;
import org.vtl.shell.internal.command.Output;

/**
 * Reads lines at a terminal's prompt and runs them, until the user leaves or the terminal closes.
 */
public final class LineSession {
  /** What a user may type to leave, besides Ctrl-D. */
  static final List<String> LEAVE = List.of("exit", "quit", "logout");

  private static final long PATIENCE_MILLIS = 1000;

  private final Shared shared;
  private final Terminal terminal;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean leaving;

  /** A session at {@code terminal}. */
  public LineSession(Shared shared, Terminal terminal) {
    this.shared = shared;
    this.terminal = terminal;
  }

  /**
   * Runs the session; returns when it ends.
   *
   * @param leaving what leaving does, for the greeting
   */
  public void run(String leaving) {
    PrintStream out = new PrintStream(terminal.output(), true, StandardCharsets.UTF_8);
    try (CommandSession session =
        SteadySession.open(shared.processor(), terminal.input(), out, out)) {
      LineReader reader = reader(session);
      session.put(Shell.VAR_TERMINAL, terminal);
      session.put(Shell.VAR_READER, reader);
      session.put(Shell.VAR_PROCESSOR, shared.processor());
      session.put(Command.SCREEN, new TerminalScreen(terminal, reader));
      Runner runner = new Runner(session, out, out);
      terminal.handle(
          Terminal.Signal.INT,
          signal -> {
            runner.interrupt();
            // The prompt comes on a line of its own, not behind "^C".
            terminal.writer().println();
            terminal.flush();
          });
      terminal.writer().println(shared.greeting());
      terminal.writer().println("\"help\" lists commands, Tab completes; " + leaving);
      terminal.flush();
      readLines(reader, runner);
    } catch (IllegalStateException | IOError e) {
      // JLine's word for a terminal that was closed: the user left.
    } finally {
      ended.countDown();
    }
  }

  /**
   * Ends the session, whatever it does, and closes the terminal; does both at once if the session
   * does not end within a second. From any thread.
   */
  public void end() {
    leaving = true;
    try {
      // As Ctrl-C: it ends a command, or the reading of a line. To close the terminal below either
      // of them makes JLine complain in the log.
      terminal.raise(Terminal.Signal.INT);
      ended.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      terminal.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | IllegalStateException e) {
      // It is closed already.
    }
  }

  private LineReader reader(CommandSession session) {
    return LineReaderBuilder.builder()
        .appName("vtl")
        .terminal(terminal)
        .parser(new Parser())
        .highlighter(new Highlighter(session))
        .completer(new WordCompleter(session, shared.commands(), shared.vocabulary()))
        .variable(LineReader.HISTORY_FILE, shared.history())
        // "!" is an ordinary character here.
        .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
        .option(LineReader.Option.AUTO_FRESH_LINE, true)
        // A word that is only like a name is for the sentence that asks, not for Tab.
        .option(LineReader.Option.COMPLETE_MATCHER_TYPO, false)
        .build();
  }

  private void readLines(LineReader reader, Runner runner) {
    String prompt =
        new AttributedStringBuilder()
            .styled(AttributedStyle.DEFAULT.bold(), "vtl> ")
            .toAnsi(terminal);
    while (!leaving) {
      String line;
      try {
        line = reader.readLine(prompt).strip();
      } catch (UserInterruptException e) {
        continue;
      } catch (EndOfFileException e) {
        return;
      }
      if (LEAVE.contains(line)) {
        return;
      }
      if (!line.isEmpty()) {
        runner.run(line);
        terminal.flush();
      }
    }
  }

  /** A screen that is a terminal. */
  private record TerminalScreen(Terminal terminal, LineReader reader) implements Output.Screen {
    @Override
    public int columns() {
      return terminal.getWidth() > 0 ? terminal.getWidth() : Output.COLUMNS;
    }

    @Override
    public boolean isTerminal() {
      return true;
    }

    @Override
    public String ask(String question) {
      try {
        return reader.readLine(question);
      } catch (UserInterruptException | EndOfFileException e) {
        return "";
      }
    }
  }
}
