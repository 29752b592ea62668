package org.vtl.core.internal.connection;

import java.lang.foreign.MemorySegment;
import org.vtl.connection.SequenceMap;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;

/**
 * The translation at one service's place in one connection. Outbound it stands behind the service
 * and sees what that made of the payload; inbound before it.
 *
 * <p>A payload that the service has replaced, in part at least, is placed where the bytes it came
 * with belong, with those put before its first one in front of it. Any other is as the sender sent
 * it, a repetition perhaps, and is made to fit: removed bytes are cut out, and it ends where bytes
 * were inserted in the middle of it, since nobody here has them; the sender repeats the rest when
 * what was sent is acknowledged. So a service that puts bytes in must see to it that they arrive,
 * as long as {@link #translateBack} shows its sender waiting before them.
 */
public final class SequenceTranslation implements SequenceMap, Comparable<SequenceTranslation> {
  private final int priority;
  private final String service;
  private final TrackedConnection connection;
  private final SequenceChanges outbound = new SequenceChanges();
  private final SequenceChanges inbound = new SequenceChanges();

  /** The next translation, further from the VM. */
  SequenceTranslation outward;

  /** A translation that changes nothing yet, at the place of {@code service}. */
  public SequenceTranslation(int priority, String service, TrackedConnection connection) {
    this.priority = priority;
    this.service = service;
    this.connection = connection;
  }

  public SequenceTranslation outward() {
    return outward;
  }

  public int priority() {
    return priority;
  }

  public String service() {
    return service;
  }

  /**
   * {@code number} of the data of {@code direction}, as that data's receiver knows it, in the
   * numbers of its sender: back through all translations of {@code connection}.
   */
  static int back(TrackedConnection connection, Direction direction, int number) {
    SequenceTranslation first = connection.translations();
    if (first == null) {
      return number;
    }
    if (direction == Direction.OUTBOUND) {
      return backInward(first, number);
    }
    int translated = number;
    for (SequenceTranslation each = first; each != null; each = each.outward) {
      translated = each.translateBack(Direction.INBOUND, translated);
    }
    return translated;
  }

  /** Outbound data passed the outermost translation last, so it is undone first. */
  private static int backInward(SequenceTranslation translation, int number) {
    return translation == null
        ? number
        : translation.translateBack(Direction.OUTBOUND, backInward(translation.outward, number));
  }

  /**
   * Rewrites {@code packet}, which passes this place in its direction. A segment of which nothing
   * is left asks the receiver for an acknowledgment, as a keep-alive does (RFC 9293 section 3.8.4):
   * only that can acknowledge the removed bytes to their sender.
   */
  public void apply(Packet packet) {
    if (!packet.isTcp()) {
      return;
    }
    Direction direction = packet.direction();
    translateAcknowledgment(packet.tcp(), changes(direction.reverse()));
    translateSequence(packet, changes(direction), direction == Direction.OUTBOUND);
    translateTimestamps(packet.tcp(), changes(direction), changes(direction.reverse()));
    packet.settlePayload();
  }

  private static void translateAcknowledgment(TcpHeader tcp, SequenceChanges other) {
    if (!tcp.isAck()) {
      return;
    }
    int after = tcp.acknowledgmentNumber();
    int before = other.back(after);
    if (before != after) {
      tcp.setAcknowledgmentNumber(before);
    }
    for (int i = tcp.sackBlocks() - 1; i >= 0; i--) {
      int left = tcp.sackLeft(i);
      int right = tcp.sackRight(i);
      if (other.back(left) != left || other.back(right) != right) {
        tcp.setSackBlock(i, other.back(left), other.back(right));
      }
    }
    other.acknowledged(after);
  }

  private static void translateSequence(Packet packet, SequenceChanges own, boolean behindService) {
    TcpHeader tcp = packet.tcp();
    int start = tcp.sequenceNumber();
    int end = tcp.endSequence() - packet.payloadGrowth();
    int translated;
    if (behindService && packet.isPayloadEdited()) {
      translated = placeEdited(own, start, end, tcp.segmentLength());
    } else {
      translated = own.translate(start);
      if (!tcp.isSyn() && !packet.isFragment()) {
        fit(packet, own, start, end);
      }
    }
    own.passed(end);
    if (start != end && tcp.segmentLength() == 0) {
      translated--;
    }
    if (translated != start) {
      tcp.setSequenceNumber(translated);
    }
  }

  /**
   * Where a segment belongs that came as [{@code start}, {@code end}) and was edited to {@code
   * length} numbers: such that both its ends fit. Bytes put in just at an end may be in it or not.
   */
  private static int placeEdited(SequenceChanges own, int start, int end, int length) {
    int wide = own.translateEnd(start);
    int narrow = own.translate(start);
    int endNarrow = own.translateEnd(end);
    int endWide = own.translate(end);
    if (endNarrow - wide == length || endWide - wide == length) {
      return wide;
    }
    if (endNarrow - narrow == length || endWide - narrow == length) {
      return narrow;
    }
    return endNarrow - length; // its changes are acknowledged and folded: only the end is sure
  }

  /** Cuts removed bytes out of [{@code start}, {@code end}), and all behind inserted ones off. */
  private static void fit(Packet packet, SequenceChanges own, int start, int end) {
    int cut = 0;
    for (int i = 0; i < own.count(); i++) {
      int at = own.at(i) - start;
      if (at >= end - start) {
        return;
      }
      if (own.inserted(i) > 0 && at > 0) {
        packet.truncatePayload(at - cut);
        packet.tcp().setFlags(packet.tcp().flags() & ~TcpHeader.FIN);
        return;
      }
      int from = Math.max(at, 0) - cut;
      int until = Math.min(at + own.removed(i) - cut, packet.payloadLength());
      if (until > from) {
        packet.replacePayload(from, until - from, MemorySegment.NULL, 0, 0);
        cut += until - from;
      }
    }
  }

  /** RFC 7323 section 3: TSval of the sender's clock, TSecr of the other's. */
  private static void translateTimestamps(
      TcpHeader tcp, SequenceChanges own, SequenceChanges other) {
    if ((own.timestampShift | other.timestampShift) != 0 && tcp.hasTimestamps()) {
      int echo = tcp.timestampEcho();
      tcp.setTimestamps(
          tcp.timestampValue() + own.timestampShift,
          tcp.isAck() ? echo - other.timestampShift : echo);
    }
  }

  private SequenceChanges changes(Direction direction) {
    return direction == Direction.OUTBOUND ? outbound : inbound;
  }

  @Override
  public void inserted(Direction direction, int sequence, int count) {
    changes(direction).insert(sequence, count);
  }

  @Override
  public void removed(Direction direction, int sequence, int count) {
    changes(direction).remove(sequence, count);
  }

  @Override
  public void shift(Direction direction, int delta) {
    changes(direction).shift(delta);
    connection.end(direction).delivered += delta;
  }

  @Override
  public void shiftTimestamps(Direction direction, int delta) {
    changes(direction).timestampShift += delta;
  }

  @Override
  public int translate(Direction direction, int sequence) {
    return changes(direction).translate(sequence);
  }

  /** {@code sequence} as the end of the data before it: bytes inserted just there come after. */
  public int translateEnd(Direction direction, int sequence) {
    return changes(direction).translateEnd(sequence);
  }

  @Override
  public int translateBack(Direction direction, int acknowledgment) {
    return changes(direction).back(acknowledgment);
  }

  @Override
  public int compareTo(SequenceTranslation other) {
    return compareTo(other.priority, other.service);
  }

  /** Compares this place with that of a service. */
  public int compareTo(int otherPriority, String otherService) {
    int order = Integer.compare(priority, otherPriority);
    return order != 0 ? order : service.compareTo(otherService);
  }
}
