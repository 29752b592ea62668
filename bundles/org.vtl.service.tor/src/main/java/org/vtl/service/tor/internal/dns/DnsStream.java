package org.vtl.service.tor.internal.dns;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/**
 * One guest's stream of questions, each behind its length in two bytes, and of answers (RFC 7766
 * section 8). Reads no further while the guest does not take its answers. On the server's thread.
 */
final class DnsStream {
  private static final int MOST_QUESTION = 4_096;
  private static final int PREFIX = 2;

  private final SelectionKey key;
  private final SocketChannel channel;
  private final DnsResponder responder;
  private final Consumer<Runnable> thread;
  private final Runnable ended;
  private final ByteBuffer in = ByteBuffer.allocate(PREFIX + MOST_QUESTION);
  private final ByteBuffer out = ByteBuffer.allocate(2 * (PREFIX + DnsResponder.MOST));
  private final byte[] question = new byte[MOST_QUESTION];
  private final byte[] answer = new byte[DnsResponder.MOST];
  private int pending;
  private boolean finished;
  private boolean closed;
  private long idleSince = System.nanoTime();

  /**
   * @param thread runs tasks where this stream is served
   * @param ended is run once, at the end
   */
  DnsStream(
      SelectionKey key,
      SocketChannel channel,
      DnsResponder responder,
      Consumer<Runnable> thread,
      Runnable ended) {
    this.key = key;
    this.channel = channel;
    this.responder = responder;
    this.thread = thread;
    this.ended = ended;
  }

  /** Since when nothing was asked or taken, in nanoseconds of the system's clock. */
  long idleSince() {
    return idleSince;
  }

  /** The channel can be read or written. */
  void ready() {
    try {
      if (key.isReadable()) {
        int count = channel.read(in);
        if (count < 0) {
          finished = true;
        } else if (count > 0) {
          idleSince = System.nanoTime();
        }
      }
      proceed();
    } catch (IOException e) {
      close(); // the relay is gone, and with it the guest's stream
    }
  }

  private void proceed() throws IOException {
    flush();
    while (hasRoom() && answerNext()) {
      flush();
    }
    if (closed) {
      return;
    }
    if (finished && out.position() == 0 && pending == 0) {
      close();
      return;
    }
    boolean reads = !finished && in.hasRemaining() && hasRoom();
    boolean writes = out.position() > 0;
    key.interestOps((reads ? SelectionKey.OP_READ : 0) | (writes ? SelectionKey.OP_WRITE : 0));
  }

  /** Whether an answer fits, with those that are still to come. */
  private boolean hasRoom() {
    return pending == 0 && out.remaining() >= PREFIX + DnsResponder.MOST;
  }

  /** Answers the first question that is whole; false if there is none. */
  private boolean answerNext() {
    if (closed || in.position() < PREFIX) {
      return false;
    }
    int length = in.getShort(0) & 0xffff;
    if (length < Dns.HEADER || length > MOST_QUESTION) {
      close();
      return false;
    }
    if (in.position() < PREFIX + length) {
      return false;
    }
    in.flip().getShort();
    in.get(question, 0, length);
    in.compact();
    int count = responder.answer(question, length, answer, true);
    if (count == DnsResponder.LATER) {
      pending++;
      responder.askLater(
          true, (message, answered) -> thread.accept(() -> arrived(message, answered)));
    } else if (count == DnsResponder.NOTHING) {
      close();
    } else {
      put(answer, count);
    }
    return true;
  }

  private void arrived(byte[] message, int length) {
    pending--;
    if (closed) {
      return;
    }
    try {
      put(message, length);
      proceed();
    } catch (IOException e) {
      close(); // as in ready
    }
  }

  private void put(byte[] message, int length) {
    out.putShort((short) length).put(message, 0, length);
  }

  private void flush() throws IOException {
    if (closed || out.position() == 0) {
      return;
    }
    out.flip();
    if (channel.write(out) > 0) {
      idleSince = System.nanoTime();
    }
    out.compact();
  }

  /** Ends the stream. */
  void close() {
    if (closed) {
      return;
    }
    closed = true;
    ended.run();
    try {
      channel.close();
    } catch (IOException e) {
      // Closed is what it is to be, and a local socket has nothing left to say.
      key.cancel();
    }
  }
}
