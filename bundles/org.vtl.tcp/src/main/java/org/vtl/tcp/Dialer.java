package org.vtl.tcp;

import java.net.SocketAddress;
import org.osgi.annotation.versioning.ConsumerType;
import org.vtl.connection.Connection;

/**
 * Says where the socket of a relay goes, and what is said there first. Asked once for each relay,
 * in {@link TcpRelays#connect}; the relay keeps the handshake, not the dialer.
 *
 * <pre>{@code
 * new Dialer() {
 *   public SocketAddress address(Connection connection) { return proxy; }
 *   public DialerHandshake handshake(Connection connection) { return new Socks5(connection); }
 * }
 * }</pre>
 */
@ConsumerType
public interface Dialer {
  /** An {@code InetSocketAddress}, resolved, or a {@code UnixDomainSocketAddress}. */
  SocketAddress address(Connection connection);

  /** What is to be said before bytes pass; null for nothing. */
  default DialerHandshake handshake(Connection connection) {
    return null;
  }

  /** Seconds until an attempt that gets no answer is given up: the VM is told it timed out. */
  default int timeoutSeconds() {
    return 120;
  }

  /**
   * Whether the VM is answered as soon as the socket is connected and the handshake's first bytes
   * are written, and its data follows them without waiting for the answer. A refusal then resets a
   * connection that the VM took for open.
   */
  default boolean isOptimistic() {
    return false;
  }
}
