package org.vtl.service.tor.internal.socks;

/** Told how a handshake ends. On the worker that owns the connection. */
public interface Listener {
  /** {@code reply} is what the server said. Once. */
  void ended(Reply reply);
}
