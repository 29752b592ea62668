package org.vtl.core.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.TcpHeader;

/**
 * A sender, a service that puts bytes in and takes bytes out behind a {@link SequenceTranslation},
 * a network that loses and reorders, and a receiver that knows which byte belongs where. The
 * simplest stream that can show a wrong number: each byte received is compared, each acknowledgment
 * that comes back is checked against what really arrived.
 */
final class EditedStream {
  private static final int LENGTH = 600;
  private static final int WINDOW = 70;

  /** At {@code at}, {@code removed} bytes go and {@code inserted} come in their place. */
  private record Edit(int at, int removed, byte[] inserted) {}

  private record Segment(int sequence, byte[] payload, boolean fin) {}

  private final Random random;
  private final Packet packet;
  private final Direction direction;
  private final int initial;
  private final SequenceTranslation map =
      new SequenceTranslation(400, "editor", new TrackedConnection(null, 0));
  private final byte[] stream = new byte[LENGTH];
  private final List<Segment> network = new ArrayList<>();
  private final List<Integer> acknowledgments = new ArrayList<>();
  private final BitSet received = new BitSet();

  // What the service knows: positions in the stream count from 0.
  private List<Edit> edits = new ArrayList<>();
  private boolean present = true;
  private final int leaveAfter;
  private int shown;

  // The sender.
  private int unacknowledged;
  private int next;

  private byte[] expected;
  private boolean finArrived;

  EditedStream(long seed, Packet packet, Direction direction) {
    this.random = new Random(seed);
    this.packet = packet;
    this.direction = direction;
    initial = random.nextInt(4) == 0 ? -random.nextInt(LENGTH) : random.nextInt();
    random.nextBytes(stream);
    for (int at = random.nextInt(30); at < LENGTH; at += 8 + random.nextInt(40)) {
      int removed = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(12);
      byte[] inserted = new byte[random.nextInt(3) == 0 && removed > 0 ? 0 : 1 + random.nextInt(9)];
      random.nextBytes(inserted);
      edits.add(new Edit(at, Math.min(removed, LENGTH - at), inserted));
      at += removed;
    }
    leaveAfter = random.nextBoolean() ? LENGTH : random.nextInt(LENGTH);
    expect();
  }

  private void expect() {
    expected = editedTo(LENGTH);
  }

  /** The first {@code end} bytes as they leave the service. */
  private byte[] editedTo(int end) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int from = 0;
    for (Edit edit : edits) {
      if (edit.at >= end) {
        break;
      }
      out.write(stream, from, edit.at - from);
      out.writeBytes(edit.inserted);
      from = Math.min(end, edit.at + edit.removed);
    }
    out.write(stream, from, end - from);
    return out.toByteArray();
  }

  /** Runs until all is acknowledged. */
  void run() {
    int steps = 0;
    while (unacknowledged <= LENGTH) {
      boolean loses = ++steps < 3_000;
      assertTrue(steps < 30_000, "the connection stalls");
      switch (random.nextInt(6)) {
        case 0, 1 -> sendNew();
        case 2 -> repeat();
        case 3, 4 -> deliver(loses);
        default -> acknowledge(loses);
      }
      if (present && shown >= leaveAfter && received.nextClearBit(0) >= editedTo(shown).length) {
        leave();
      }
    }
    assertTrue(finArrived);
    assertEquals(expected.length, received.cardinality());
  }

  // ---- the sender ------------------------------------------------------------------------------

  private void sendNew() {
    if (random.nextInt(8) == 0) {
      send(next, next, false); // a bare ACK
    } else if (next <= LENGTH && next - unacknowledged < WINDOW) {
      int end = Math.min(LENGTH, next + random.nextInt(1, 25));
      boolean fin = end == LENGTH;
      int from = next;
      next = fin ? LENGTH + 1 : end;
      if (random.nextInt(6) != 0) { // else lost before it came here
        send(from, end, fin);
      }
    }
  }

  private void repeat() {
    if (unacknowledged < next) {
      int from = unacknowledged;
      int step = next - unacknowledged;
      if (random.nextInt(3) == 0) {
        from += random.nextInt(step);
      }
      from = Math.min(from, LENGTH);
      int end = Math.min(Math.min(next, LENGTH), from + random.nextInt(1, 30));
      send(from, end, end == LENGTH && next > LENGTH);
    }
  }

  private void send(int from, int end, boolean fin) {
    if (from > shown && present && (from != end || fin)) {
      return; // a service that edits wants the data in order
    }
    int flags = TcpHeader.ACK | (fin ? TcpHeader.FIN : 0);
    build(direction, initial + from, 0, flags);
    packet.replacePayload(0, 0, MemorySegment.ofArray(stream), Math.min(from, LENGTH), end - from);
    packet.settlePayload();
    if (direction == Direction.OUTBOUND) {
      if (present && from != end) {
        edit(from, end);
      }
      map.apply(packet);
    } else {
      map.apply(packet);
      if (present && from != end) {
        editInward(end);
      }
    }
    TcpHeader tcp = packet.tcp();
    if (from == end && !fin) {
      if (from <= shown || !present) {
        int fins = Math.max(0, from - LENGTH);
        int before = editedTo(from - fins).length + fins;
        assertEquals(before, tcp.sequenceNumber() - initial, "a bare ACK");
      }
      return;
    }
    byte[] payload =
        packet
            .memory()
            .asSlice((long) packet.start() + packet.payloadOffset(), packet.payloadLength())
            .toArray(ValueLayout.JAVA_BYTE);
    network.add(new Segment(tcp.sequenceNumber(), payload, tcp.isFin()));
  }

  private void build(Direction way, int sequence, int acknowledgment, int flags) {
    new PacketBuilder()
        .into(packet)
        .ethernet(2, 1)
        .ipv4(1, 2, 64)
        .tcp(1, 2, sequence, acknowledgment, flags, 1000)
        .finish();
    packet.setDirection(way);
  }

  // ---- the service -----------------------------------------------------------------------------

  /** Edits [from, end), which the packet holds as it was sent; tells the map what is new. */
  private void edit(int from, int end) {
    for (int i = edits.size() - 1; i >= 0; i--) {
      Edit edit = edits.get(i);
      int removeFrom = Math.max(from, edit.at);
      int removeEnd = Math.min(end, edit.at + edit.removed);
      int removed = Math.max(0, removeEnd - removeFrom);
      boolean inserts = edit.at >= from && edit.at < end;
      if (inserts) {
        replace(edit.at - from, removed, edit.inserted);
      } else if (removed > 0) {
        replace(removeFrom - from, removed, new byte[0]);
      }
    }
    tell(from, end);
  }

  private void tell(int from, int end) {
    for (Edit edit : edits) {
      if (edit.at >= Math.max(from, shown) && edit.at < end && edit.inserted.length > 0) {
        map.inserted(direction, initial + edit.at, edit.inserted.length);
      }
      int removeFrom = Math.max(edit.at, Math.max(from, shown));
      int removeEnd = Math.min(end, edit.at + edit.removed);
      if (removeEnd > removeFrom) {
        map.removed(direction, initial + removeFrom, removeEnd - removeFrom);
      }
    }
    shown = Math.max(shown, end);
  }

  /** Inward the map comes first: old bytes are in place already, new ones are not edited yet. */
  private void editInward(int end) {
    TcpHeader tcp = packet.tcp();
    for (Edit edit : edits) {
      boolean told = edit.at < shown && edit.inserted.length > 0;
      int behind = told ? map.translate(direction, initial + edit.at) : 0;
      boolean emptied = tcp.segmentLength() == 0 && tcp.sequenceNumber() == behind - 1;
      if (told && (tcp.sequenceNumber() == behind || emptied)) {
        replace(0, 0, edit.inserted); // they may have been lost
        tcp.setSequenceNumber(behind - edit.inserted.length);
        break;
      }
    }
    int offset = map.translate(direction, initial + shown) - tcp.sequenceNumber();
    if (end <= shown || offset < 0 || offset > packet.payloadLength()) {
      return;
    }
    int from = shown;
    if (packet.payloadLength() - offset != end - from) {
      return; // cut off before the new part
    }
    for (int i = edits.size() - 1; i >= 0; i--) {
      Edit edit = edits.get(i);
      int removeFrom = Math.max(from, edit.at);
      int removed = Math.max(0, Math.min(end, edit.at + edit.removed) - removeFrom);
      if (edit.at >= from && edit.at < end) {
        replace(offset + edit.at - from, removed, edit.inserted);
      } else if (removed > 0) {
        replace(offset + removeFrom - from, removed, new byte[0]);
      }
    }
    tell(from, end);
  }

  private void replace(int at, int removed, byte[] inserted) {
    packet.replacePayload(at, removed, MemorySegment.ofArray(inserted), 0, inserted.length);
  }

  private void leave() {
    present = false;
    List<Edit> done = new ArrayList<>();
    for (Edit edit : edits) {
      if (edit.at < shown) {
        done.add(new Edit(edit.at, Math.min(edit.removed, shown - edit.at), edit.inserted));
      }
    }
    edits = done;
    expect();
  }

  // ---- the network and the receiver ------------------------------------------------------------

  private void deliver(boolean loses) {
    if (network.isEmpty()) {
      return;
    }
    int which = random.nextInt(3) == 0 ? random.nextInt(network.size()) : 0;
    Segment segment = network.remove(which);
    if (loses && random.nextInt(5) == 0) {
      return;
    }
    int at = segment.sequence - initial;
    for (byte each : segment.payload) {
      // What it has already, the receiver does not look at (RFC 9293 section 3.10.7.4).
      if (at >= received.nextClearBit(0)) {
        assertTrue(at < expected.length, "data behind the end, at " + at);
        assertEquals(expected[at], each, "the byte at " + at);
        received.set(at);
      }
      at++;
    }
    if (segment.fin) {
      assertEquals(expected.length, at, "the FIN");
      finArrived = true;
    }
    acknowledgments.add(acknowledgment());
  }

  private int acknowledgment() {
    int all = received.nextClearBit(0);
    return all + (finArrived && all == expected.length ? 1 : 0);
  }

  private void acknowledge(boolean loses) {
    if (acknowledgments.isEmpty()) {
      return;
    }
    int which = random.nextInt(4) == 0 ? random.nextInt(acknowledgments.size()) : 0;
    int after = acknowledgments.remove(which);
    if (loses && random.nextInt(5) == 0) {
      return;
    }
    build(direction.reverse(), 7, initial + after, TcpHeader.ACK);
    map.apply(packet);
    int before = packet.tcp().acknowledgmentNumber() - initial;
    assertTrue(before <= next, "acknowledges " + before + " of " + next);
    assertTrue(
        before > LENGTH ? finArrived : editedTo(Math.max(0, before)).length <= acknowledgment(),
        "acknowledges " + before + ", which the receiver has not");
    unacknowledged = Math.max(unacknowledged, before);
  }
}
