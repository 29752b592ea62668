package org.vtl.tcp.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.packet.TcpHeader;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.FrameMutator;
import org.vtl.testkit.Frames;

class ObstacleTest {
  private final PacketPool pool = new PacketPool(2);
  private final Packet packet = pool.acquire();

  @AfterEach
  void close() {
    pool.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // options of a SYN                                  | what forbids a relay
        "mss 1460                                            |",
        "mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7         |",
        "mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 15        |",
        "mss 1460,eol,raw 1d10                               |",
        "mss 1460,raw 2202                                   |",
        "mss 1460,raw 220a0102030405060708                   |",
        "mss 1460,raw 2203ff                                 | MALFORMED_OPTIONS",
        "mss 1460,raw 1d100102030405060708090a0b0c0d0e       | AUTHENTICATED",
        "mss 1460,raw 1d00                                   | AUTHENTICATED",
        "raw 131200112233445566778899aabbccddeeff            | SIGNED",
        "mss 1460,raw 1e0c00810102030405060708               | MULTIPATH",
        "mss 1460,nop,nop,nop,raw 1e                         | MULTIPATH",
        "mss 1460,raw 1c040001                               | UNKNOWN_OPTION",
        "mss 1460,raw 4502                                   | UNKNOWN_OPTION",
        "mss 1460,raw fe04f989                               | UNKNOWN_OPTION",
        "mss 1460,raw ae02                                   | UNKNOWN_OPTION",
        "mss 1460,sack 1:2                                   | UNKNOWN_OPTION",
        "mss 1460,raw 0206000005b4                           | MALFORMED_OPTIONS",
        "raw 0200                                            | MALFORMED_OPTIONS",
        "raw 0201                                            | MALFORMED_OPTIONS",
        "mss 1460,mss 536                                    | MALFORMED_OPTIONS",
        "mss 1460,nop,nop,raw 0803                           | MALFORMED_OPTIONS",
        "nop,nop,raw 080a                                    | MALFORMED_OPTIONS",
        "nop,nop,nop,raw 03                                  | MALFORMED_OPTIONS",
      })
  void optionsOfHandshakes(String options, Obstacle expected) {
    Frames.tcp().syn().options(options).build(packet);
    assertSame(expected, Obstacle.of(packet), options);
    Frames.tcp().syn().ack(1).options(options).build(packet);
    assertSame(expected, Obstacle.of(packet), "SYN-ACK with " + options);
    Frames.tcp().from("[fd00::1]:1").to("[fd00::2]:2").syn().options(options).build(packet);
    assertSame(expected, Obstacle.of(packet), "over IPv6 " + options);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nop,nop,TS val 1 ecr 2                              |",
        "nop,nop,TS val 1 ecr 2,nop,nop,sack 1:2 3:4         |",
        "raw 1d100102030405060708090a0b0c0d0e                | AUTHENTICATED",
        "raw 131200112233445566778899aabbccddeeff            | SIGNED",
        "raw 1e082001000000010000                            | MULTIPATH",
        "nop,nop,raw 0506000000010000                        | MALFORMED_OPTIONS",
        "nop,nop,raw ac0b0102030405060708090a                | UNKNOWN_OPTION",
        "mss 1460                                            | UNKNOWN_OPTION",
      })
  void optionsOfOpenConnections(String options, Obstacle expected) {
    Frames.tcp().ack(1).options(options).payload("hello").build(packet);
    assertSame(expected, Obstacle.of(packet), options);
  }

  @Test
  void whatIsNoOption() {
    assertNull(Obstacle.of(Frames.tcp().syn().build(packet)));
    assertSame(Obstacle.SYN_DATA, Obstacle.of(Frames.tcp().syn().payload("x").build(packet)));
    assertNull(Obstacle.of(Frames.tcp().ack(1).payload("x").build(packet)));
    int ecn = TcpHeader.SYN | TcpHeader.ECE | TcpHeader.CWR;
    assertNull(Obstacle.of(Frames.tcp().flags(ecn).build(packet)));
    int accurate = ecn | TcpHeader.AE;
    assertSame(Obstacle.ACCURATE_ECN, Obstacle.of(Frames.tcp().flags(accurate).build(packet)));
    int counting = TcpHeader.ACK | TcpHeader.AE | TcpHeader.ECE;
    assertSame(Obstacle.ACCURATE_ECN, Obstacle.of(Frames.tcp().flags(counting).build(packet)));
    int urgent = TcpHeader.URG | TcpHeader.ACK;
    assertSame(Obstacle.URGENT, Obstacle.of(Frames.tcp().flags(urgent).build(packet)));
    assertSame(
        Obstacle.IP_OPTIONS, Obstacle.of(Frames.tcp().syn().fragment(0, true).build(packet)));
    assertSame(Obstacle.IP_OPTIONS, Obstacle.of(withRouterAlert(Frames.tcp().syn().mss(1460))));
  }

  @Test
  void everyTruncatedListOfOptionsIsOneOrTheOther() {
    String all = "mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7,raw 1e0c00810102030405060708";
    Frames.tcp().syn().options(all).build(packet);
    byte[] frame = bytes();
    int transport = packet.transportOffset();
    for (int words = 5; words <= 13; words++) {
      frame[transport + 12] = (byte) (words << 4);
      parse(frame);
      Obstacle found = Obstacle.of(packet);
      // Four words of options later the list is whole but for Multipath.
      assertEquals(words > 10, found == Obstacle.MULTIPATH, words + ": " + found);
    }
  }

  @Test
  void hostileSegmentsNeverThrow() {
    FrameMutator mutator =
        new FrameMutator(5_925)
            .add(Frames.tcp().syn().options("mss 1460,sackOK,TS val 1 ecr 0").build(packet))
            .add(Frames.tcp().ack(1).options("nop,nop,sack 1:2 3:4").payload(90).build(packet))
            .add(Frames.tcp().from("[fd00::1]:1").to("[fd00::2]:2").syn().mss(9).build(packet));
    int relayed = 0;
    for (int i = 0; i < 200_000; i++) {
      mutator.next(packet);
      if (packet.isTcp() && Obstacle.of(packet) == null) {
        relayed++;
      }
    }
    assertNotEquals(0, relayed);
  }

  @Test
  void askingAllocatesNothing() {
    Frames.tcp().syn().options("mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7").build(packet);
    AllocationProbe.assertNone(10_000, () -> Obstacle.of(packet));
  }

  /** The frame with an IPv4 option of four bytes (RFC 2113). */
  private Packet withRouterAlert(Frames frames) {
    frames.build(packet);
    byte[] frame = bytes();
    byte[] longer = new byte[frame.length + 4];
    int transport = packet.transportOffset();
    System.arraycopy(frame, 0, longer, 0, transport);
    System.arraycopy(frame, transport, longer, transport + 4, frame.length - transport);
    longer[transport] = (byte) 0x94;
    longer[transport + 1] = 4;
    longer[packet.networkOffset()] = 0x46;
    longer[packet.networkOffset() + 3] += 4;
    parse(longer);
    return packet;
  }

  private byte[] bytes() {
    byte[] frame = new byte[packet.length()];
    for (int i = 0; i < frame.length; i++) {
      frame[i] = (byte) Bytes.u8(packet.memory(), packet.start() + i);
    }
    return frame;
  }

  private void parse(byte[] frame) {
    MemorySegment.copy(
        MemorySegment.ofArray(frame), 0, packet.memory(), Packet.HEADROOM, frame.length);
    packet.frame(Packet.HEADROOM, frame.length);
    Parser.parse(packet);
  }
}
