package org.vtl.launcher;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * The terminal's end of a shell session: {@code vtl shell}.
 *
 * <p>With words it executes them as one command and exits with its status. Without, it gives a
 * prompt at a terminal, or runs the lines of its input elsewhere. The protocol is described at
 * {@code org.vtl.shell.internal.session.Frames}. Nothing but the JDK is loaded: it has to start
 * quickly.
 */
public final class ShellClient {
  private static final int VERSION = 1;
  private static final int BUFFER_BYTES = 16_384;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  /** What a shell says of a process that ended because nobody read its output. */
  static final int BROKEN_PIPE = 141;

  private final DataInputStream in;
  private final OutputStream out;

  private ShellClient(SocketChannel channel) {
    in = new DataInputStream(Channels.newInputStream(channel));
    out = Channels.newOutputStream(channel);
  }

  /** Runs one session and ends the virtual machine with its status. */
  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    if (words.size() < 2 || !words.getFirst().equals("--socket")) {
      System.err.println("usage: ShellClient --socket PATH [COMMAND [ARGUMENT...]]");
      System.exit(WRONG_USAGE);
    }
    Path socket = Path.of(words.get(1));
    List<String> command = words.subList(2, words.size());
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      System.exit(new ShellClient(channel).run(command));
    } catch (IOException | IllegalArgumentException e) {
      System.err.println(ShellSocket.whyNot(socket, e));
      System.exit(FAILED);
    }
  }

  /**
   * Runs one command in the VTL at {@code socket}; returns its status.
   *
   * @param output gets what it says; once it takes no more, the command is ended
   * @param errors gets its complaints
   */
  static int execute(Path socket, List<String> command, OutputStream output, OutputStream errors)
      throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      ShellClient client = new ShellClient(channel);
      client.hello('e', "", new StandardTerminal.Size(0, 0), command);
      return client.answer(output, errors);
    }
  }

  private int run(List<String> command) throws IOException {
    if (!command.isEmpty()) {
      hello('e', "", new StandardTerminal.Size(0, 0), command);
      return answer();
    }
    StandardTerminal terminal = StandardTerminal.raw();
    if (terminal == null) {
      hello('s', "", new StandardTerminal.Size(0, 0), List.of());
      forward(new FileInputStream(FileDescriptor.in));
      return answer();
    }
    try (terminal) {
      String type = System.getenv().getOrDefault("TERM", "dumb");
      hello('i', type, terminal.size(), List.of());
      terminal.whenResized(this::resized);
      forward(new FileInputStream(FileDescriptor.in));
      return answer();
    }
  }

  private void hello(int mode, String type, StandardTerminal.Size size, List<String> words) {
    Payload payload =
        new Payload()
            .number(VERSION)
            .octet(mode)
            .number(size.columns())
            .number(size.rows())
            .string(type)
            .number(words.size());
    words.forEach(payload::string);
    try {
      send('H', payload.bytes(), payload.length());
    } catch (IOException e) {
      // VTL refused it before it was said; the answer says why.
    }
  }

  private void resized(StandardTerminal.Size size) {
    Payload payload = new Payload().number(size.columns()).number(size.rows());
    try {
      send('W', payload.bytes(), payload.length());
    } catch (IOException e) {
      // The session has ended; the answer says so.
    }
  }

  /** Sends the input on, by a thread that ends with the process. */
  private void forward(InputStream input) {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              byte[] buffer = new byte[BUFFER_BYTES];
              try {
                for (int length = input.read(buffer); length > 0; length = input.read(buffer)) {
                  send('I', buffer, length);
                }
                send('I', buffer, 0);
              } catch (IOException e) {
                // The session has ended; the answer says so.
              }
            });
  }

  private synchronized void send(int type, byte[] payload, int length) throws IOException {
    byte[] frame = new Payload().octet(type).number(length).append(payload, length).bytes();
    out.write(frame, 0, 5 + length);
  }

  /** Prints what comes until the status does. */
  private int answer() throws IOException {
    return answer(
        new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
  }

  private int answer(OutputStream output, OutputStream errors) throws IOException {
    while (true) {
      int type;
      byte[] payload;
      try {
        type = in.readUnsignedByte();
        payload = in.readNBytes(in.readInt());
      } catch (EOFException e) {
        throw new IOException("VTL has ended the session", e);
      }
      switch (type) {
        case 'X' -> {
          return payload[payload.length - 1] & 0xff;
        }
        case 'O', 'E' -> {
          try {
            (type == 'O' ? output : errors).write(payload);
          } catch (IOException e) {
            return BROKEN_PIPE;
          }
        }
        default -> throw new IOException("VTL sent something unknown");
      }
    }
  }
}
