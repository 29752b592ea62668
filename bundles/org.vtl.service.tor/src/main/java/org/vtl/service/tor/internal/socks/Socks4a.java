package org.vtl.service.tor.internal.socks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.vtl.tcp.DialerHandshake;

/**
 * A SOCKS4a client's words: SOCKS4, and a name where an impossible address (0.0.0.x) announces one.
 * The user's field carries both credentials. An IPv6 address goes as text in the name's place.
 */
final class Socks4a implements DialerHandshake {
  private static final byte VERSION = 0x04;
  private static final byte CONNECT = 0x01;
  private static final int NAME_FOLLOWS = 0x00000001;
  private static final int LENGTH = 8;

  private final Target target;
  private final Credentials credentials;
  private final Listener listener;
  private boolean over;

  Socks4a(Target target, Credentials credentials, Listener listener) {
    this.target = target;
    this.credentials = credentials;
    this.listener = listener;
  }

  @Override
  public void begin(ByteBuffer out) {
    boolean literal = target.name() == null && target.address().isIpv4();
    out.put(VERSION).put(CONNECT).putShort((short) target.port());
    out.putInt(literal ? target.address().ipv4() : NAME_FOLLOWS);
    if (credentials != null) {
      out.put(credentials.userBytes()).put((byte) '/').put(credentials.passwordBytes());
    }
    out.put((byte) 0);
    if (!literal) {
      out.put(target.host().getBytes(StandardCharsets.US_ASCII)).put((byte) 0);
    }
  }

  @Override
  public Answer received(ByteBuffer in, ByteBuffer out) {
    if (over) {
      return Answer.FAILED;
    }
    int at = in.position();
    if (in.hasRemaining() && in.get(at) != 0) {
      return end(Reply.NO_SOCKS);
    }
    if (in.remaining() < 2) {
      return Answer.PENDING;
    }
    Reply reply = Reply.ofSocks4(in.get(at + 1) & 0xff);
    if (reply == Reply.GRANTED && in.remaining() < LENGTH) {
      return Answer.PENDING;
    }
    in.position(at + Math.min(LENGTH, in.remaining()));
    return end(reply);
  }

  private Answer end(Reply reply) {
    over = true;
    if (listener != null) {
      listener.ended(reply);
    }
    return reply.answer();
  }
}
