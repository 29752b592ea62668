package org.vtl.tcp.internal.relay;

import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.Timers;
import org.vtl.service.Verdict;
import org.vtl.tcp.Relay;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * What all relays have in common: a connection, a life, one timer. Recycled by its worker.
 *
 * <p>What ends it is only noted where it happens, deep in an endpoint's call, and carried out by
 * {@link #settle} once that has returned.
 */
abstract class LiveRelay implements Relay {
  final Worker worker;

  /** What the VM sent, on its way to the peer or a socket, and the other way round. */
  final ByteStream toNetwork = new ByteStream();

  final ByteStream toVm = new ByteStream();
  private final Pace toNetworkPace = new Pace();
  private final Pace toVmPace = new Pace();

  /** Null while it is in no use. */
  Connection connection;

  State state = State.CLOSED;
  long openedNanos;

  private Kind kind;
  private String owner;
  private Ending ending;
  private long timer = Timers.NONE;
  private long armedFor;

  /** Whether the outermost call is running, which settles what the inner ones leave. */
  private boolean busy;

  /** Its place among the worker's relays. */
  int place;

  LiveRelay(Worker worker) {
    this.worker = worker;
  }

  void begin(Kind kind, Connection connection, String owner, State state, long now) {
    this.kind = kind;
    this.connection = connection;
    this.owner = owner;
    become(state);
    openedNanos = now;
    ending = null;
    timer = Timers.NONE;
    armedFor = Long.MAX_VALUE;
  }

  // ---- what each kind does ---------------------------------------------------------------------

  /** Takes a packet of the connection. */
  abstract Verdict take(Packet packet, long now);

  /** Does what is due. */
  abstract void due(long now);

  /** When {@link #due} is; {@link Long#MAX_VALUE} for never. */
  abstract long deadline();

  /** Whether it can be taken out now, nothing being held or on its way. */
  abstract boolean isEmpty();

  /** Whether the connection can go on if it is forgotten now, with nothing translated either. */
  abstract boolean isDispensable(long now);

  /** Takes it out of the connection, which goes on without it: it {@link #isEmpty}. */
  abstract void spliceOut(long now);

  /** Begins to leave. */
  abstract void drain(long now);

  /** RST to whoever does not know of the end yet. */
  abstract void reset(long now);

  /** Whether a RST still waits for a packet: who does not hear it may wait for ever. */
  abstract boolean isTelling();

  abstract RelayInfo info(long now);

  /** Gives back what it has but the streams' bytes. */
  abstract void clear();

  /** Enters {@code next}. */
  final void become(State next) {
    if ((state == State.OPENING) != (next == State.OPENING)) {
      worker.opening(next == State.OPENING ? 1 : -1);
    }
    state = next;
  }

  // ---- life ------------------------------------------------------------------------------------

  /** The outermost call begins, which {@link #settle} ends. */
  final void begin() {
    busy = true;
  }

  final Verdict process(Packet packet, long now) {
    busy = true;
    Verdict verdict = take(packet, now);
    settle(now);
    return verdict;
  }

  final void expired(long now) {
    timer = Timers.NONE;
    armedFor = Long.MAX_VALUE;
    busy = true;
    due(now);
    settle(now);
  }

  /** Notes that it ends; the first reason counts. */
  final void end(Ending why) {
    if (ending == null) {
      ending = why;
    }
  }

  final boolean isEnding() {
    return ending != null;
  }

  /** Carries out what the call that is over has left: the end, the splicing out, the timer. */
  final void settle(long now) {
    if (ending == null && state == State.LEAVING && isEmpty()) {
      spliceOut(now);
    }
    busy = false;
    if (ending == null || ending != Ending.FORGOTTEN && isTelling()) {
      arm(now);
    } else {
      retire();
    }
    worker.look(now);
  }

  private void retire() {
    Connection was = connection;
    Ending why = ending;
    worker.timers().cancel(timer);
    become(State.CLOSED);
    clear();
    toNetwork.clear();
    toVm.clear();
    toNetworkPace.clear();
    toVmPace.clear();
    connection = null;
    worker.retired(this, was, why);
  }

  /** Has the timer fire no later than anything is due; one that fires early is started anew. */
  private void arm(long now) {
    long deadline = deadline();
    if (deadline >= armedFor) {
      return;
    }
    worker.timers().cancel(timer);
    timer = worker.timers().start(connection, Math.max(0, deadline - now), 0);
    armedFor = timer == Timers.NONE ? Long.MAX_VALUE : deadline;
  }

  /** The connection is about to be forgotten: what cannot go on without it, ends. */
  final void connectionLost(long now) {
    busy = true;
    boolean lost = ending == null && !isDispensable(now);
    end(Ending.FORGOTTEN);
    if (lost) {
      reset(now);
    }
    settle(now);
  }

  // ---- when memory is short --------------------------------------------------------------------

  /** Bytes it holds that do not move on; 0 for none. Looked at now and then: see {@link Pace}. */
  final long stalled(long now) {
    long bytes = toNetworkPace.isStalled(toNetwork, now) ? toNetwork.span() : 0;
    return bytes + (toVmPace.isStalled(toVm, now) ? toVm.span() : 0);
  }

  /** Ends for others to go on: what it holds is lost, and who was told it arrived gets a RST. */
  final void giveWay(long now) {
    busy = true;
    if (state == State.JOINING) {
      end(Ending.SPLICED); // nobody was told yet: who sent it repeats it
    } else {
      end(Ending.STALLED);
      reset(now);
    }
    settle(now);
  }

  // ---- for whoever opened it -------------------------------------------------------------------

  @Override
  public final Kind kind() {
    return kind;
  }

  @Override
  public final State state() {
    return state;
  }

  @Override
  public final String owner() {
    return owner;
  }

  final ByteStream of(Direction direction) {
    return direction == Direction.OUTBOUND ? toNetwork : toVm;
  }

  @Override
  public final long held(Direction direction) {
    return of(direction).end() - of(direction).start();
  }

  @Override
  public final void leave() {
    if (state == State.CLOSED || state == State.LEAVING) {
      return;
    }
    long now = worker.now();
    boolean outermost = !busy;
    busy = true;
    drain(now);
    if (outermost) {
      settle(now);
    }
  }

  @Override
  public final void abort() {
    if (state == State.CLOSED) {
      return;
    }
    long now = worker.now();
    boolean outermost = !busy;
    busy = true;
    end(Ending.ABORTED);
    reset(now);
    if (outermost) {
      settle(now);
    }
  }
}
