package org.vtl.core.internal.engine;

/** Ends a thread whose lane was given to another because a service did not return. */
final class AbandonedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AbandonedException() {
    super("Another thread turns this lane now.", null, false, false);
  }
}
