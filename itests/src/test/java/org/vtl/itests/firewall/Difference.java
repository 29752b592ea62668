package org.vtl.itests.firewall;

import java.util.Locale;
import org.vtl.packet.Seq;

/**
 * Where VTL and the kernel judge a packet differently, and may: each with what must be true of the
 * packet and its connection. What fits none of these fails the test. The reasons stand in
 * docs/services/firewall-differences.md.
 */
enum Difference {
  // ---- VTL drops, the kernel passes ------------------------------------------------------------
  OLD_DATA(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isPlain() && history.isOld(segment);
    }
  },
  OLD_ACKNOWLEDGMENT(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isPlain() && history.acknowledgesOld(segment);
    }
  },
  BEYOND_WINDOW(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isPlain() && segment.length() > 0 && history.isBeyondWindow(segment);
    }
  },
  EMPTY_BEYOND_WINDOW(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isPlain() && segment.length() == 0 && history.isBeyondWindow(segment);
    }
  },
  RESET_BEYOND_WINDOW(false) {
    @Override
    boolean holds(Segment segment, History history) {
      History.End sender = history.sender(segment);
      return segment.isRst()
          && sender.windowKnown
          && Seq.atOrAfter(segment.sequence(), sender.edge);
    }
  },
  RESET_BEFORE_ACKNOWLEDGED(false) {
    @Override
    boolean holds(Segment segment, History history) {
      History.End sender = history.sender(segment);
      return segment.isRst()
          && (sender.finished || history.receiver(segment).finished || history.isMidstream())
          && sender.acknowledged
          && Seq.before(segment.sequence(), sender.acknowledgment);
    }
  },
  OLD_TIMESTAMP(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isPlain() && history.isStale(segment);
    }
  },
  ANSWER_TO_NOTHING(false) {
    @Override
    boolean holds(Segment segment, History history) {
      History.End receiver = history.receiver(segment);
      return segment.isSynAck()
          && receiver.synSeen
          && (Seq.atOrBefore(segment.acknowledgment(), receiver.initial)
              || Seq.after(segment.acknowledgment(), receiver.end));
    }
  },
  ANSWER_IN_CONNECTION(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isSynAck()
          && history.sender(segment).seen
          && segment.sequence() != history.sender(segment).initial;
    }
  },
  AFTER_FIN(false) {
    @Override
    boolean holds(Segment segment, History history) {
      History.End sender = history.sender(segment);
      return segment.isPlain() && sender.finished && Seq.after(segment.end(), sender.end);
    }
  },
  FIN_BEFORE_DATA(false) {
    @Override
    boolean holds(Segment segment, History history) {
      History.End sender = history.sender(segment);
      return segment.isPlain() && segment.isFin() && Seq.before(segment.end(), sender.end);
    }
  },
  RESET_WITHOUT_ACKNOWLEDGMENT(false) {
    @Override
    boolean holds(Segment segment, History history) {
      History.End asking = history.receiver(segment);
      return segment.isRst()
          && asking.synSeen
          && !history.answered
          && (!segment.isAck() || segment.acknowledgment() != asking.end);
    }
  },
  RESET_OF_THE_UNANSWERED(false) {
    @Override
    boolean holds(Segment segment, History history) {
      History.End sender = history.sender(segment);
      return segment.isRst()
          && !history.receiver(segment).seen
          && sender.seen
          && segment.sequence() != sender.end;
    }
  },
  MIDSTREAM_ACKNOWLEDGES_UNSENT(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return history.isMidstream() && history.acknowledgesUnsent(segment);
    }
  },
  NEW_AFTER_RESET(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return history.reset && !segment.isSyn();
    }
  },
  ACKNOWLEDGES_NO_SYN(false) {
    @Override
    boolean holds(Segment segment, History history) {
      History.End receiver = history.receiver(segment);
      return segment.isPlain()
          && receiver.synSeen
          && !receiver.acknowledged
          && Seq.atOrBefore(segment.acknowledgment(), receiver.initial);
    }
  },
  ACKNOWLEDGES_A_RESET(false) {
    @Override
    boolean holds(Segment segment, History history) {
      History.End receiver = history.receiver(segment);
      return segment.isPlain()
          && history.acknowledgesUnsent(segment)
          && receiver.resetSeen
          && Seq.atOrBefore(segment.acknowledgment(), receiver.resetEnd);
    }
  },
  LOWERED_ACKNOWLEDGES_UNSENT(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return history.lowered && history.acknowledgesUnsent(segment);
    }
  },
  UNSENT_BEFORE_ESTABLISHED(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isPlain()
          && segment.direction() != history.opener
          && (history.misled || !history.answered)
          && history.acknowledgesUnsent(segment);
    }
  },
  KEPT_UNTIL_ANSWERED(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return history.reopened && !history.answered && segment.isPlain();
    }
  },
  REPLACED_BY_REFUSED_ANSWER(false) {
    @Override
    boolean holds(Segment segment, History history) {
      return history.replaced && segment.isPlain();
    }
  },
  ICMP_QUERY(false) {
    @Override
    boolean holds(TracePacket packet, Trace trace) {
      return isQuery(packet.datagram());
    }
  },
  TINY_FIRST_FRAGMENT(false) {
    @Override
    boolean holds(TracePacket packet, Trace trace) {
      return Mark.isFragment(packet.datagram()) && hasTinyFirst(packet, trace);
    }
  },
  // ---- the kernel drops, VTL passes ------------------------------------------------------------
  REQUEST_IN_CONNECTION(true) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isRequest()
          && segment.direction() != history.opener
          && history.receiver(segment).seen
          && history.sender(segment).seen;
    }
  },
  BEFORE_AN_OVERLAP(true) {
    @Override
    boolean holds(TracePacket packet, Trace trace) {
      return Mark.isFragment(packet.datagram())
          && !overlaps(packet, trace, trace.packets().indexOf(packet))
          && overlaps(packet, trace, trace.packets().size());
    }
  },
  INCOMPLETE_DATAGRAM(true) {
    @Override
    boolean holds(TracePacket packet, Trace trace) {
      return Mark.isFragment(packet.datagram())
          && !overlaps(packet, trace, trace.packets().indexOf(packet))
          && !isComplete(packet, trace);
    }
  },
  ANSWER_NOT_SEEN(true) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isPlain()
          && history.sender(segment).synSeen
          && !history.receiver(segment).synSeen;
    }
  },
  FIN_AS_ANSWER(true) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isPlain()
          && segment.isFin()
          && history.receiver(segment).synSeen
          && !history.sender(segment).synSeen;
    }
  },
  RESET_ACKNOWLEDGES_UNSENT(true) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isRst()
          && segment.isAck()
          && (!history.receiver(segment).seen || history.acknowledgesUnsent(segment));
    }
  },
  AFTER_RESET(true) {
    @Override
    boolean holds(Segment segment, History history) {
      return history.reset;
    }
  },
  RESET_WHILE_CLOSING(true) {
    @Override
    boolean holds(Segment segment, History history) {
      return history.looselyReset && segment.isPlain() && history.fits(segment);
    }
  },
  SIMULTANEOUS_WITHOUT_ANSWER(true) {
    @Override
    boolean holds(Segment segment, History history) {
      return segment.isPlain() && history.begun() && !history.answered;
    }
  },
  LOWER_INITIAL_SEQUENCE(true) {
    @Override
    boolean holds(Segment segment, History history) {
      return history.lowered && segment.isPlain();
    }
  },
  ACKNOWLEDGED_REOPENING(true) {
    @Override
    boolean holds(Segment segment, History history) {
      return history.reopened && segment.isPlain() && !history.sender(segment).seen;
    }
  },
  ACKNOWLEDGES_WHAT_WAS_IGNORED(true) {
    @Override
    boolean holds(Segment segment, History history) {
      return history.ignored && segment.isPlain() && history.fits(segment);
    }
  },
  MISLED_BY_OLD_ANSWER(true) {
    @Override
    boolean holds(Segment segment, History history) {
      return history.misled && segment.isPlain() && history.fits(segment);
    }
  };

  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int TCP_HEADER = 20;

  /** Whether it is VTL that passes the packet. */
  final boolean vtlPasses;

  Difference(boolean vtlPasses) {
    this.vtlPasses = vtlPasses;
  }

  /** Its name, as documented. */
  String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether it is this difference, of a TCP segment. */
  boolean holds(Segment segment, History history) {
    return false;
  }

  /** Whether it is this difference, of any other packet. */
  boolean holds(TracePacket packet, Trace trace) {
    return false;
  }

  /**
   * The difference that packet {@code index} of {@code trace} is, or null if it is none of these.
   */
  static Difference of(Trace trace, int index, boolean[] kernel, boolean vtlPasses) {
    TracePacket packet = trace.packets().get(index);
    Segment segment = Segment.of(packet);
    History history = new History();
    for (int i = 0; segment != null && i < index; i++) {
      Segment before = Segment.of(trace.packets().get(i));
      if (before == null) {
        continue;
      }
      if (kernel[i]) {
        history.add(before);
      } else {
        history.addDropped(before);
      }
    }
    for (Difference each : values()) {
      if (each.vtlPasses == vtlPasses
          && (segment == null ? each.holds(packet, trace) : each.holds(segment, history))) {
        return each;
      }
    }
    return null;
  }

  /** Requests and replies besides echo: timestamp, information, address mask, node information. */
  private static boolean isQuery(byte[] datagram) {
    boolean ipv6 = Mark.isIpv6(datagram);
    int type = datagram[ipv6 ? 40 : 20] & 0xff;
    return ipv6
        ? datagram[6] == ICMPV6 && (type == 139 || type == 140)
        : datagram[9] == ICMP && type >= 13 && type <= 18;
  }

  /** Whether the first fragment of its datagram does not hold a whole TCP header. */
  private static boolean hasTinyFirst(TracePacket packet, Trace trace) {
    return trace.packets().stream()
        .filter(each -> each.number() == packet.number())
        .map(TracePacket::datagram)
        .anyMatch(each -> Mark.from(each) == 0 && Mark.to(each) < TCP_HEADER);
  }

  /** Whether one of the first {@code end} packets is of the same datagram, and overlaps it. */
  private static boolean overlaps(TracePacket packet, Trace trace, int end) {
    return trace.packets().subList(0, end).stream()
        .filter(each -> each != packet && each.number() == packet.number())
        .map(TracePacket::datagram)
        .anyMatch(
            each ->
                Mark.from(each) < Mark.to(packet.datagram())
                    && Mark.from(packet.datagram()) < Mark.to(each));
  }

  /** Whether all fragments of its datagram are in the trace. */
  private static boolean isComplete(TracePacket packet, Trace trace) {
    int reached = 0;
    boolean moved = true;
    while (moved) {
      moved = false;
      for (TracePacket each : trace.packets()) {
        if (each.number() == packet.number() && Mark.from(each.datagram()) == reached) {
          if (!Mark.moreFollow(each.datagram())) {
            return true;
          }
          reached = Mark.to(each.datagram());
          moved = true;
        }
      }
    }
    return false;
  }
}
