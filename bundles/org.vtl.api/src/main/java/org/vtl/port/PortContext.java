package org.vtl.port;

import org.osgi.annotation.versioning.ProviderType;

/** What the engine gives a port that it opens. */
@ProviderType
public interface PortContext {
  /** The name of the link the port belongs to. */
  String link();

  /**
   * Which of the link's {@link #workers} uses the port, from 0 up. A link with several workers has
   * each open a port of its own at the same address; frames that belong to a worker should arrive
   * in its port, as {@link Fanout} says.
   */
  default int worker() {
    return 0;
  }

  /**
   * How many workers the link has. A provider that cannot open one address several times, or cannot
   * divide what arrives by {@link Fanout}, refuses more than 1 by {@link IllegalArgumentException},
   * whose sentence says to set {@code workers} to 1. Frames that arrive at the wrong worker once in
   * a while, such as while ports are being opened, are handed over to the right one.
   */
  default int workers() {
    return 1;
  }

  /**
   * Has the worker poll soon: for a port without a descriptor when frames are there. Any thread.
   */
  void wake();
}
