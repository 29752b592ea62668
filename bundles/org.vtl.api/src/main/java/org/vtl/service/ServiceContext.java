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

  /**
   * The links there are now, a link with several workers once for each: giving a task to {@link
   * Link#execute} of each reaches every connection.
   */
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

  /**
   * Takes this service out of {@code link}, where it has nothing to do as it is configured now:
   * from the link's next batch on it sees no packet there, connection or not, and hears of no
   * connection that opens or closes. Its timers fire on and what it holds stays held, so a service
   * that may not be overtaken leaves when it holds nothing. On the link's worker; of several
   * workers it leaves that one alone.
   *
   * <pre>{@code
   * if (settings.isIdle()) {
   *   context.leave(connection.link());
   *   return Verdict.CONTINUE;
   * }
   * }</pre>
   *
   * <p>Holds until {@link #rejoinAll}, or until the service's registration changes (its
   * configuration, its priority) or a successor takes its place.
   */
  void leave(Link link);

  /**
   * Puts this service back into every connection and link that it left, from each link's next batch
   * on. For a service whose rules come from elsewhere than its configuration, such as a file or a
   * command: call it once the new rules are in place. A change of its registration does the same by
   * itself. From any thread; waits for no worker.
   */
  void rejoinAll();

  /** The worker's clock in nanoseconds, the one of {@code packet.arrivalNanos()}. */
  long nanoTime();
}
