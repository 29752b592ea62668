package org.vtl.tcp.internal.endpoint;

/**
 * Hears what becomes of an endpoint. Called on its worker as the last thing the endpoint does with
 * a segment, a timer or a call, so any method of it, and of the endpoint it is joined with, may be
 * called back.
 */
public interface EndpointListener {
  /** The handshake is complete; {@link TcpEndpoint#offered} says what the other end can. */
  void established(TcpEndpoint endpoint, long now);

  /** The incoming stream has more bytes in order, or is finished. */
  void received(TcpEndpoint endpoint, long now);

  /** Bytes of the outgoing stream were acknowledged and released, or all of it with its FIN. */
  void acknowledged(TcpEndpoint endpoint, long now);

  /**
   * The endpoint is CLOSED, and its RST, if it sends one, is out: the last call. Its streams are
   * left as they are.
   */
  void closed(TcpEndpoint endpoint, Closing why, long now);
}
