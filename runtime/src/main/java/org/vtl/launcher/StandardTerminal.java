package org.vtl.launcher;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The terminal at standard input, raw: each key is passed on as it is typed, Ctrl-C too. By {@code
 * stty}, which every Unix has. It is as it was once closed, also when the process gets SIGINT,
 * SIGTERM or SIGHUP.
 */
final class StandardTerminal implements AutoCloseable {
  private static final Size UNKNOWN = new Size(80, 24);

  private final String before;
  private final Thread hook = new Thread(this::restore);

  private StandardTerminal(String before) {
    this.before = before;
  }

  /** A window's size in characters. */
  record Size(int columns, int rows) {}

  /** The terminal, or null when standard input is none. */
  static StandardTerminal raw() throws IOException {
    String before = stty("-g");
    if (before.isEmpty()) {
      return null;
    }
    StandardTerminal terminal = new StandardTerminal(before);
    Runtime.getRuntime().addShutdownHook(terminal.hook);
    stty("raw", "-echo");
    return terminal;
  }

  Size size() {
    try {
      String[] sides = stty("size").split(" ");
      if (sides.length == 2) {
        return new Size(Integer.parseInt(sides[1]), Integer.parseInt(sides[0]));
      }
    } catch (IOException | NumberFormatException e) {
      // A terminal that does not know its size, as a serial line.
    }
    return UNKNOWN;
  }

  /**
   * Has {@code listener} told of each new size of the window.
   *
   * <p>By reflection: {@code sun.misc.Signal} is there in every JDK, but a compiler warns of it,
   * and there is no other way to see SIGWINCH.
   */
  void whenResized(Consumer<Size> listener) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                switch (method.getName()) {
                  case "handle" -> listener.accept(size());
                  case "hashCode" -> {
                    return System.identityHashCode(self);
                  }
                  case "equals" -> {
                    return self == arguments[0];
                  }
                  default -> {
                    return "resized";
                  }
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("WINCH"), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // A JDK without it: the session keeps the size that it began with.
    }
  }

  private static String stty(String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("stty"));
    words.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(words)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
  }

  private void restore() {
    try {
      stty(before);
    } catch (IOException e) {
      System.err.println("The terminal is not as it was; type \"stty sane\".");
    }
  }

  @Override
  public void close() {
    restore();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook runs already.
    }
  }
}
