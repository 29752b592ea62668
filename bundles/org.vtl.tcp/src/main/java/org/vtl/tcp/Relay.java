package org.vtl.tcp;

import org.osgi.annotation.versioning.ProviderType;
import org.vtl.packet.Direction;

/**
 * A connection in which VTL speaks TCP itself. Objects are recycled: none is kept beyond the call
 * that got it from {@link TcpRelays#of}. On the worker that owns the connection.
 */
@ProviderType
public interface Relay {
  /** What is joined. */
  enum Kind {
    /** Two endpoints with the ends' own sequence numbers. */
    SPLIT,
    /** An endpoint and a socket. */
    SOCKET,
    /** The ends' own connection, acknowledged early. */
    LOCAL_ACKNOWLEDGMENT
  }

  /** Where it is in its life. */
  enum State {
    /** The end that was asked has not answered. */
    OPENING,
    /** Put into a live connection, and what was on its way is not yet acknowledged. */
    JOINING,
    /** Bytes pass. */
    OPEN,
    /** It takes no more than it must, to leave once it is empty. */
    LEAVING,
    /** It has ended. */
    CLOSED
  }

  Kind kind();

  State state();

  /** Whose it is. */
  String owner();

  /**
   * Takes the relay out of the connection without ending that: no more is accepted than is on its
   * way, and once all of it is delivered the ends speak to each other again. One with a socket has
   * nothing to leave behind: it ends when both its ends have.
   */
  void leave();

  /** Ends the connection at once: a RST to each end. */
  void abort();

  /** Bytes of the sender of {@code direction} that are held here, not yet sent or acknowledged. */
  long held(Direction direction);

  /**
   * Bytes of the sender of {@code direction} that VTL has acknowledged and the other end has not:
   * what is lost if this machine stops now.
   */
  long undelivered(Direction direction);
}
