package org.vtl.service.tor.internal.socks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.vtl.tcp.DialerHandshake;

/**
 * A SOCKS5 client's words (RFC 1928), with user and password (RFC 1929) where there are any.
 *
 * <p>With credentials no other way is offered: a server that let anybody in would put streams
 * together that are to stay apart. A relay may go on with this after its bundle was replaced, so
 * nothing is loaded later than the object is made.
 */
final class Socks5 implements DialerHandshake {
  static final byte CONNECT = 0x01;

  /** Tor's own: which name an address has. */
  static final byte RESOLVE_PTR = (byte) 0xf1;

  static final byte IPV4 = 0x01;
  static final byte NAME = 0x03;
  static final byte IPV6 = 0x04;

  private static final byte VERSION = 0x05;
  private static final byte NO_AUTHENTICATION = 0x00;
  private static final byte PASSWORD = 0x02;
  private static final byte PASSWORD_VERSION = 0x01;

  // Not an enum: a switch over one is a class of its own, loaded when it is first run.
  private static final int METHOD = 0;
  private static final int LOGIN = 1;
  private static final int REPLY = 2;
  private static final int OVER = 3;

  private final byte command;
  private final Target target;
  private final Credentials credentials;
  private final boolean eager;
  private final Listener listener;
  private int step = METHOD;
  private String boundName;

  Socks5(byte command, Target target, Credentials credentials, boolean eager, Listener listener) {
    this.command = command;
    this.target = target;
    this.credentials = credentials;
    this.eager = eager;
    this.listener = listener;
  }

  @Override
  public void begin(ByteBuffer out) {
    out.put(VERSION).put((byte) 1).put(credentials == null ? NO_AUTHENTICATION : PASSWORD);
    if (eager) {
      putLogin(out);
      putRequest(out);
    }
  }

  private void putLogin(ByteBuffer out) {
    if (credentials != null) {
      byte[] user = credentials.userBytes();
      byte[] password = credentials.passwordBytes();
      out.put(PASSWORD_VERSION).put((byte) user.length).put(user);
      out.put((byte) password.length).put(password);
    }
  }

  private void putRequest(ByteBuffer out) {
    out.put(VERSION).put(command).put((byte) 0);
    target.putSocks5(out);
  }

  @Override
  public Answer received(ByteBuffer in, ByteBuffer out) {
    if (step == METHOD && isLoginAnswered(in)) {
      step = LOGIN;
    }
    if (step == METHOD && in.remaining() >= 2) {
      int version = in.get();
      int method = in.get();
      if (version != VERSION) {
        return end(Reply.NO_SOCKS);
      }
      if (method != (credentials == null ? NO_AUTHENTICATION : PASSWORD)) {
        return end(Reply.NEEDS_CREDENTIALS);
      }
      step = credentials == null ? REPLY : LOGIN;
      if (!eager && credentials == null) {
        putRequest(out);
      } else if (!eager) {
        putLogin(out);
      }
    }
    if (step == LOGIN && in.remaining() >= 2) {
      int version = in.get();
      int status = in.get();
      if (version != PASSWORD_VERSION) {
        return end(Reply.NO_SOCKS);
      }
      if (status != 0) {
        return end(Reply.WRONG_CREDENTIALS);
      }
      step = REPLY;
      if (!eager) {
        putRequest(out);
      }
    }
    if (step == METHOD && in.hasRemaining() && in.get(in.position()) != VERSION) {
      return end(Reply.NO_SOCKS); // at once: it may wait for more of what it takes this for
    }
    return step == REPLY ? reply(in) : step == OVER ? Answer.FAILED : Answer.PENDING;
  }

  /**
   * Whether the login is answered in the method's place: Tor answers only the last of several
   * messages that it reads at once.
   */
  private boolean isLoginAnswered(ByteBuffer in) {
    return eager
        && credentials != null
        && in.hasRemaining()
        && in.get(in.position()) == PASSWORD_VERSION;
  }

  private Answer reply(ByteBuffer in) {
    int at = in.position();
    if (in.hasRemaining() && in.get(at) != VERSION) {
      return end(Reply.NO_SOCKS);
    }
    if (in.remaining() < 2) {
      return Answer.PENDING;
    }
    int code = in.get(at + 1) & 0xff;
    if (code != 0) {
      return end(Reply.ofSocks5(code)); // what follows may have any form, and says nothing
    }
    int length = length(in);
    if (length < 0) {
      return end(Reply.NO_SOCKS);
    }
    if (length == 0 || in.remaining() < length) {
      return Answer.PENDING;
    }
    if (command == RESOLVE_PTR) {
      boundName = name(in);
    }
    in.position(at + length);
    return end(Reply.GRANTED);
  }

  /** The name that the server answered {@link #RESOLVE_PTR} with; null if it gave none. */
  String boundName() {
    return boundName;
  }

  /** The name in the whole reply at {@code in}'s position, or null if it holds none. */
  private static String name(ByteBuffer in) {
    int at = in.position();
    if (in.get(at + 3) != NAME) {
      return null;
    }
    byte[] bytes = new byte[in.get(at + 4) & 0xff];
    in.get(at + 5, bytes);
    String name = new String(bytes, StandardCharsets.ISO_8859_1);
    return Target.isName(name) ? name : null;
  }

  /**
   * Bytes of the reply that begins at {@code in}'s position; 0 while that is not known, -1 for an
   * address of no known kind.
   */
  static int length(ByteBuffer in) {
    int at = in.position();
    if (in.remaining() < 5) {
      return 0;
    }
    int kind = in.get(at + 3);
    if (kind == IPV4 || kind == 0) {
      return 10; // Tor writes kind 0 and an IPv4 address of zeros where it has nothing to say
    }
    if (kind == IPV6) {
      return 22;
    }
    return kind == NAME ? 7 + (in.get(at + 4) & 0xff) : -1;
  }

  private Answer end(Reply reply) {
    step = OVER;
    if (listener != null) {
      listener.ended(reply);
    }
    return reply.answer();
  }
}
