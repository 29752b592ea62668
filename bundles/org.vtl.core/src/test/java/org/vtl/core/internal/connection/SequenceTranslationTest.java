package org.vtl.core.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.PacketPool;
import org.vtl.packet.TcpHeader;

class SequenceTranslationTest {
  private static final PacketPool POOL = new PacketPool(1);

  private final SequenceTranslation map =
      new SequenceTranslation(400, "editor", new TrackedConnection(null, 0));
  private final Packet packet = POOL.packet(0);

  @AfterAll
  static void close() {
    POOL.close();
  }

  /** A packet of the sender in {@code direction} with {@code text}, as it arrives. */
  private TcpHeader packet(Direction direction, int sequence, int acknowledgment, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    new PacketBuilder()
        .into(packet)
        .ethernet(2, 1)
        .ipv4(1, 2, 64)
        .tcp(1, 2, sequence, acknowledgment, TcpHeader.ACK, 1000)
        .timestamps(500, 600)
        .sackBlock(acknowledgment + 10, acknowledgment + 20)
        .payload(MemorySegment.ofArray(bytes), 0, bytes.length)
        .finish();
    packet.setDirection(direction);
    return packet.tcp();
  }

  private TcpHeader outward(int sequence, String text) {
    TcpHeader tcp = packet(Direction.OUTBOUND, sequence, 0, text);
    map.apply(packet);
    return tcp;
  }

  private TcpHeader inward(int acknowledgment) {
    TcpHeader tcp = packet(Direction.INBOUND, 0, acknowledgment, "");
    map.apply(packet);
    return tcp;
  }

  private String text() {
    byte[] bytes = new byte[packet.payloadLength()];
    int at = packet.start() + packet.payloadOffset();
    MemorySegment.copy(packet.memory(), at, MemorySegment.ofArray(bytes), 0, bytes.length);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  @Test
  void changesNothingAtFirst() {
    TcpHeader tcp = packet(Direction.OUTBOUND, 1000, 5000, "abc");
    map.apply(packet);
    assertEquals(1000, tcp.sequenceNumber());
    assertEquals(5000, tcp.acknowledgmentNumber());
    assertFalse(packet.isSealed() && packet.payloadLength() != 3);
    assertEquals(77, map.translate(Direction.INBOUND, 77));
    assertEquals(77, map.translateBack(Direction.INBOUND, 77));
  }

  @Test
  void dataBehindAnInsertionMoves() {
    map.inserted(Direction.OUTBOUND, 1000, 5);
    assertEquals(999, map.translate(Direction.OUTBOUND, 999));
    assertEquals(1005, map.translate(Direction.OUTBOUND, 1000));
    assertEquals(1000, map.translateEnd(Direction.OUTBOUND, 1000));
    assertEquals(1006, map.translate(Direction.OUTBOUND, 1001));
    assertEquals(995, outward(995, "abcde").sequenceNumber());
    assertEquals(1005, outward(1000, "fg").sequenceNumber());
    assertEquals(1007, outward(1002, "").sequenceNumber());
  }

  @Test
  void acknowledgmentsAmongInsertedBytesStayBeforeThem() {
    map.inserted(Direction.OUTBOUND, 1000, 5);
    outward(1000, "fg");
    assertEquals(990, inward(990).acknowledgmentNumber());
    assertEquals(1000, inward(1000).acknowledgmentNumber());
    assertEquals(1000, inward(1004).acknowledgmentNumber());
    assertEquals(1000, inward(1005).acknowledgmentNumber());
    assertEquals(1002, inward(1007).acknowledgmentNumber());
  }

  @Test
  void removedBytesAreAcknowledgedWithWhatStandsBefore() {
    map.removed(Direction.OUTBOUND, 1000, 5);
    assertEquals(1000, map.translate(Direction.OUTBOUND, 1003));
    assertEquals(1000, map.translate(Direction.OUTBOUND, 1005));
    assertEquals(1001, map.translate(Direction.OUTBOUND, 1006));
    outward(1005, "xyz");
    assertEquals(999, inward(999).acknowledgmentNumber());
    assertEquals(1005, inward(1000).acknowledgmentNumber());
    assertEquals(1008, inward(1003).acknowledgmentNumber());
  }

  @Test
  void theOtherDirectionIsLeftAlone() {
    map.inserted(Direction.OUTBOUND, 1000, 5);
    TcpHeader tcp = packet(Direction.INBOUND, 2000, 0, "abc");
    map.apply(packet);
    assertEquals(2000, tcp.sequenceNumber());
    assertEquals(2000, map.translate(Direction.INBOUND, 2000));
  }

  @Test
  void selectiveAcknowledgmentsAreTranslated() {
    map.inserted(Direction.OUTBOUND, 1000, 5);
    outward(1000, "x".repeat(100));
    TcpHeader tcp = packet(Direction.INBOUND, 0, 1002, "");
    map.apply(packet); // the block is 1012 to 1022
    assertEquals(1007, tcp.sackLeft(0));
    assertEquals(1017, tcp.sackRight(0));
  }

  @Test
  void timestampsAreShiftedBothWays() {
    map.shiftTimestamps(Direction.OUTBOUND, 1000);
    TcpHeader tcp = packet(Direction.OUTBOUND, 1, 1, "");
    map.apply(packet);
    assertEquals(1500, tcp.timestampValue());
    assertEquals(600, tcp.timestampEcho());
    tcp = packet(Direction.INBOUND, 1, 1, "");
    map.apply(packet);
    assertEquals(500, tcp.timestampValue());
    assertEquals(-400, tcp.timestampEcho());
  }

  @Test
  void anEditedPacketKeepsItsPlace() {
    map.inserted(Direction.OUTBOUND, 1000, 2);
    packet(Direction.OUTBOUND, 1000, 0, "ab");
    packet.replacePayload(0, 0, MemorySegment.ofArray(new byte[] {'+', '+'}), 0, 2);
    map.apply(packet);
    assertEquals(1000, packet.tcp().sequenceNumber());
    assertEquals("++ab", text());
    // Not edited, it is as the sender sent it: behind the inserted bytes.
    assertEquals(1002, outward(1000, "ab").sequenceNumber());
  }

  @Test
  void anEditedPacketThatBecameEmptyAsksForAnAcknowledgment() {
    map.removed(Direction.OUTBOUND, 1000, 2);
    packet(Direction.OUTBOUND, 1000, 0, "ab");
    packet.truncatePayload(0);
    map.apply(packet);
    assertEquals(999, packet.tcp().sequenceNumber());
    assertEquals(1002, inward(1000).acknowledgmentNumber());
  }

  @Test
  void aRepetitionIsCutWithoutItsService() {
    map.removed(Direction.OUTBOUND, 1002, 3);
    assertEquals(1000, outward(1000, "abXXXcd").sequenceNumber());
    assertEquals("abcd", text());
    assertEquals(1002, outward(1003, "XXcd").sequenceNumber());
    assertEquals("cd", text());
    assertEquals(1001, outward(1002, "XXX").sequenceNumber());
    assertEquals("", text());
  }

  @Test
  void aRepetitionEndsWhereBytesWereInserted() {
    map.inserted(Direction.OUTBOUND, 1002, 4);
    packet(Direction.OUTBOUND, 1000, 0, "abcd");
    packet.tcp().setFlags(TcpHeader.ACK | TcpHeader.FIN);
    map.apply(packet);
    assertEquals("ab", text());
    assertEquals(1000, packet.tcp().sequenceNumber());
    assertFalse(packet.tcp().isFin());
    assertEquals(1006, outward(1002, "cd").sequenceNumber());
    assertEquals("cd", text());
  }

  @Test
  void aFinStaysBehindWhatWasAppended() {
    map.inserted(Direction.OUTBOUND, 1002, 2);
    packet(Direction.OUTBOUND, 1000, 0, "ab");
    packet.tcp().setFlags(TcpHeader.ACK | TcpHeader.FIN);
    packet.replacePayload(2, 0, MemorySegment.ofArray(new byte[] {'+', '+'}), 0, 2);
    map.apply(packet);
    assertEquals(1000, packet.tcp().sequenceNumber());
    assertEquals(1005, packet.tcp().endSequence());
    assertEquals(1003, inward(1005).acknowledgmentNumber());
  }

  @Test
  void acknowledgedChangesMakeRoom() {
    for (int i = 0; i < 16; i++) {
      map.inserted(Direction.OUTBOUND, 1000 + 10 * i, 1);
    }
    assertThrows(IllegalStateException.class, () -> map.inserted(Direction.OUTBOUND, 1160, 1));
    map.inserted(Direction.OUTBOUND, 1150, 1); // at the place of another: no new change
    outward(1160, "abc");
    inward(1003);
    map.inserted(Direction.OUTBOUND, 1160, 1);
    assertEquals(1160 + 18, map.translate(Direction.OUTBOUND, 1160));
    assertEquals(1002 + 1, map.translate(Direction.OUTBOUND, 1002));
  }

  @Test
  void anAcknowledgmentOfTheFutureFoldsNothing() {
    map.inserted(Direction.OUTBOUND, 1000, 5);
    outward(1000, "abc");
    inward(900_000_000);
    assertEquals(999, map.translate(Direction.OUTBOUND, 999));
    inward(1008);
    assertEquals(1004, map.translate(Direction.OUTBOUND, 999)); // folded now
  }

  @Test
  void removalsUnite() {
    map.removed(Direction.OUTBOUND, 1010, 5);
    map.removed(Direction.OUTBOUND, 1000, 5);
    map.removed(Direction.OUTBOUND, 1003, 10); // overlaps both
    map.removed(Direction.OUTBOUND, 1000, 15); // nothing new
    assertEquals(1000, map.translate(Direction.OUTBOUND, 1014));
    assertEquals(1005, map.translate(Direction.OUTBOUND, 1020));
    assertEquals(1015, map.translateBack(Direction.OUTBOUND, 1000));
  }

  @Test
  void replacedBytesAreAcknowledgedWithTheirReplacement() {
    map.removed(Direction.OUTBOUND, 1000, 4);
    map.inserted(Direction.OUTBOUND, 1004, 6);
    outward(1004, "abc");
    assertEquals(1000, inward(1000).acknowledgmentNumber());
    assertEquals(1000, inward(1005).acknowledgmentNumber());
    assertEquals(1004, inward(1006).acknowledgmentNumber());
    assertEquals(1005, inward(1007).acknowledgmentNumber());
  }

  @Test
  void numbersWrap() {
    map.inserted(Direction.OUTBOUND, -3, 10);
    assertEquals(-4, map.translate(Direction.OUTBOUND, -4));
    assertEquals(7, map.translate(Direction.OUTBOUND, -3));
    outward(-3, "abcdef");
    assertEquals(-3, inward(2).acknowledgmentNumber());
    assertEquals(3, inward(13).acknowledgmentNumber());
  }

  @Test
  void nothingIsNoChange() {
    assertThrows(IllegalArgumentException.class, () -> map.inserted(Direction.OUTBOUND, 1000, 0));
    assertThrows(IllegalArgumentException.class, () -> map.removed(Direction.INBOUND, 1000, -1));
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void bothEndsAgreeWhateverIsLostAndRepeated(Direction direction) {
    for (long seed = 0; seed < 1_500; seed++) {
      try {
        new EditedStream(seed, packet, direction).run();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(direction + ", seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }
}
