package org.vtl.itests.firewall;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.vtl.packet.Direction;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;

/**
 * Two ends that follow RFC 9293 over a network that loses, delays and repeats packets before and
 * behind the firewall: what comes by it is the trace.
 */
final class LossyTransfer {
  private static final int ROUNDS = 25;
  private static final int AIRTIME = 10;

  /** A segment on its way. */
  private record Segment(
      long due,
      long order,
      Direction direction,
      boolean beforeFirewall,
      int flags,
      int sequence,
      int acknowledgment,
      int length,
      String options,
      int window) {
    Segment behindFirewall(long due, long order) {
      return new Segment(
          due, order, direction, false, flags, sequence, acknowledgment, length, options, window);
    }
  }

  /** One end of the connection. */
  private final class Peer {
    final Direction direction;
    final TcpConversation.End end;
    int unacknowledged;
    int next;
    int expected;
    int limit;
    int left;
    boolean known;
    boolean open;
    boolean finished;

    /** Data that came ahead of its turn: from, to. */
    final TreeMap<Integer, Integer> ahead = new TreeMap<>((one, other) -> one - other);

    boolean finAhead;
    int finAt;

    Peer(Direction direction, int bytes) {
      this.direction = direction;
      end = c.end(direction);
      left = bytes;
      unacknowledged = end.initial;
      next = end.initial;
    }

    void push() {
      while (open && left > 0) {
        int room = limit - next;
        int length = Math.min(Math.min(left, end.segmentSize), room);
        if (length <= 0) {
          return;
        }
        transmit(TcpHeader.ACK, next, length, c.options(direction));
        next += length;
        left -= length;
      }
      if (open && left == 0 && !finished) {
        finished = true;
        transmit(TcpHeader.ACK | TcpHeader.FIN, next, 0, c.options(direction));
        next++;
      }
    }

    void transmit(int flags, int sequence, int length, String options) {
      int acknowledgment = known ? expected : 0;
      int copies = c.oneIn(repeated) ? 2 : 1;
      for (int i = 0; i < copies; i++) {
        flying.add(
            new Segment(
                due(),
                serial++,
                direction,
                true,
                flags,
                sequence,
                acknowledgment,
                length,
                options,
                end.window));
      }
    }

    /** Its timer has run out. */
    void repeat() {
      if (!open) {
        if (direction == c.opener || known) {
          boolean answer = direction != c.opener;
          int flags = answer ? TcpHeader.SYN | TcpHeader.ACK : TcpHeader.SYN;
          transmit(flags, end.initial, 0, c.synOptions(direction));
          next = end.initial + 1;
        }
      } else if (Seq.before(unacknowledged, next)) {
        int data = next - unacknowledged - (finished ? 1 : 0);
        int length = Math.min(Math.max(data, 0), end.segmentSize);
        boolean fin = finished && length == data;
        transmit(
            TcpHeader.ACK | (fin ? TcpHeader.FIN : 0),
            unacknowledged,
            length,
            c.options(direction));
      } else if (left > 0) {
        transmit(TcpHeader.ACK, next, 0, c.options(direction));
      }
    }

    boolean done() {
      return open && finished && unacknowledged == next;
    }

    void receive(Segment segment) {
      if ((segment.flags & TcpHeader.SYN) != 0) {
        boolean first = !known;
        known = true;
        if (first) {
          expected = segment.sequence + 1;
        }
        if ((segment.flags & TcpHeader.ACK) == 0) {
          limit = end.initial + 1 + segment.window;
          transmit(TcpHeader.SYN | TcpHeader.ACK, end.initial, 0, c.synOptions(direction));
          next = end.initial + 1;
          return;
        }
        unacknowledged = Seq.max(unacknowledged, segment.acknowledgment);
        limit = segment.acknowledgment + segment.window;
        open = true;
        transmit(TcpHeader.ACK, next, 0, c.options(direction));
        push();
        return;
      }
      if (!known) {
        return;
      }
      if (Seq.after(segment.acknowledgment, end.initial)) {
        open = true;
        unacknowledged = Seq.max(unacknowledged, segment.acknowledgment);
        int scale = c.scale(direction.reverse());
        limit = Seq.max(limit, segment.acknowledgment + (segment.window << scale));
      }
      int from = segment.sequence;
      int to = from + segment.length;
      boolean fin = (segment.flags & TcpHeader.FIN) != 0;
      if (fin) {
        finAhead = true;
        finAt = to;
      }
      if (segment.length > 0 && Seq.after(to, expected)) {
        ahead.merge(from, to, Seq::max);
      }
      while (!ahead.isEmpty() && Seq.atOrBefore(ahead.firstKey(), expected)) {
        expected = Seq.max(expected, ahead.pollFirstEntry().getValue());
      }
      if (finAhead && expected == finAt) {
        expected++;
        finAhead = false;
      }
      if (segment.length > 0 || fin) {
        transmit(TcpHeader.ACK, next, 0, acknowledgmentOptions());
      }
      push();
    }

    private String acknowledgmentOptions() {
      if (!c.sack || ahead.isEmpty() || c.timestamps) {
        return c.options(direction);
      }
      List<String> blocks = new ArrayList<>();
      ahead.forEach(
          (from, to) -> {
            if (blocks.size() < 3 && Seq.after(to, expected)) {
              blocks.add((from & 0xffff_ffffL) + ":" + (to & 0xffff_ffffL));
            }
          });
      return blocks.isEmpty() ? "" : "nop,nop,sack " + String.join(" ", blocks);
    }
  }

  private final TcpConversation c;
  private final int lost;
  private final int delayed;
  private final int repeated;
  private final PriorityQueue<Segment> flying =
      new PriorityQueue<>(
          (one, other) ->
              one.due != other.due
                  ? Long.compare(one.due, other.due)
                  : Long.compare(one.order, other.order));
  private long now;
  private long serial;

  /** Of so many packets one is lost, delayed, repeated, on each half of its way. */
  private LossyTransfer(TcpConversation c, int lost, int delayed, int repeated) {
    this.c = c;
    this.lost = lost;
    this.delayed = delayed;
    this.repeated = repeated;
  }

  static void lossy(TcpConversation c) {
    new LossyTransfer(c, 6, 1_000, 1_000).run();
  }

  static void reordered(TcpConversation c) {
    new LossyTransfer(c, 1_000, 3, 1_000).run();
  }

  static void repeated(TcpConversation c) {
    new LossyTransfer(c, 20, 20, 3).run();
  }

  private void run() {
    c.negotiate();
    Peer asks = new Peer(c.opener, c.random.nextInt(12_000));
    Peer answers = new Peer(c.opener.reverse(), c.random.nextInt(12_000));
    for (int round = 0; round < ROUNDS && !(asks.done() && answers.done()); round++) {
      asks.repeat();
      answers.repeat();
      while (!flying.isEmpty() && c.size() < 200) {
        Segment segment = flying.poll();
        now = segment.due;
        if (c.oneIn(lost)) {
          continue;
        }
        Peer receiver = segment.direction == c.opener ? answers : asks;
        if (segment.beforeFirewall) {
          c.send(
              segment.direction,
              segment.flags,
              segment.sequence,
              segment.acknowledgment,
              segment.length,
              segment.options,
              segment.window);
          flying.add(segment.behindFirewall(due(), serial++));
        } else {
          receiver.receive(segment);
        }
      }
    }
  }

  private long due() {
    return now + AIRTIME + (c.oneIn(delayed) ? c.random.nextInt(5 * AIRTIME) : 0);
  }
}
