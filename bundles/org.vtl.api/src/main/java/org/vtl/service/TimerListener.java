package org.vtl.service;

import org.osgi.annotation.versioning.ConsumerType;
import org.vtl.connection.Connection;

/** Mix-in of a {@link PacketService} that starts {@link Timers}. */
@ConsumerType
public interface TimerListener {
  /** A timer has expired. On the connection's worker; the rules of {@code process} hold. */
  void timerExpired(Connection connection, long token);
}
