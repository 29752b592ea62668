package org.vtl.service.tor.internal.control;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads messages of Tor's control port: lines of a code, a mark and text; a plus as the mark says
 * that data follow, up to a line with a dot alone. What is too long, or is no message, ends the
 * reading with an exception: there is no telling where the next message begins. One thread's.
 */
final class ControlReader {
  /** Bytes of the longest line. */
  static final int LONGEST_LINE = 64 << 10;

  /** Bytes of the longest message: the circuits and streams of a busy Tor take far less. */
  static final int LONGEST_MESSAGE = 8 << 20;

  private static final Pattern CONTROL = Pattern.compile("\\p{Cc}");

  private final InputStream in;
  private final StringBuilder line = new StringBuilder();
  private int messageBytes;

  /** One that reads {@code in}, which should be buffered. */
  ControlReader(InputStream in) {
    this.in = in;
  }

  /** The next message, once it is whole; {@link EOFException} at the end of all. */
  ControlMessage read() throws IOException {
    List<String> lines = new ArrayList<>();
    messageBytes = 0;
    while (true) {
      String text = line();
      int code = code(text);
      char mark = text.charAt(3);
      String rest = text.substring(4);
      if (mark == '+') {
        rest += data();
      }
      lines.add(rest);
      if (mark == ' ') {
        return new ControlMessage(code, List.copyOf(lines));
      }
    }
  }

  private static int code(String text) throws IOException {
    boolean sound =
        text.length() >= 4
            && isDigit(text.charAt(0))
            && isDigit(text.charAt(1))
            && isDigit(text.charAt(2))
            && " -+".indexOf(text.charAt(3)) >= 0;
    if (!sound) {
      throw new IOException("What the control port says is not Tor's language.");
    }
    return Integer.parseInt(text, 0, 3, 10);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Lines up to one with a dot alone, each behind a line feed; a dot that hides one is removed. */
  private String data() throws IOException {
    StringBuilder data = new StringBuilder();
    while (true) {
      String text = line();
      if (text.equals(".")) {
        return data.isEmpty() ? "\n" : data.toString();
      }
      data.append('\n').append(text, text.startsWith(".") ? 1 : 0, text.length());
    }
  }

  private String line() throws IOException {
    line.setLength(0);
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("Tor's control port hung up.");
      }
      if (++messageBytes > LONGEST_MESSAGE || line.length() >= LONGEST_LINE) {
        throw new IOException("What the control port says has no end.");
      }
      if (next == '\n') {
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\r') {
          line.setLength(length - 1);
        }
        String text =
            new String(
                line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return CONTROL.matcher(text).replaceAll("?"); // it is shown at a terminal
      }
      line.append((char) next);
    }
  }
}
