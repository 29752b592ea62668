package org.vtl.shell.internal.session;

import java.io.IOException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** The prompt at the terminal that VTL was started from; who leaves it stops VTL. */
public final class Console implements AutoCloseable {
  private final Terminal terminal;
  private final LineSession session;
  private volatile boolean closing;

  private Console(Shared shared, Terminal terminal) {
    this.terminal = terminal;
    this.session = new LineSession(shared, terminal);
  }

  /**
   * Takes the system's terminal and serves a session at it.
   *
   * @param stop called when the user leaves; returns at once
   * @throws IOException if there is no terminal
   */
  public static Console open(Shared shared, Runnable stop) throws IOException {
    Console console = new Console(shared, systemTerminal());
    Thread.ofPlatform().daemon().name("vtl-console").start(() -> console.serve(stop));
    return console;
  }

  private static Terminal systemTerminal() throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    // JLine finds the means to reach a terminal only through this loader.
    thread.setContextClassLoader(Terminal.class.getClassLoader());
    try {
      return TerminalBuilder.builder().name("vtl").system(true).dumb(false).build();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private void serve(Runnable stop) {
    Thread.currentThread().setContextClassLoader(Terminal.class.getClassLoader());
    session.run("Ctrl-D or \"exit\" stops VTL.");
    if (!closing) {
      terminal.writer().println("VTL stops.");
      terminal.flush();
      stop.run();
    }
  }

  /** Gives the terminal back as it was. VTL runs on. */
  @Override
  public void close() {
    closing = true;
    session.end();
  }
}
