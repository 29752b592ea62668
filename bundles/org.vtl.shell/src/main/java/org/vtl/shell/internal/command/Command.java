package org.vtl.shell.internal.command;

import java.io.PrintStream;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Process;

/**
 * A command of scope {@code vtl}.
 *
 * <p>Gogo calls it as a {@link Function}, which leaves words as they were typed: by reflection,
 * {@code 1.10} would come as {@code 1.1}. The method with the command's name and a {@code
 * Descriptor} that each has is there for Gogo's own {@code help}.
 */
public abstract class Command implements Function {
  /** What Gogo's help says of the words. */
  static final String WORDS = "its options and operands; the command's --help says which";

  private final Syntax syntax;

  Command(Syntax syntax) {
    this.syntax = syntax;
  }

  public final Syntax syntax() {
    return syntax;
  }

  /** Runs it in a session; never throws what is the user's to see. */
  @Override
  public final Object execute(CommandSession session, List<Object> words) {
    Process process = Process.Utils.current();
    PrintStream out = process == null ? session.getConsole() : process.out();
    PrintStream err = process == null ? session.getConsole() : process.err();
    boolean toTerminal = process == null || process.isTty(1);
    Object screen = toTerminal ? session.get(SCREEN) : null;
    int status =
        call(
            words.stream().map(String::valueOf).toList(),
            out,
            err,
            screen instanceof Output.Screen found ? found : Output.Screen.NONE);
    if (status != 0 && process != null) {
      process.error(status);
    }
    return null;
  }

  final void execute(CommandSession session, String[] words) {
    execute(session, List.<Object>of((Object[]) words));
  }

  /** Name of the session variable that holds its {@link Output.Screen}; unset without one. */
  public static final String SCREEN = ".vtl.screen";

  /**
   * Runs it.
   *
   * @param words what follows its name
   * @return the status: 0, or one of {@link Failure}
   */
  public final int call(
      List<String> words, PrintStream out, PrintStream err, Output.Screen screen) {
    Output output = new Output(out, err, screen, words.contains(Option.JSON.name()));
    try {
      Arguments arguments = Arguments.parse(syntax, words);
      if (arguments.has(Option.HELP.name())) {
        out.print(syntax.help(screen.columns()));
        out.flush();
      } else {
        run(arguments, output);
      }
      return 0;
    } catch (Failure e) {
      output.fail(e.getMessage());
      return e.status();
    } catch (IllegalArgumentException | IllegalStateException e) {
      // The sentences of org.vtl.runtime.
      output.fail(e.getMessage() == null ? e.toString() : e.getMessage());
      return Failure.FAILED;
    } catch (InterruptedException e) {
      return Failure.INTERRUPTED;
    } catch (RuntimeException e) {
      System.getLogger(getClass().getName())
          .log(System.Logger.Level.ERROR, "Command " + syntax.name() + " failed", e);
      output.fail("%s failed (%s); the log has more.".formatted(syntax.name(), e));
      return Failure.FAILED;
    }
  }

  /**
   * Does what the command is for.
   *
   * @throws Failure in one sentence, if it cannot
   * @throws InterruptedException when the user ends it
   */
  abstract void run(Arguments arguments, Output output) throws Failure, InterruptedException;
}
