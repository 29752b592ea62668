package org.vtl.shell.internal.session;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.felix.gogo.jline.Shell;
import org.apache.felix.service.command.CommandSession;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.LineDisciplineTerminal;

/** One client at the socket, from its hello to its exit. Runs on a thread of its own. */
final class SocketSession implements Runnable {
  /** JLine asks infocmp about a name it does not know: it must not look like an option. */
  private static final Pattern TERMINAL_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+_-]{0,63}");

  /** JLine keeps the whole screen; a client must not make it keep a large one. */
  private static final int LARGEST_SIDE = 1000;

  private static final int PIPE_BYTES = 65_536;
  private static final int BUFFER_BYTES = 8192;

  private final Shared shared;
  private final Peer peer;
  private volatile boolean interactive;

  SocketSession(Shared shared, Peer peer) {
    this.shared = shared;
    this.peer = peer;
  }

  Peer peer() {
    return peer;
  }

  /** Whether it waits for a user, so that nothing is lost when VTL closes it. */
  boolean isInteractive() {
    return interactive;
  }

  @Override
  public void run() {
    try (peer) {
      Frames.Hello hello = peer.hello();
      switch (hello.mode()) {
        case INTERACTIVE -> interact(hello);
        case EXECUTE -> execute(hello);
        case SCRIPT -> script();
      }
    } catch (IOException e) {
      // The client left, or broke the protocol: this session ends, and nothing else is concerned.
      System.getLogger(SocketSession.class.getName())
          .log(System.Logger.Level.DEBUG, "A session of the shell ended: {0}", e.getMessage());
    }
  }

  private void interact(Frames.Hello hello) throws IOException {
    interactive = true;
    String name = TERMINAL_NAME.matcher(hello.terminal()).matches() ? hello.terminal() : "dumb";
    try (LineDisciplineTerminal terminal =
        new LineDisciplineTerminal(
            "vtl",
            name,
            new BufferedOutputStream(new FrameOutput(peer, Frames.OUTPUT), BUFFER_BYTES),
            StandardCharsets.UTF_8)) {
      terminal.setSize(size(hello.columns(), hello.rows()));
      LineSession session = new LineSession(shared, terminal);
      Thread.ofPlatform().daemon().name("vtl-shell-keys").start(() -> feed(terminal, session));
      session.run("Ctrl-D or \"exit\" leaves.");
      peer.exit(0);
    }
  }

  /** Passes keys and sizes on until the client leaves; then the session ends, whatever it does. */
  private void feed(LineDisciplineTerminal terminal, LineSession session) {
    try {
      passOn(terminal);
    } catch (IOException | IllegalStateException e) {
      // Broken, or gone: either way this is the end.
    }
    peer.close();
    session.end();
  }

  private void passOn(LineDisciplineTerminal terminal) throws IOException {
    for (Frames.Frame frame = peer.read(); frame != null; frame = peer.read()) {
      switch (frame.type()) {
        case Frames.INPUT -> terminal.processInputBytes(frame.payload());
        case Frames.WINDOW -> {
          Frames.Reader in = new Frames.Reader(frame.payload());
          terminal.setSize(size(in.number(), in.number()));
          terminal.raise(Terminal.Signal.WINCH);
        }
        default -> throw new IOException("a frame has the unknown type " + frame.type());
      }
    }
  }

  private static Size size(int columns, int rows) {
    return new Size(Math.clamp(columns, 1, LARGEST_SIDE), Math.clamp(rows, 1, LARGEST_SIDE));
  }

  private void execute(Frames.Hello hello) throws IOException {
    if (hello.words().isEmpty()) {
      throw new IOException("there is no command to execute");
    }
    try (CommandSession session = session()) {
      Runner runner = runner(session);
      watch(runner);
      boolean line = hello.words().size() == 1;
      peer.exit(line ? runner.run(hello.words().getFirst()) : runner.run(hello.words()));
    }
  }

  private CommandSession session() {
    return SteadySession.open(
        shared.processor(),
        InputStream.nullInputStream(),
        new FrameOutput(peer, Frames.OUTPUT),
        new FrameOutput(peer, Frames.ERROR));
  }

  private Runner runner(CommandSession session) {
    session.put(Shell.VAR_PROCESSOR, shared.processor());
    // Gogo's grep takes every session's output for a terminal.
    session.put("GREP_COLORS", "mt=:fn=:ln=:se=");
    return new Runner(
        session,
        new PrintStream(new FrameOutput(peer, Frames.OUTPUT), true, StandardCharsets.UTF_8),
        new PrintStream(new FrameOutput(peer, Frames.ERROR), true, StandardCharsets.UTF_8));
  }

  /** Ends the command when the client leaves. */
  private void watch(Runner runner) {
    Thread.ofPlatform()
        .daemon()
        .name("vtl-shell-watch")
        .start(
            () -> {
              try {
                if (peer.read() != null) {
                  throw new IOException("a frame came behind the command");
                }
              } catch (IOException e) {
                // Broken, or gone: either way the command has no one to answer.
              }
              runner.interrupt();
              peer.close();
            });
  }

  /** Runs line after line as they come; the first that fails ends it. */
  private void script() throws IOException {
    PipedInputStream lines = new PipedInputStream(PIPE_BYTES);
    PipedOutputStream arriving = new PipedOutputStream(lines);
    try (CommandSession session = session();
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(lines, StandardCharsets.UTF_8))) {
      Runner runner = runner(session);
      Thread.ofPlatform().daemon().name("vtl-shell-script").start(() -> collect(arriving, runner));
      int status = 0;
      for (String line = reader.readLine();
          line != null && status == 0;
          line = status == 0 ? reader.readLine() : null) {
        String command = line.strip();
        if (!command.isEmpty() && !command.startsWith("#")) {
          status = runner.run(command);
        }
      }
      peer.exit(status);
    }
  }

  private void collect(PipedOutputStream arriving, Runner runner) {
    try (arriving) {
      Frames.Frame frame = peer.read();
      while (frame != null && frame.type() == Frames.INPUT) {
        if (frame.payload().length == 0) {
          arriving.close();
        } else {
          arriving.write(frame.payload());
          arriving.flush(); // without it the reader looks only once a second
        }
        frame = peer.read();
      }
    } catch (IOException e) {
      // Broken, or gone: either way the script has no one to answer.
    }
    runner.interrupt();
    peer.close();
  }
}
