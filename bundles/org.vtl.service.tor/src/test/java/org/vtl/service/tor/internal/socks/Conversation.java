package org.vtl.service.tor.internal.socks;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.vtl.tcp.DialerHandshake;
import org.vtl.tcp.DialerHandshake.Answer;

/** Speaks with a handshake as a relay's socket does, in hexadecimal; and notes how it ends. */
final class Conversation implements Listener {
  private static final HexFormat HEX = HexFormat.of();

  final DialerHandshake words;
  Reply reply;
  int ends;
  private final ByteBuffer in = ByteBuffer.allocate(1_024);
  private final ByteBuffer out = ByteBuffer.allocate(1_024);

  Conversation(int version, Target target, Credentials credentials, boolean eager) {
    words = Credentials.handshake(version, target, credentials, eager, this);
  }

  Conversation(byte command, Target target, Credentials credentials) {
    words = new Socks5(command, target, credentials, false, this);
  }

  @Override
  public void ended(Reply how) {
    reply = how;
    ends++;
  }

  /** What it says first. */
  String first() {
    words.begin(out);
    return said();
  }

  /** Shows it these bytes, in one piece. */
  Answer hear(String hex) {
    in.put(HEX.parseHex(hex.replace(" ", ""))).flip();
    try {
      return words.received(in, out);
    } finally {
      in.compact();
    }
  }

  /** Shows it these bytes one by one; how it answers the last. */
  Answer hearSplit(String hex) {
    Answer answer = Answer.PENDING;
    for (byte one : HEX.parseHex(hex.replace(" ", ""))) {
      answer = hear(HEX.toHexDigits(one));
      if (answer != Answer.PENDING) {
        return answer;
      }
    }
    return answer;
  }

  /** What it has said since it was asked last. */
  String said() {
    out.flip();
    byte[] bytes = new byte[out.remaining()];
    out.get(bytes);
    out.clear();
    return HEX.formatHex(bytes);
  }

  /** Bytes that it left. */
  String left() {
    in.flip();
    byte[] bytes = new byte[in.remaining()];
    in.get(bytes);
    in.clear();
    return HEX.formatHex(bytes);
  }
}
