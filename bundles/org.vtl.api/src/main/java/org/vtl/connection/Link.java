package org.vtl.connection;

import org.osgi.annotation.versioning.ProviderType;

/** One VM's attachment: a port on the VM's side and one on the network's. */
@ProviderType
public interface Link {
  String name();

  /** The connection that stands for this link's packets that belong to none, such as ARP. */
  Connection untracked();

  /** Runs {@code task} soon on the worker that owns this link's connections. From any thread. */
  void execute(Runnable task);
}
