package org.vtl.tcp.internal.relay;

/** How a relay ended. */
enum Ending {
  /** Both ends finished, and all was delivered. */
  FINISHED,
  /** It left a connection that goes on. */
  SPLICED,
  /** The ends never agreed on a connection. */
  NOT_OPENED,
  /** One end reset it, and the other was told. */
  RESET,
  /** One end was silent for too long, and the other was told. */
  TIMED_OUT,
  /** It was aborted here, and both ends were told. */
  ABORTED,
  /** What it held did not move on while others found no memory; both ends were told. */
  STALLED,
  /** The connection table gave the connection up. */
  FORGOTTEN
}
