package org.vtl.shell.internal.session;

import java.io.EOFException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.felix.gogo.runtime.CommandNotFoundException;
import org.apache.felix.gogo.runtime.SyntaxError;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Job;
import org.vtl.shell.internal.command.Commands;
import org.vtl.shell.internal.command.Failure;
import org.vtl.text.Nearest;

/** Runs lines in one Gogo session and says what went wrong in a sentence. */
final class Runner {
  /** Which of several scopes a bare name means. */
  private static final String SCOPES = Commands.SCOPE + ":gogo:*";

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.:-]*");

  /** How Gogo begins when no method of a command takes what was typed. */
  private static final Pattern UNFIT = Pattern.compile("Cannot coerce (\\w+)\\(.*");

  private final CommandSession session;
  private final PrintStream out;
  private final PrintStream err;
  private final AtomicInteger jobStatus = new AtomicInteger();

  /** Runs lines in {@code session}, which the caller closes. */
  Runner(CommandSession session, PrintStream out, PrintStream err) {
    this.session = session;
    this.out = out;
    this.err = err;
    session.put("SCOPE", SCOPES);
    session.setJobListener(
        (job, previous, current) -> {
          if (current == Job.Status.Done && job.parent() == null && job.result() != null) {
            jobStatus.set(job.result().error());
          }
        });
  }

  /**
   * Runs a line of the shell's language.
   *
   * @return the status of its last command
   */
  int run(CharSequence line) {
    jobStatus.set(0);
    try {
      Object result = session.execute(line);
      if (result != null) {
        out.println(session.format(result, Converter.INSPECT));
        out.flush();
      }
      return jobStatus.get();
    } catch (InterruptedException e) {
      return Failure.INTERRUPTED;
    } catch (Exception e) {
      boolean usage = e instanceof CommandNotFoundException || isSyntax(e) || unfit(e).matches();
      err.println(sentence(e));
      err.flush();
      return usage ? Failure.USAGE : Failure.FAILED;
    }
  }

  /** Runs a command with arguments that are taken as they are. */
  int run(List<String> words) {
    String name = words.getFirst();
    if (!NAME.matcher(name).matches()) {
      err.println("\"" + name + "\" is no command; \"help\" lists them.");
      err.flush();
      return Failure.USAGE;
    }
    // As the parameters of a script: quoting them would depend on every rule of the language.
    session.put("args", new ArrayList<>(words.subList(1, words.size())));
    return run(words.size() == 1 ? name : name + " $args");
  }

  /** Ends what runs in the foreground, as Ctrl-C does. */
  void interrupt() {
    Job job = session.foregroundJob();
    if (job != null) {
      job.interrupt();
    }
  }

  private static boolean isSyntax(Exception e) {
    return e instanceof SyntaxError || e instanceof EOFException;
  }

  private static Matcher unfit(Exception e) {
    return UNFIT.matcher(e instanceof IllegalArgumentException ? "" + e.getMessage() : "");
  }

  private String sentence(Exception e) {
    if (e instanceof CommandNotFoundException missing) {
      return "\"%s\" is no command%s"
          .formatted(missing.getCommand(), Nearest.hint(missing.getCommand(), names(), "help"));
    }
    if (isSyntax(e)) {
      return "This line cannot be read: %s.".formatted(e.getMessage());
    }
    Matcher unfit = unfit(e);
    if (unfit.matches()) {
      return "\"%1$s\" does not take these words; \"felix:help %1$s\" says which, \"lb\" lists bundles."
          .formatted(unfit.group(1));
    }
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() + "." : message;
  }

  private Collection<String> names() {
    List<String> names = new ArrayList<>();
    if (session.get(".commands") instanceof Collection<?> commands) {
      for (Object command : commands) {
        String scoped = command.toString();
        names.add(scoped);
        if (scoped.startsWith(Commands.SCOPE + ":")) {
          names.add(0, scoped.substring(Commands.SCOPE.length() + 1));
        }
      }
    }
    return names;
  }
}
