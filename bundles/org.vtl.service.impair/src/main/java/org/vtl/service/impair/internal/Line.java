package org.vtl.service.impair.internal;

import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.Timers;
import org.vtl.service.Verdict;

/**
 * One direction of one link's emulated line: draws what befalls each packet and holds it until it
 * is due. What happens to a packet, in this order: lost, repeated, damaged, queued for the rate,
 * delayed. Used by the link's worker; allocates only when its settings change.
 */
final class Line {
  private final Outcomes outcomes;
  private final int direction;
  private final Dice losses = new Dice();
  private final Dice repetitions = new Dice();
  private final Dice damages = new Dice();
  private final Dice delays = new Dice();
  private final Dice reorderings = new Dice();

  private Link link;
  private RateLimit rateLimit;
  private LineSettings settings;
  private HeldPackets held = new HeldPackets(1);
  private boolean badSpell;
  private long latestDue;
  private boolean used;
  private long timer = Timers.NONE;
  private long timerDue;

  Line(Outcomes outcomes, Direction direction) {
    this.outcomes = outcomes;
    this.direction = direction.ordinal();
  }

  /** Makes it {@code link}'s; what all its workers share comes from {@code rates}. */
  void join(Link link, Rates rates) {
    this.link = link;
    rateLimit = rates.of(link.name(), direction);
  }

  /** Begins the draws anew. */
  void seed(long seed) {
    // Workers draw apart; the first as the only one would.
    long own =
        Dice.mix(seed * 31 + link.name().hashCode() + ((long) link.worker() << 32)) + direction;
    losses.seed(own * 5);
    repetitions.seed(own * 5 + 1);
    damages.seed(own * 5 + 2);
    delays.seed(own * 5 + 3);
    reorderings.seed(own * 5 + 4);
    badSpell = false;
  }

  /** Takes on other settings; what is on the way keeps its time. */
  void apply(LineSettings next) {
    if (next.holdPackets() > held.capacity() && !next.isIdle()) {
      HeldPackets larger = new HeldPackets(next.holdPackets());
      larger.addAll(held);
      held = larger;
    }
    if (next.rate() > 0) {
      rateLimit.resize(next.queuePackets());
    }
    settings = next;
  }

  /** Forgets everything: the engine has what was held. */
  void clear() {
    held.clear();
    if (rateLimit != null) {
      rateLimit.clear();
    }
    timer = Timers.NONE;
    used = false;
  }

  /** Whether packets pass at once and unharmed, and none is on the way. */
  boolean isIdle() {
    return held.isEmpty() && settings.isIdle();
  }

  /** A packet enters the line at {@code now}. */
  Verdict enter(Packet packet, Connection connection, long now) {
    // What is sent from here waits for the end of the worker's round; a packet that may have one of
    // its line before it must not pass through at once, or it would overtake.
    boolean mustFollow = settings.mayHold() || !held.isEmpty();
    leave(now);
    if (isLost()) {
      return outcomes.lost().drop(packet);
    }
    if (repetitions.happens(settings.duplicate())) {
      repeat(packet, connection, now);
    }
    return mustFollow ? travel(packet, connection, now) : Verdict.CONTINUE;
  }

  /** The timer has fired: sends on what is due. */
  void timerExpired(long now) {
    timer = Timers.NONE;
    leave(now);
    if (!held.isEmpty() && !isArmed(held.due(), now)) {
      // Nobody would wake us: rather early than never.
      while (!held.isEmpty()) {
        outcomes.early().increment();
        sendFirst();
      }
    }
  }

  private void leave(long now) {
    while (!held.isEmpty() && held.due() - now <= 0) {
      sendFirst();
    }
  }

  private void sendFirst() {
    Packet packet = held.packet();
    Connection connection = held.connection(link.untracked());
    held.remove();
    outcomes.injector().inject(packet, connection);
  }

  private boolean isLost() {
    boolean lost = losses.happens(badSpell ? settings.burstLoss() : settings.loss());
    if (settings.burstStart() > 0) {
      badSpell ^= losses.happens(badSpell ? settings.burstEnd() : settings.burstStart());
    } else {
      badSpell = false;
    }
    return lost;
  }

  private void repeat(Packet packet, Connection connection, long now) {
    Packet twin = outcomes.injector().copy(packet);
    if (twin == null) {
      return;
    }
    outcomes.duplicated().increment();
    if (travel(twin, connection, now) == Verdict.DROP) {
      outcomes.injector().release(twin);
    }
  }

  /** Has a packet that is not lost arrive when it is due: TAKE, or DROP when there is no room. */
  private Verdict travel(Packet packet, Connection connection, long now) {
    if (!hasRoom()) {
      return outcomes.holdFull().drop(packet);
    }
    long sent = now;
    if (settings.rate() > 0) {
      sent = rateLimit.admit(now, bytesOnWire(packet), settings);
      if (sent == RateLimit.FULL) {
        return outcomes.queueFull().drop(packet);
      }
    }
    long due = due(sent);
    Connection sender = connection;
    if (damages.happens(settings.corrupt())) {
      Packet damaged = damage(packet);
      if (damaged == packet) {
        sender = link.untracked(); // its receiver discards it: the model must not take it as got
      } else if (damaged != null) {
        send(damaged, link.untracked(), due, now);
      }
    }
    send(packet, sender, due, now);
    return Verdict.TAKE;
  }

  private void send(Packet packet, Connection connection, long due, long now) {
    if (due - now <= 0) {
      outcomes.injector().inject(packet, connection);
    } else if (isArmed(due, now)) {
      outcomes.delayed().increment();
      held.add(packet, connection, due);
    } else {
      outcomes.early().increment();
      outcomes.injector().inject(packet, connection);
    }
  }

  private boolean hasRoom() {
    // Two places: a packet to be damaged may become two.
    return held.size() + 2 <= Math.min(settings.holdPackets(), held.capacity())
        && outcomes.injector().allowance(link) >= 2;
  }

  /** When a packet that the line's rate lets go at {@code sent} arrives. */
  private long due(long sent) {
    double spread = 0;
    if (settings.jitterNanos() > 0) {
      spread = settings.normal() ? delays.normal() : delays.uniform();
    }
    long due = sent + Math.max(0, settings.delayNanos() + (long) (spread * settings.jitterNanos()));
    if (settings.keepOrder()) {
      due = used && latestDue - due > 0 ? latestDue : due;
      latestDue = due;
      used = true;
    }
    if (reorderings.happens(settings.reorder())) {
      outcomes.reordered().increment();
      due += settings.reorderNanos();
    }
    return due;
  }

  /** The packet damaged: itself, its first segment cut off, or null when no packet is free. */
  private Packet damage(Packet packet) {
    Packet victim = packet;
    if (packet.segmentSize() > 0 && packet.segmentSize() < packet.payloadLength()) {
      victim = Damage.cutFirstSegment(packet, outcomes.injector());
    }
    if (victim != null) {
      Damage.strike(victim, damages);
      outcomes.corrupted().increment();
    }
    return victim;
  }

  /** Bytes a packet takes on the line, the headers of each of its segments counted. */
  private int bytesOnWire(Packet packet) {
    int segments = 1;
    if (packet.segmentSize() > 0) {
      segments = Math.max(1, Math.ceilDiv(packet.payloadLength(), packet.segmentSize()));
    }
    return packet.length()
        + (segments - 1) * packet.payloadOffset()
        + segments * settings.overheadBytes();
  }

  /** Sees to it that the timer fires at {@code due} at the latest; false when none is free. */
  private boolean isArmed(long due, long now) {
    if (timer != Timers.NONE && timerDue - due <= 0) {
      return true;
    }
    long next = outcomes.timers().start(link.untracked(), Math.max(0, due - now), direction);
    if (next == Timers.NONE) {
      return false;
    }
    outcomes.timers().cancel(timer);
    timer = next;
    timerDue = due;
    return true;
  }
}
