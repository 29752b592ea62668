package org.vtl.tcp.internal.send;

import org.vtl.tcp.internal.congestion.CongestionControl;

/**
 * Episodes in which the congestion window is cut: by an ECN echo, by losses found (RFC 6675), or by
 * a timeout. Each ends when all that was sent before it has been acknowledged, or when it proves to
 * have been a mistake: by timestamps (Eifel, RFC 3522), by D-SACKs (RFC 3708), or because after a
 * timeout data arrive that were sent once (F-RTO, RFC 5682).
 */
final class Recovery {
  /** Duplicate acknowledgments that show a loss where SACK was not agreed (RFC 5681). */
  static final int DUPLICATE_THRESHOLD = 3;

  private enum State {
    OPEN,
    REDUCING,
    RECOVERING,
    LOSS
  }

  private final SendVariables variables;
  private final SentRanges ranges;
  private final Rack rack;
  private final Prr prr = new Prr();
  private final Repeats repeats = new Repeats();

  private CongestionControl control;
  private boolean sack;
  private State state = State.OPEN;
  private long point;
  private boolean undoable;
  private long firstRepeatAt;
  private boolean forward; // F-RTO is to decide
  private boolean newFirst;
  private int duplicates;
  private boolean reduced;

  Recovery(SendVariables variables, SentRanges ranges, Rack rack) {
    this.variables = variables;
    this.ranges = ranges;
    this.rack = rack;
  }

  void begin(CongestionControl control, boolean sack) {
    this.control = control;
    this.sack = sack;
    state = State.OPEN;
    point = variables.unacknowledged - 1;
    watch(false);
    duplicates = 0;
    reduced = false;
  }

  /** Whether the window is being cut; not after a timeout, when it grows anew. */
  boolean isReducing() {
    return state == State.REDUCING || state == State.RECOVERING;
  }

  /** Whether something is or was lost: in an episode that a loss or a timeout began. */
  boolean isRepairing() {
    return state == State.RECOVERING || state == State.LOSS;
  }

  /** Where the episode ends, or the last one ended. */
  long point() {
    return point;
  }

  /** Bytes that may be in flight. */
  long window() {
    return isReducing() && !control.ownsRecovery() ? prr.window() : control.window();
  }

  /** Bytes believed to be on the path. */
  long inFlight() {
    long bytes = ranges.inFlightBytes();
    if (sack) {
      return bytes;
    }
    long left = (long) duplicates * variables.segmentSize; // each shows that a segment has arrived
    return Math.max(bytes - left, Math.min(bytes, variables.segmentSize));
  }

  /** When something was first sent again in this episode; -1 for not yet. */
  long firstRepeatAt() {
    return firstRepeatAt;
  }

  /** Whether the next segment of new data says that the window was cut; forgets it (CWR). */
  boolean takeReduced() {
    boolean was = reduced;
    reduced = false;
    return was;
  }

  /** Whether {@link #takeReduced} would say so. */
  boolean isReduced() {
    return reduced;
  }

  /** Whether new data go before lost ones, for F-RTO to see what comes of them. */
  boolean newFirst() {
    return newFirst;
  }

  /** What {@link #newFirst} asked for was tried; {@code sent} with what success. */
  void triedNew(boolean sent) {
    newFirst = false;
    forward &= sent;
  }

  /** The other end echoes congestion (RFC 3168 section 6.1.2). */
  void echoed(long inFlight, long now) {
    if (state == State.OPEN) {
      cut(State.REDUCING, inFlight, true, now);
    } else {
      undoable = false; // there is congestion, whatever else was a mistake
    }
  }

  /** Losses were found, and what is lost waits to be sent again. */
  void lossFound(long inFlight, long now) {
    if (state == State.OPEN) {
      cut(State.RECOVERING, inFlight, false, now);
    } else if (state == State.REDUCING) {
      state = State.RECOVERING;
      point = variables.next;
    }
  }

  private void cut(State next, long inFlight, boolean byEcn, long now) {
    state = next;
    point = variables.next;
    watch(!byEcn);
    control.congested(
        Math.max(inFlight, Math.min(variables.outstanding(), control.window())), byEcn, now);
    prr.begin(variables.outstanding(), inFlight());
    reduced = true;
  }

  /** A tail loss probe repaired a loss before it was found: the window is cut all the same. */
  void repaired(long now) {
    if (state == State.OPEN) {
      undoable = false;
      control.congested(control.window(), false, now);
      control.recovered(now);
      reduced = true;
    }
  }

  /** What is lost is lost to its size: it is sent again without a cut of the window. */
  void resegmented() {
    if (state == State.OPEN) {
      state = State.LOSS;
      point = variables.next;
      watch(false);
    }
  }

  private void watch(boolean undoable) {
    this.undoable = undoable;
    repeats.clear();
    firstRepeatAt = -1;
    forward = false;
    newFirst = false;
  }

  /**
   * The retransmission timer expired.
   *
   * @param first whether the same data did not time out before
   */
  void timedOut(boolean first, boolean reneged, long inFlight, long now) {
    boolean fresh = state != State.LOSS || first;
    boolean mayBeForward = !isReducing() || state == State.REDUCING || !first;
    if (fresh) {
      watch(true);
    }
    control.timedOut(inFlight, now);
    state = State.LOSS;
    point = variables.next;
    forward = mayBeForward && !reneged;
    newFirst = false;
    duplicates = 0;
    reduced = true;
  }

  /** Bytes were sent: again, or for the first time. */
  void sent(long start, long end, boolean again, long now) {
    if (again && isRepairing()) {
      repeats.add(start, end);
      if (firstRepeatAt < 0) {
        firstRepeatAt = now;
      }
    }
    if (isReducing()) {
      prr.sent(end - start);
    }
  }

  /**
   * An acknowledgment was applied to the scoreboard.
   *
   * @param bare whether it acknowledges nothing, carries nothing and changes no window
   * @param echoesOlder whether its timestamp shows that it answers an original transmission
   * @param hasNew whether there are new data that the other end's window lets be sent
   */
  void acknowledged(
      Delivery delivery, boolean bare, boolean echoesOlder, boolean hasNew, long now) {
    repeats.duplicate(delivery.duplicateLeft, delivery.duplicateRight);
    count(delivery, bare);
    boolean allTwice = repeats.allDuplicate();
    boolean mistake = undoable && (echoesOlder && delivery.advances || allTwice);
    if (state == State.OPEN) {
      if (undoable && allTwice) {
        undo(now);
      }
    } else if (variables.unacknowledged >= point && !(forward && delivery.original)) {
      finish(mistake, now);
    } else if (state == State.RECOVERING) {
      if (mistake && (allTwice || ranges.againInFlight() == 0)) {
        undo(now);
      } else if (!sack && delivery.advances) {
        loseFirst(); // RFC 6582: a partial acknowledgment shows the next hole
      }
    } else if (state == State.LOSS) {
      if (mistake && delivery.advances || forward && delivery.original) {
        undo(now);
      } else if (forward) {
        decide(delivery, bare, hasNew);
      }
    }
  }

  /** RFC 5682 section 3.1 steps 2 and 3. */
  private void decide(Delivery delivery, boolean bare, boolean hasNew) {
    if (variables.next > point) {
      forward = !delivery.selects && !bare;
    } else if (delivery.advances) {
      point = variables.next;
      forward = hasNew;
      newFirst = hasNew;
    }
  }

  /** Counts duplicate acknowledgments where there are no selective ones. */
  private void count(Delivery delivery, boolean bare) {
    if (sack) {
      return;
    }
    if (delivery.advances) {
      long segments = (delivery.bytes + variables.segmentSize - 1) / variables.segmentSize;
      duplicates = (int) Math.max(0, duplicates - Math.max(0, segments - 1));
      if (variables.outstanding() == 0 || state == State.OPEN) {
        duplicates = 0;
      }
    } else if (bare && variables.outstanding() > (long) duplicates * variables.segmentSize) {
      duplicates++;
      // RFC 6582 section 4.1: what a timeout sent twice brings duplicates that show no loss
      if (duplicates == DUPLICATE_THRESHOLD
          && state != State.LOSS
          && state != State.RECOVERING
          && variables.unacknowledged > point) {
        loseFirst();
      }
    }
  }

  private void loseFirst() {
    int range = ranges.first();
    if (range == SentRanges.NONE
        || ranges.state(range) != SentRanges.IN_FLIGHT
        || ranges.isAgain(range) && state == State.RECOVERING) {
      return;
    }
    long end = ranges.start(range) + variables.segmentSize;
    if (ranges.end(range) > end) {
      int front = ranges.cut(range, end);
      range = front == SentRanges.NONE ? range : front;
    }
    ranges.lose(range);
  }

  private void finish(boolean mistake, long now) {
    if (mistake) {
      undo(now);
      return;
    }
    if (state == State.RECOVERING) {
      rack.recovered();
    }
    state = State.OPEN;
    forward = false;
    newFirst = false;
    duplicates = 0;
    control.recovered(now);
  }

  private void undo(long now) {
    undoable = false;
    forward = false;
    newFirst = false;
    state = State.OPEN;
    duplicates = 0;
    ranges.recall(now);
    control.undo(now);
  }

  /** What is in flight now is what PRR goes on from. */
  void adapt(Delivery delivery, boolean foundLost) {
    if (isReducing()) {
      prr.acknowledged(
          delivery.bytes,
          inFlight(),
          control.threshold(),
          delivery.advances && !foundLost,
          variables.segmentSize);
    }
  }
}
