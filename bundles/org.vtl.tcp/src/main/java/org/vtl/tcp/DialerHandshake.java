package org.vtl.tcp;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The words with which a relay's socket begins, such as SOCKS5 (RFC 1928). One relay's; on the
 * worker that owns its connection. An exception is a {@link Answer#FAILED}.
 */
@ConsumerType
public interface DialerHandshake {
  /** What is known so far, and how it ends. */
  enum Answer {
    /** More bytes are needed. */
    PENDING,
    /** The far side is connected: what follows is the connection's own data. */
    CONNECTED,
    /** The destination refuses: the VM gets a RST. */
    REFUSED,
    /** No way to the host: ICMP host unreachable. */
    HOST_UNREACHABLE,
    /** No way to its network: ICMP network unreachable. */
    NETWORK_UNREACHABLE,
    /** Not allowed: ICMP administratively prohibited. */
    PROHIBITED,
    /** No answer in time: the VM hears nothing, and asks until it gives up. */
    TIMED_OUT,
    /** Anything else: the VM gets a RST. */
    FAILED
  }

  /** The socket is connected: puts the first bytes into {@code out}, up to 1,024. */
  void begin(ByteBuffer out);

  /**
   * Bytes came, or {@link #begin} is over and none is needed. Takes from {@code in} what it
   * understands and no byte that follows the handshake; what it leaves is shown again with more.
   * Puts into {@code out} what is to be said next.
   */
  Answer received(ByteBuffer in, ByteBuffer out);
}
