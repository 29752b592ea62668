package org.vtl.service;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.osgi.annotation.versioning.ProviderType;
import org.vtl.connection.Connection;
import org.vtl.connection.Connections;
import org.vtl.connection.Link;
import org.vtl.connection.SequenceMap;
import org.vtl.connection.Slot;
import org.vtl.metrics.Counter;
import org.vtl.metrics.Reason;

/**
 * What the engine gives one service. Everything here ends with the service: timers are cancelled,
 * packets still held are sent on, slots are cleared or handed over. Declaring ({@link #counter},
 * {@link #reason}, {@link #slot}) is for {@link PacketService#attach}; a name asked for again gives
 * the same object, so a successor counts on.
 */
@ProviderType
public interface ServiceContext {
  /** The service's name. */
  String name();

  /** Makes and sends packets in this service's place of the pipeline. */
  Injector injector();

  /** Timers that call this service's {@link TimerListener}. */
  Timers timers();

  /** The connections of all links. */
  Connections connections();

  /** The links that are up now. */
  Iterable<Link> links();

  /** A counter called {@code name}, lower case with dashes. */
  Counter counter(String name, String description);

  /** A reason for drops called {@code name}, lower case with dashes. */
  Reason reason(String name, String description);

  /**
   * A place for this service's state in every connection. {@code create} makes a fresh state on
   * first use, {@code reset} makes a used one fresh again when its connection has ended, so that
   * states are recycled instead of allocated.
   */
  <T> Slot<T> slot(String name, Supplier<T> create, Consumer<T> reset);

  /**
   * The translation of sequence numbers at this service's place in {@code connection}, for a
   * service that inserts or removes bytes. It stays when the service leaves.
   */
  SequenceMap sequenceMap(Connection connection);

  /** The worker's clock in nanoseconds, the one of {@code packet.arrivalNanos()}. */
  long nanoTime();
}
