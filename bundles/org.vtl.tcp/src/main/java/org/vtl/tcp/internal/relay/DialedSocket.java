package org.vtl.tcp.internal.relay;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.vtl.tcp.DialerHandshake;
import org.vtl.tcp.DialerHandshake.Answer;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * A relay's socket: connects, says what the handshake says, then carries bytes between the socket
 * and two streams. Never blocks. One relay's, on its worker.
 */
final class DialedSocket {
  /** Bytes read or written before other connections have their turn. */
  private static final int TURN = 256 << 10;

  /** Bytes on their way that the other side acknowledges soon: more than two full segments. */
  private static final int BULK = 32 << 10;

  private static final int HANDSHAKE = 1_024;

  /** Pieces of a stream's memory that one call reads or writes: a turn's. */
  private static final int PIECES = 16;

  private enum Phase {
    CONNECTING,
    SHAKING,
    OPEN
  }

  private final SocketChannel channel;
  private final SelectionKey key;
  private final DialerHandshake handshake;
  private final ByteStream toSocket;
  private final ByteStream fromSocket;
  private final ByteBuffer in;
  private final ByteBuffer out;
  private final String peer;
  private Phase phase = Phase.CONNECTING;
  private final ByteBuffer[] pieces = new ByteBuffer[PIECES];

  /** Grows while reads fill their room: memory is not taken for what does not come. */
  private int piecesToRead = 1;

  /** Whether bytes may be there, or were not asked for yet: else it is told when they come. */
  private boolean readable = true;

  /** Whether there may be room; else it is told of it. */
  private boolean writable = true;

  private boolean outputShut;
  private boolean starved;

  /** Whether nobody tells of further bytes, since acknowledgments say when to look for them. */
  private boolean following;

  /** Whether none came meanwhile, and no bytes since. */
  private boolean forsaken;

  /** Whether a turn has ended before the bytes to write did. */
  private boolean interrupted;

  /**
   * Begins to connect to {@code address}.
   *
   * @param handshake what is said first; null for nothing
   */
  DialedSocket(
      SocketAddress address,
      DialerHandshake handshake,
      Readiness readiness,
      Readiness.Listener listener,
      ByteStream toSocket,
      ByteStream fromSocket)
      throws IOException {
    this.handshake = handshake;
    this.toSocket = toSocket;
    this.fromSocket = fromSocket;
    peer = String.valueOf(address);
    in = handshake == null ? null : ByteBuffer.allocate(HANDSHAKE);
    out = handshake == null ? null : ByteBuffer.allocate(HANDSHAKE).limit(0);
    boolean local = address instanceof UnixDomainSocketAddress;
    channel =
        local ? SocketChannel.open(java.net.StandardProtocolFamily.UNIX) : SocketChannel.open();
    try {
      channel.configureBlocking(false);
      if (!local) {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true); // its writer decides
      }
      key = readiness.add(channel, listener);
      if (channel.connect(address)) {
        listener.ready(SelectionKey.OP_CONNECT);
      } else {
        Readiness.await(key, SelectionKey.OP_CONNECT);
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Goes on with the handshake. PENDING: not yet; all else is the end of it. */
  Answer shake() throws IOException {
    if (phase == Phase.CONNECTING) {
      if (!channel.finishConnect()) {
        Readiness.await(key, SelectionKey.OP_CONNECT);
        return Answer.PENDING;
      }
      phase = Phase.SHAKING;
      if (handshake != null) {
        out.clear();
        handshake.begin(out);
        out.flip();
      }
    }
    Answer answer = handshake == null ? Answer.CONNECTED : converse();
    if (answer == Answer.CONNECTED && flushWords()) {
      phase = Phase.OPEN;
      keepWhatFollows();
      return answer;
    }
    return answer == Answer.CONNECTED ? Answer.PENDING : answer;
  }

  private Answer converse() throws IOException {
    flushWords();
    int count = channel.read(in);
    in.flip();
    Answer answer;
    try {
      out.compact();
      answer = handshake.received(in, out);
    } finally {
      out.flip();
      in.compact();
    }
    flushWords();
    if (answer == Answer.PENDING) {
      if (count < 0 || !in.hasRemaining()) {
        return Answer.FAILED; // it hung up, or says more than any handshake
      }
      Readiness.await(key, SelectionKey.OP_READ);
    }
    return answer;
  }

  /** Writes what the handshake has to say; whether all is written. */
  private boolean flushWords() throws IOException {
    if (out == null || !out.hasRemaining()) {
      return true;
    }
    channel.write(out);
    if (out.hasRemaining()) {
      Readiness.await(key, SelectionKey.OP_WRITE);
      return false;
    }
    return true;
  }

  /** Bytes that came with the handshake's last are the connection's first. */
  private void keepWhatFollows() {
    if (in == null) {
      return;
    }
    in.flip();
    while (in.hasRemaining()) {
      ByteBuffer room = fromSocket.writable();
      if (room == null) {
        throw new IllegalStateException("No memory for the first bytes that a socket brought.");
      }
      int count = Math.min(room.remaining(), in.remaining());
      room.put(in.slice().limit(count));
      in.position(in.position() + count);
      fromSocket.advance(fromSocket.end() + count);
    }
  }

  /** Whether the handshake's first words are out, or there are none: data may follow them. */
  boolean isSpeaking() {
    return phase == Phase.OPEN || phase == Phase.SHAKING && (out == null || !out.hasRemaining());
  }

  boolean isOpen() {
    return phase == Phase.OPEN;
  }

  /** What it was told to wait for is there. */
  void told(int operations) {
    readable |= (operations & SelectionKey.OP_READ) != 0;
    writable |= (operations & SelectionKey.OP_WRITE) != 0;
  }

  /** Reads as much as there is room for; whether anything came, be it the end. */
  boolean read() throws IOException {
    long total = 0;
    boolean all = false;
    starved = false;
    while (readable && !all && total < TURN && !fromSocket.isFinished()) {
      int buffers = fromSocket.writable(pieces, piecesToRead);
      if (buffers == 0) {
        starved = total == 0 && fromSocket.start() == fromSocket.end();
        break; // without room the socket is full until bytes are acknowledged
      }
      long room = remaining(buffers);
      long count = buffers == 1 ? channel.read(pieces[0]) : channel.read(pieces, 0, buffers);
      fromSocket.filled(Math.max(0, count));
      if (count < 0) {
        following = false;
        fromSocket.finish();
        return true;
      }
      total += count;
      piecesToRead = count < room ? Math.max(1, buffers - 1) : Math.min(2 * buffers, PIECES);
      all = count < room;
    }
    if (all) {
      awaitMore(total);
    }
    return total > 0; // and where the turn has ended, what is acknowledged begins the next
  }

  /**
   * All that was there has been read, {@code total} bytes. To be told of more takes another thread
   * and several system calls; while much is on its way, its acknowledgments are soon enough.
   */
  private void awaitMore(long total) {
    forsaken &= total == 0;
    following = !forsaken && fromSocket.end() - fromSocket.start() >= BULK;
    if (!following) {
      readable = false;
      Readiness.await(key, SelectionKey.OP_READ);
    }
  }

  /** Whether the next {@link #read} is due without being told, with an acknowledgment or soon. */
  boolean isFollowing() {
    return following;
  }

  /** No acknowledgment has come for long: unless something can be read now, it is told of more. */
  void stopFollowing() {
    following = false;
    forsaken = true;
  }

  /** Whether it could not read since the pool is empty, and holds nothing whose end would help. */
  boolean isStarved() {
    return starved;
  }

  /** Writes what the stream has, and its end; whether any room was made. */
  boolean write() throws IOException {
    long total = 0;
    interrupted = false;
    for (int buffers = toSocket.readable(toSocket.start(), pieces);
        buffers > 0;
        buffers = toSocket.readable(toSocket.start(), pieces)) {
      interrupted = writable && total >= TURN;
      if (!writable || interrupted) {
        return total > 0;
      }
      long offered = remaining(buffers);
      long count = buffers == 1 ? channel.write(pieces[0]) : channel.write(pieces, 0, buffers);
      toSocket.release(toSocket.start() + count);
      total += count;
      if (count < offered) {
        writable = false;
        Readiness.await(key, SelectionKey.OP_WRITE);
      }
    }
    if (toSocket.isFinished() && !outputShut) {
      outputShut = true;
      channel.shutdownOutput();
    }
    return total > 0;
  }

  /** Whether the last {@link #write} stopped for others to have their turn: it is to go on soon. */
  boolean isInterrupted() {
    return interrupted;
  }

  private long remaining(int buffers) {
    long sum = 0;
    for (int i = 0; i < buffers; i++) {
      sum += pieces[i].remaining();
    }
    return sum;
  }

  /** Whether all that was for it is written, its end included. */
  boolean isWritten() {
    return outputShut;
  }

  /** What an attempt that failed with {@code why} means for who asked. */
  static Answer meaning(Exception why) {
    if (why instanceof NoRouteToHostException) {
      return Answer.HOST_UNREACHABLE;
    }
    if (why instanceof PortUnreachableException) {
      return Answer.REFUSED;
    }
    String text = String.valueOf(why.getMessage());
    if (text.contains("Network is unreachable")) {
      return Answer.NETWORK_UNREACHABLE;
    }
    if (why instanceof ConnectException) {
      return text.contains("timed out") ? Answer.TIMED_OUT : Answer.REFUSED;
    }
    return Answer.FAILED;
  }

  /**
   * Closes it.
   *
   * @param reset whether the other side is to see that it did not end in order
   */
  void close(boolean reset) {
    try {
      if (reset && channel.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException e) {
      // then it ends in order
    }
    try {
      channel.close();
    } catch (IOException e) {
      // what is closed is closed
    }
  }

  @Override
  public String toString() {
    return phase.name().toLowerCase(java.util.Locale.ROOT) + " " + peer;
  }
}
