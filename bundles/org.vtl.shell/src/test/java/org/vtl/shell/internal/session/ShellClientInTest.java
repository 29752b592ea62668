package org.vtl.shell.internal.session;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A client that says exactly what a test wants said, right or wrong. */
final class ShellClientInTest implements AutoCloseable {
  private final SocketChannel channel;
  private final DataInputStream in;
  private final OutputStream out;
  private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  ShellClientInTest(Path socket) throws IOException {
    channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    in = new DataInputStream(Channels.newInputStream(channel));
    out = Channels.newOutputStream(channel);
  }

  /** Sends a hello of {@code mode} with 100 columns and 30 rows. */
  ShellClientInTest hello(char mode, String... words) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream payload = new DataOutputStream(bytes);
    payload.writeInt(Frames.VERSION);
    payload.writeByte(mode);
    payload.writeInt(100);
    payload.writeInt(30);
    string(payload, "xterm-256color");
    payload.writeInt(words.length);
    for (String word : words) {
      string(payload, word);
    }
    try {
      frame('H', bytes.toByteArray());
    } catch (IOException e) {
      // Refused before it was said, as the answer says.
    }
    return this;
  }

  private static void string(DataOutputStream out, String string) throws IOException {
    byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  void frame(char type, byte[] payload) throws IOException {
    raw(type, payload.length, payload);
  }

  /** A frame whose length need not be true. */
  void raw(int type, int length, byte[] payload) throws IOException {
    // In one piece: the server may close at the head of a frame that it does not like.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream frame = new DataOutputStream(bytes);
    frame.writeByte(type);
    frame.writeInt(length);
    frame.write(payload);
    out.write(bytes.toByteArray());
  }

  ShellClientInTest type(String keys) throws IOException {
    frame('I', keys.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Reads until {@code text} is among the output that was not yet awaited. */
  void await(String text) throws IOException {
    while (!output().contains(text)) {
      if (next() != -1) {
        throw new IOException("exit before \"" + text + "\": " + output());
      }
    }
    seen.reset();
  }

  /** Reads to the end; the status, or -1 when the server closed without one. */
  int status() throws IOException {
    try {
      int status = next();
      while (status == -1) {
        status = next();
      }
      return status;
    } catch (IOException e) {
      return -1;
    }
  }

  private int next() throws IOException {
    int type = in.readUnsignedByte();
    byte[] payload = in.readNBytes(in.readInt());
    switch (type) {
      case 'O' -> seen.write(payload);
      case 'E' -> errors.write(payload);
      default -> {
        return payload[3] & 0xff;
      }
    }
    return -1;
  }

  String output() {
    return seen.toString(StandardCharsets.UTF_8);
  }

  String errors() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
