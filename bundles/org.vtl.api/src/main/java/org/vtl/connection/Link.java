package org.vtl.connection;

import org.osgi.annotation.versioning.ProviderType;

/**
 * One VM's attachment, a port on the VM's side and one on the network's, as one of its workers has
 * it. A link with several workers is as many of these objects, of the same name: each has its own
 * connections, packets and timers, and both directions of a connection are the same one's. State
 * kept by link must be kept by this object, in a slot of {@link #untracked}; what holds for all of
 * them together, such as a rate, is shared by {@link #name} and must bear several threads.
 */
@ProviderType
public interface Link {
  String name();

  /** Which of the link's {@link #workers} this is, from 0 up. */
  int worker();

  /** How many workers the link has; 1 unless its configuration says otherwise. */
  int workers();

  /**
   * This link as the worker has it that the packets between {@code key}'s two addresses belong to.
   * Any thread. What concerns that connection runs there, by {@link #execute}.
   */
  Link owner(ConnectionKey key);

  /**
   * The connection that stands for packets of this worker that belong to none. Those that are not
   * IP, such as ARP, are all worker 0's.
   */
  Connection untracked();

  /** Runs {@code task} soon on this worker. From any thread. */
  void execute(Runnable task);
}
