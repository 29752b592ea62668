package org.vtl.shell.internal.session;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The protocol between a client and VTL on the shell's socket.
 *
 * <p>Each direction is a row of frames: one byte type, four bytes length (unsigned, big endian, at
 * most {@value #MOST_BYTES}), then as many bytes. Numbers are four bytes, big endian. Text is
 * UTF-8; a string is its number of bytes and then these.
 *
 * <table>
 * <caption>Frames</caption>
 * <tr><th>type<th>from<th>payload
 * <tr><td>{@code H}<td>client, first, once<td>version (1), mode ({@code i}nteractive, {@code
 * e}xecute, {@code s}cript: one byte), columns, rows, string: terminal type, number of words, each
 * word a string
 * <tr><td>{@code I}<td>client<td>what was typed, or a part of the script; none marks the end
 * <tr><td>{@code W}<td>client<td>columns, rows: the window has a new size
 * <tr><td>{@code O}<td>VTL<td>standard output
 * <tr><td>{@code E}<td>VTL<td>standard error
 * <tr><td>{@code X}<td>VTL, last<td>the status to exit with
 * </table>
 *
 * <p>To execute, one word is a line of the shell's language, which may have pipes; several are a
 * command and its arguments as they are. The client ends whatever runs by closing. VTL answers a
 * frame that breaks these rules by closing.
 */
final class Frames {
  static final int VERSION = 1;
  static final int MOST_BYTES = 65_536;
  static final int MOST_WORDS = 1024;

  static final int HELLO = 'H';
  static final int INPUT = 'I';
  static final int WINDOW = 'W';
  static final int OUTPUT = 'O';
  static final int ERROR = 'E';
  static final int EXIT = 'X';

  private Frames() {}

  /** What a client wants. */
  enum Mode {
    INTERACTIVE('i'),
    EXECUTE('e'),
    SCRIPT('s');

    private final int code;

    Mode(int code) {
      this.code = code;
    }

    static Mode of(int code) throws IOException {
      for (Mode mode : values()) {
        if (mode.code == code) {
          return mode;
        }
      }
      throw new IOException("mode " + code + " is unknown");
    }
  }

  /** A client's first frame. */
  record Hello(Mode mode, int columns, int rows, String terminal, List<String> words) {}

  /** A frame as it came; its payload is the caller's. */
  record Frame(int type, byte[] payload) {}

  /** The next frame, or null at the end of the stream between two frames. */
  static Frame read(DataInputStream in) throws IOException {
    int type = in.read();
    if (type < 0) {
      return null;
    }
    int length = in.readInt();
    // The length is the client's word: checked before it costs memory.
    if (length < 0 || length > MOST_BYTES) {
      throw new IOException(
          "a frame of %d bytes is longer than %d"
              .formatted(Integer.toUnsignedLong(length), MOST_BYTES));
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return new Frame(type, payload);
  }

  static void write(OutputStream out, int type, byte[] payload) throws IOException {
    byte[] frame = new byte[5 + payload.length];
    frame[0] = (byte) type;
    frame[1] = (byte) (payload.length >>> 24);
    frame[2] = (byte) (payload.length >>> 16);
    frame[3] = (byte) (payload.length >>> 8);
    frame[4] = (byte) payload.length;
    System.arraycopy(payload, 0, frame, 5, payload.length);
    out.write(frame);
    out.flush();
  }

  /**
   * Reads what a HELLO says.
   *
   * @throws IOException if it breaks the protocol
   */
  static Hello hello(Frame frame) throws IOException {
    if (frame == null || frame.type() != HELLO) {
      throw new IOException("the first frame is no hello");
    }
    Reader in = new Reader(frame.payload());
    int version = in.number();
    if (version != VERSION) {
      throw new IOException(
          "the client speaks version %d of the protocol, VTL version %d"
              .formatted(version, VERSION));
    }
    Mode mode = Mode.of(in.octet());
    int columns = in.number();
    int rows = in.number();
    String terminal = in.string();
    int count = in.number();
    if (count < 0 || count > MOST_WORDS) {
      throw new IOException("a command has %d words".formatted(count));
    }
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(in.string());
    }
    return new Hello(mode, columns, rows, terminal, words);
  }

  /** Numbers and strings from the front of a payload to its end. */
  static final class Reader {
    private final byte[] payload;
    private int next;

    Reader(byte[] payload) {
      this.payload = payload;
    }

    int octet() throws IOException {
      need(1);
      return payload[next++] & 0xff;
    }

    int number() throws IOException {
      return octet() << 24 | octet() << 16 | octet() << 8 | octet();
    }

    String string() throws IOException {
      int length = number();
      need(length);
      String string = new String(payload, next, length, StandardCharsets.UTF_8);
      next += length;
      return string;
    }

    private void need(int bytes) throws IOException {
      if (bytes < 0 || bytes > payload.length - next) {
        throw new EOFException("a frame ends within a value");
      }
    }
  }
}
