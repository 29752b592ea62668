package org.vtl.itests.firewall;

import java.util.ArrayList;
import java.util.List;
import org.vtl.packet.Direction;
import org.vtl.packet.Seq;

/**
 * What the segments that have passed tell of a connection, by plain arithmetic: the reasons of the
 * allowed differences are checked against this, not against either firewall's own idea.
 */
final class History {
  /** Of two segments' distance, what conntrack and VTL both let lag, whatever the windows. */
  private static final int LAG = 66_000;

  /** One end. */
  static final class End {
    boolean seen;
    boolean synSeen;
    int initial;
    int synWindow;
    int end;
    int scale = -1;
    int maximumWindow;
    boolean windowKnown;

    /** It may send to here. */
    int edge;

    boolean acknowledged;

    /** The other end has acknowledged its data to here. */
    int acknowledgment;

    boolean finished;
    final List<Integer> timestamps = new ArrayList<>();
    boolean retried;
    int retry;
    boolean resetSeen;
    int resetEnd;
  }

  private final End[] ends = {new End(), new End()};

  /** Who sent the first segment; null before. */
  Direction opener;

  boolean reset;

  /** Whether a SYN-ACK has passed. */
  boolean answered;

  /** Whether a segment has passed that conntrack calls old, and takes no note of. */
  boolean ignored;

  /** Whether the first SYN-ACK was none of this connection's. */
  boolean misled;

  /** Whether its opener, who had begun midway, has sent a SYN-ACK that was dropped. */
  boolean replaced;

  private boolean midstream;

  /** Whether an unanswered SYN was followed by one with a lower number. */
  boolean lowered;

  /** Whether it was reset, or closed by both, before the SYN that it began with. */
  boolean reopened;

  /** Whether a RST has passed that is not at its place, after an end had closed. */
  boolean looselyReset;

  /** Whether both ends have sent a SYN that the other has acknowledged. */
  boolean begun() {
    return ends[0].synSeen && ends[1].synSeen;
  }

  End sender(Segment segment) {
    return ends[segment.direction().ordinal()];
  }

  End receiver(Segment segment) {
    return ends[segment.direction().reverse().ordinal()];
  }

  /** Whether {@code segment} ends so far before what was acknowledged that no window reaches it. */
  boolean isOld(Segment segment) {
    End sender = sender(segment);
    return sender.acknowledged
        && Seq.before(
            segment.end(), sender.acknowledgment - Math.max(LAG, receiver(segment).maximumWindow));
  }

  /** Whether it acknowledges so much less than was acknowledged that it can be of no use. */
  boolean acknowledgesOld(Segment segment) {
    End receiver = receiver(segment);
    return segment.isAck()
        && receiver.acknowledged
        && Seq.before(
            segment.acknowledgment(),
            receiver.acknowledgment - Math.max(LAG, sender(segment).maximumWindow));
  }

  boolean isBeyondWindow(Segment segment) {
    End sender = sender(segment);
    return sender.windowKnown && Seq.after(segment.sequence(), sender.edge);
  }

  boolean acknowledgesUnsent(Segment segment) {
    End receiver = receiver(segment);
    return segment.isAck() && receiver.seen && Seq.after(segment.acknowledgment(), receiver.end);
  }

  /** Whether its sender has already used a newer timestamp. */
  boolean isStale(Segment segment) {
    return segment.stamped()
        && sender(segment).timestamps.stream()
            .anyMatch(each -> Seq.before(segment.timestamp(), each));
  }

  /** Whether nothing is known of how it began. */
  boolean isMidstream() {
    return midstream;
  }

  /** Whether it fits what has passed: data for an open window, acknowledgments of what was sent. */
  boolean fits(Segment segment) {
    return !isBeyondWindow(segment) && !acknowledgesUnsent(segment);
  }

  /** Takes in a segment that has passed both firewalls. */
  void add(Segment segment) {
    if (opener == null) {
      opener = segment.direction();
      midstream = !segment.isRequest();
    }
    End sender = sender(segment);
    End receiver = receiver(segment);
    if (segment.isRequest() && begins(sender, receiver, segment)) {
      boolean again = reset || (sender.finished && receiver.finished);
      boolean lower = lowered || (!receiver.seen && Seq.before(segment.sequence(), sender.initial));
      forget();
      reopened = again;
      lowered = lower;
      opener = segment.direction();
      sender = sender(segment);
      receiver = receiver(segment);
    } else if (segment.isRequest() && sender.seen && segment.sequence() != sender.initial) {
      sender.retried = true;
      sender.retry = segment.end();
      return;
    }
    if (segment.isSynAck() && receiver.retried && segment.acknowledgment() == receiver.retry) {
      int retry = receiver.retry;
      Direction asked = segment.direction().reverse();
      forget();
      opener = asked;
      receiver = receiver(segment);
      receiver.seen = true;
      receiver.synSeen = true;
      receiver.initial = retry - 1;
      receiver.end = retry;
      sender = sender(segment);
    }
    if (segment.isRst()) {
      sender.resetSeen = true;
      sender.resetEnd = segment.end();
      looselyReset |= sender.finished || receiver.finished;
      reset |=
          segment.sequence() == sender.end
              || segment.sequence() == sender.acknowledgment
              || !sender.synSeen
              || (!sender.acknowledged && segment.sequence() == sender.initial);
      return;
    }
    take(segment, sender, receiver);
  }

  /** Takes in one that neither has let pass. */
  void addDropped(Segment segment) {
    misled |= segment.isSynAck() && receiver(segment).synSeen && !sender(segment).seen;
    replaced |= segment.isSynAck() && midstream && segment.direction() == opener;
  }

  /** Whether a SYN is the first of a new connection. */
  private boolean begins(End sender, End receiver, Segment segment) {
    return reset
        || (sender.finished && receiver.finished)
        || (sender.synSeen && !receiver.seen && segment.sequence() != sender.initial);
  }

  private void forget() {
    ends[0] = new End();
    ends[1] = new End();
    reset = false;
    answered = false;
    ignored = false;
    misled = false;
    midstream = false;
    replaced = false;
    lowered = false;
    reopened = false;
    looselyReset = false;
  }

  private void take(Segment segment, End sender, End receiver) {
    if (!sender.seen || Seq.after(segment.end(), sender.end)) {
      sender.end = segment.end();
    }
    ignored |=
        segment.isPlain()
            && receiver.seen
            && Seq.before(
                segment.acknowledgment(), receiver.end - Math.max(LAG, sender.maximumWindow));
    sender.seen = true;
    if (segment.isSyn()) {
      answered |= segment.isAck();
      sender.synSeen = true;
      sender.initial = segment.sequence();
      sender.synWindow = segment.window();
      sender.scale = segment.scale();
    }
    sender.finished |= segment.isFin();
    if (segment.stamped()) {
      sender.timestamps.add(segment.timestamp());
    }
    boolean scaled = !segment.isSyn() && sender.scale >= 0 && receiver.scale >= 0;
    int window = scaled ? segment.window() << sender.scale : segment.window();
    sender.maximumWindow = Math.max(sender.maximumWindow, window);
    if (!segment.isAck()) {
      return;
    }
    if (!receiver.acknowledged || Seq.after(segment.acknowledgment(), receiver.acknowledgment)) {
      receiver.acknowledged = true;
      receiver.acknowledgment = segment.acknowledgment();
    }
    if (!receiver.synSeen
        && (!receiver.seen || Seq.after(segment.acknowledgment(), receiver.end))) {
      receiver.end = segment.acknowledgment(); // it has passed before, or elsewhere
    }
    if (segment.isSyn() && !sender.windowKnown) {
      sender.windowKnown = true;
      sender.edge = segment.end() + receiver.synWindow;
    }
    int edge = segment.acknowledgment() + window;
    if (!receiver.windowKnown || Seq.after(edge, receiver.edge)) {
      receiver.windowKnown = true;
      receiver.edge = edge;
    }
  }
}
