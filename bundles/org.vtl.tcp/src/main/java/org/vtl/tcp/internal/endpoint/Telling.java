package org.vtl.tcp.internal.endpoint;

/** Tells the listener what changed: each thing once, and nothing once the endpoint is recycled. */
final class Telling {
  private final TcpEndpoint endpoint;
  private final ControlBlock block;
  private EndpointListener listener;
  private int life; // so that a callback that closes or opens the endpoint is noticed
  private boolean established;
  private long received;
  private boolean receivedAll;
  private long acknowledged;
  private boolean acknowledgedAll;
  private boolean closed;

  Telling(TcpEndpoint endpoint, ControlBlock block) {
    this.endpoint = endpoint;
    this.block = block;
  }

  /** From now on, {@code listener} hears; null for nobody. */
  void begin(EndpointListener listener) {
    life++;
    this.listener = listener;
    established = false;
    receivedAll = false;
    acknowledgedAll = false;
    closed = false;
    received = listener == null ? 0 : block.incoming.end();
    acknowledged = listener == null ? 0 : block.outgoing.start();
  }

  boolean hasListener() {
    return listener != null;
  }

  /** That the connection is established is known. */
  void skipEstablished() {
    established = true;
  }

  /**
   * Tells what there is.
   *
   * @param resets whether a RST waits to be sent: the endpoint is needed until then
   */
  void tell(boolean resets, long now) {
    if (listener == null) {
      return;
    }
    int current = life;
    if (!established && block.isSynchronized()) {
      established = true;
      listener.established(endpoint, now);
    }
    if (life == current && hasReceived()) {
      received = block.incoming.end();
      receivedAll = block.incoming.isFinished();
      listener.received(endpoint, now);
    }
    if (life == current && hasAcknowledged()) {
      acknowledged = block.outgoing.start();
      acknowledgedAll = block.finAcknowledged();
      listener.acknowledged(endpoint, now);
    }
    if (life == current && block.closing != null && !closed && !resets) {
      closed = true;
      listener.closed(endpoint, block.closing, now);
    }
  }

  private boolean hasReceived() {
    return block.incoming.end() != received || (block.incoming.isFinished() && !receivedAll);
  }

  private boolean hasAcknowledged() {
    return block.outgoing.start() != acknowledged || (block.finAcknowledged() && !acknowledgedAll);
  }
}
