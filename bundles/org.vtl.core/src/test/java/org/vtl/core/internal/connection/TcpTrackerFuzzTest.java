package org.vtl.core.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vtl.core.internal.connection.EndpointState.ACKNOWLEDGED;
import static org.vtl.core.internal.connection.EndpointState.FINISHED;
import static org.vtl.core.internal.connection.EndpointState.KNOWN;
import static org.vtl.core.internal.connection.EndpointState.UNSEEN;
import static org.vtl.core.internal.connection.TrackedConnection.ESTABLISHED;
import static org.vtl.core.internal.connection.TrackedConnection.MIDSTREAM;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vtl.core.internal.connection.TcpTracker.Finding;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;
import org.vtl.testkit.AllocationProbe;

/** Segments that fit more or less, a million of them: what must hold whatever is sent. */
class TcpTrackerFuzzTest {
  private static final int SEGMENTS = 1_000_000;
  private static final MemorySegment BYTES = MemorySegment.ofArray(new byte[3_000]);
  private static final int[] FLAGS = {
    TcpHeader.ACK,
    TcpHeader.ACK,
    TcpHeader.ACK,
    TcpHeader.ACK | TcpHeader.PSH,
    TcpHeader.ACK | TcpHeader.PSH,
    TcpHeader.ACK | TcpHeader.FIN,
    TcpHeader.SYN,
    TcpHeader.SYN | TcpHeader.ACK,
    TcpHeader.RST,
    TcpHeader.RST | TcpHeader.ACK
  };

  private final Random random = new Random(20_070_625);
  private final PacketBuilder builder = new PacketBuilder();
  private final TrackedConnection connection = new TrackedConnection(new TrackerTarget(), true);
  private final int[] findings = new int[Finding.values().length];
  private long now = 1_000_000_000L;

  @Test
  void nothingThatIsSentBreaksTheModel() {
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = pool.acquire();
      boolean fresh = true;
      for (int i = 0; i < SEGMENTS; i++) {
        Direction direction = random.nextBoolean() ? Direction.OUTBOUND : Direction.INBOUND;
        build(packet, direction);
        if (packet.isTcp()) {
          fresh = step(packet, direction, fresh, i);
        }
        if (fresh || random.nextInt(300) == 0) {
          connection.recycle();
          fresh = true;
        }
        now += random.nextInt(1_000) == 0 ? 25L * 86_400_000_000_000L : random.nextInt(50_000_000);
      }
    }
    for (Finding each : Finding.values()) {
      assertTrue(findings[each.ordinal()] > SEGMENTS / 500, each + ": " + findings[each.ordinal()]);
    }
  }

  @Test
  void aSegmentCostsNoAllocation() {
    try (PacketPool pool = new PacketPool(512)) {
      Packet[] packets = new Packet[512];
      Direction[] directions = new Direction[512];
      for (int i = 0; i < packets.length; i++) {
        packets[i] = pool.acquire();
        directions[i] = random.nextBoolean() ? Direction.OUTBOUND : Direction.INBOUND;
        build(packets[i], directions[i]);
        if (!packets[i].isTcp()) {
          i--;
          continue;
        }
        TcpTracker.observe(connection, packets[i], directions[i], now);
        TcpTracker.commit(connection, packets[i], directions[i]);
      }
      SequenceTranslation map = new SequenceTranslation(400, "none", connection);
      map.inserted(Direction.OUTBOUND, connection.vm.next, 3);
      map.removed(Direction.INBOUND, connection.network.next, 3);
      connection.add(map);
      int[] at = {0};
      AllocationProbe.assertNone(
          50_000,
          () -> {
            int i = at[0]++ & 511;
            TcpTracker.observe(connection, packets[i], directions[i], now);
            map.apply(packets[i]);
            TcpTracker.commit(connection, packets[i], directions[i]);
            TcpTracker.timeout(connection);
          });
    }
  }

  /** Tracks one segment and checks what must hold; whether the connection is fresh after it. */
  private boolean step(Packet packet, Direction direction, boolean fresh, int count) {
    String what = "segment " + count;
    long before = fingerprint();
    boolean established = connection.is(ESTABLISHED);
    boolean closed = connection.isClosed() && !fresh;
    Forward vm = new Forward(connection.vm);
    Forward network = new Forward(connection.network);
    Finding finding = TcpTracker.observe(connection, packet, direction, now);
    findings[finding.ordinal()]++;
    if (finding != Finding.VALID) {
      assertEquals(before, fingerprint(), what + " is " + finding + " and changed the model");
    }
    if (finding == Finding.REOPENS) {
      connection.recycle();
      assertEquals(Finding.VALID, TcpTracker.open(connection, packet, direction, now), what);
      return false;
    }
    if (finding == Finding.VALID && random.nextInt(10) != 0) {
      TcpTracker.commit(connection, packet, direction);
    }
    if (closed) {
      assertTrue(connection.isClosed(), what + " revived a closed connection");
    }
    if (established) {
      assertTrue(connection.is(ESTABLISHED), what);
      vm.check(connection.vm, what);
      network.check(connection.network, what);
    }
    check(connection.vm, what);
    check(connection.network, what);
    TcpTracker.timeout(connection);
    return fresh && finding == Finding.INVALID;
  }

  private static void check(EndpointState end, String what) {
    assertTrue(Seq.atOrAfter(end.next, end.unacknowledged), what + ": acknowledged before sent");
    assertTrue(Seq.atOrBefore(end.delivered, end.next), what + ": delivered before sent");
    assertTrue(Seq.atOrBefore(end.deliveredAcknowledgment, end.next), what + ": told too much");
  }

  /** What only moves forward. */
  private record Forward(
      int next, int unacknowledged, int delivered, int told, int edge, boolean finished) {
    Forward(EndpointState end) {
      this(
          end.next,
          end.unacknowledged,
          end.delivered,
          end.deliveredAcknowledgment,
          end.windowEdge,
          end.is(FINISHED));
    }

    void check(EndpointState end, String what) {
      assertTrue(Seq.atOrAfter(end.next, next), what + ": next went back");
      assertTrue(!finished || end.next == next, what + ": data behind the FIN");
      assertTrue(Seq.atOrAfter(end.unacknowledged, unacknowledged), what + ": ack went back");
      assertTrue(Seq.atOrAfter(end.delivered, delivered), what + ": delivered went back");
      assertTrue(Seq.atOrAfter(end.deliveredAcknowledgment, told), what + ": told went back");
      assertTrue(Seq.atOrAfter(end.windowEdge, edge), what + ": the window's edge went back");
      assertTrue(end.is(FINISHED) || !finished, what + ": the FIN was forgotten");
    }
  }

  private long fingerprint() {
    long hash = connection.is(MIDSTREAM) ? 1 : 0;
    hash = hash * 31 + (connection.is(ESTABLISHED) ? 1 : 0);
    return fingerprint(fingerprint(hash, connection.vm), connection.network);
  }

  private static long fingerprint(long hash, EndpointState end) {
    int[] fields = {
      end.state().ordinal(),
      end.is(KNOWN) ? 1 : 0,
      end.next,
      end.unacknowledged,
      end.initialSequence,
      end.window,
      end.windowEdge,
      end.maximumWindow,
      end.windowScale,
      end.maximumSegmentSize,
      end.timestampValue,
      end.recentTimestamp,
      end.finSequence(),
      end.is(FINISHED) ? 1 : 0,
      end.delivered,
      end.deliveredAcknowledgment,
      end.offeredScale,
      end.retrySequence(),
      end.resetSequence(),
      end.is(ACKNOWLEDGED) ? 1 : 0,
      end.is(UNSEEN) ? 1 : 0,
      end.windowSequence
    };
    long mixed = hash;
    for (int field : fields) {
      mixed = (mixed ^ field) * 0x9e37_79b9_7f4a_7c15L;
      mixed ^= mixed >>> 29;
    }
    return mixed;
  }

  // ---- segments --------------------------------------------------------------------------------

  private void build(Packet packet, Direction direction) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    builder.into(packet).ethernet(2, 1);
    if (random.nextInt(8) == 0) {
      builder.ipv6(1, 2, 3, 4, 64);
    } else {
      builder.ipv4(1, 2, 64);
    }
    int flags = FLAGS[random.nextInt(random.nextInt(3) == 0 ? FLAGS.length : 6)];
    if (!sender.is(KNOWN) && random.nextInt(2) == 0) {
      flags = receiver.is(KNOWN) ? TcpHeader.SYN | TcpHeader.ACK : TcpHeader.SYN;
    }
    if (random.nextInt(100) == 0) {
      flags = random.nextInt(512);
    }
    int sequence = near(sender.next, sender.unacknowledged, sender.windowEdge);
    int acknowledgment = near(receiver.next, receiver.unacknowledged, receiver.windowEdge);
    builder.tcp(1, 2, sequence, acknowledgment, flags, random.nextInt(65_536));
    options((flags & TcpHeader.SYN) != 0, sender, receiver);
    if (random.nextBoolean()) {
      builder.payload(BYTES, 0, random.nextInt(3_000));
    }
    builder.finish();
    packet.setDirection(direction);
    packet.setArrivalNanos(now);
    if (random.nextInt(20) == 0) {
      long at = packet.start() + packet.transportOffset() + random.nextInt(40);
      packet.memory().set(ValueLayout.JAVA_BYTE, at, (byte) random.nextInt());
      Parser.parse(packet);
    }
  }

  private void options(boolean syn, EndpointState sender, EndpointState receiver) {
    if (syn) {
      if (random.nextBoolean()) {
        builder.maximumSegmentSize(random.nextInt(65_536));
      }
      if (random.nextBoolean()) {
        builder.windowScale(random.nextInt(20));
      }
      if (random.nextBoolean()) {
        builder.sackPermitted();
      }
    } else if (random.nextInt(6) == 0) {
      builder.sackBlock(
          near(receiver.next, receiver.unacknowledged, 0),
          near(receiver.next, receiver.unacknowledged, 0));
    }
    if (random.nextBoolean()) {
      builder.timestamps(sender.timestampValue + random.nextInt(-2, 20), receiver.timestampValue);
    }
  }

  private int near(int next, int other, int edge) {
    return switch (random.nextInt(12)) {
      case 0 -> next - 1;
      case 1 -> next + random.nextInt(5_000);
      case 2 -> next - random.nextInt(100_000);
      case 3 -> other;
      case 4 -> edge + random.nextInt(-1, 2);
      case 5 -> random.nextInt(10) == 0 ? random.nextInt() : next;
      default -> next;
    };
  }
}
