package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What only some who refuse say; resets and "unreachable" are tested with the firewall. */
class RefusalBuilderTest {
  private static final long VM = 0x02_00_00_00_00_01L;
  private static final long PEER = 0x02_00_00_00_00_02L;
  private static final long HIGH = 0x2001_0db8_0000_0000L;

  private final PacketPool pool = new PacketPool(2);
  private final Packet packet = pool.acquire();
  private final Packet answer = pool.acquire();
  private final PacketBuilder frames = new PacketBuilder();
  private final RefusalBuilder builder = new RefusalBuilder();

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void theTagsOfTheRefusedStayEachOfItsType() {
    frames.into(packet).ethernet(PEER, VM).vlan(0x2005).vlan(0x0007).ipv4(1 << 24, 2 << 24, 9);
    frames.protocol(132).room(12);
    frames.finish();
    Bytes.setU16(packet.memory(), packet.start() + 12L, Protocol.ETHER_QINQ);
    Parser.parse(packet);
    builder.unknownProtocol(packet, answer);
    assertEquals(Protocol.ETHER_QINQ, Bytes.u16(answer.memory(), answer.start() + 12L));
    assertEquals(0x2005, answer.ethernet().vlanTag(0));
    assertEquals(Protocol.ETHER_VLAN, Bytes.u16(answer.memory(), answer.start() + 16L));
    assertEquals(7, answer.ethernet().vlanTag(1));
    assertTrue(answer.isIcmp());
    assertEquals(3, answer.icmp().type());
    assertEquals(2, answer.icmp().code());
    assertEquals(Direction.INBOUND, answer.direction());
  }

  @Test
  void ipv6PointsAtTheByteThatNamesTheProtocol() {
    frames.into(packet).ethernet(PEER, VM).ipv6(HIGH, 1, HIGH, 2, 64).protocol(47).room(8);
    frames.finish();
    assertTrue(RefusalBuilder.mayBeAnswered(packet));
    builder.unknownProtocol(packet, answer);
    assertEquals(4, answer.icmp().type());
    assertEquals(1, answer.icmp().code());
    assertEquals(6, answer.icmp().mtu());

    MemorySegment options = MemorySegment.ofArray(new byte[] {0, 0, 1, 4, 0, 0, 0, 0});
    frames.into(packet).ethernet(PEER, VM).ipv6(HIGH, 1, HIGH, 2, 64);
    frames.extension(Protocol.HOP_BY_HOP, options, 0, 8);
    frames.extension(Protocol.DESTINATION_OPTIONS, options, 0, 8).protocol(47).room(8);
    frames.finish();
    builder.unknownProtocol(packet, answer);
    assertEquals(48, answer.icmp().mtu());
    long named = answer.start() + (long) answer.payloadOffset() + 48;
    assertEquals(47, Bytes.u8(answer.memory(), named));
  }

  @Test
  void anEchoComesBack() {
    MemorySegment data = MemorySegment.ofArray("abcdefg".getBytes());
    frames.into(packet).ethernet(PEER, VM).vlan(5).ipv4(0x0a000001, 0x0a000002, 9);
    frames.icmp(IcmpHeader.ECHO_REQUEST, 0, 0x1234_fffe).payload(data, 0, 7).finish();
    packet.seal(false);
    assertTrue(RefusalBuilder.isEchoRequest(packet));
    assertTrue(RefusalBuilder.isIntact(packet));
    builder.echo(packet, answer);
    answer.seal(false);
    assertTrue(answer.isTransportChecksumRight());
    assertEquals(VM, answer.ethernet().destination());
    assertEquals(PEER, answer.ethernet().source());
    assertEquals(5, answer.vlanId());
    assertEquals(0x0a000002, answer.ipv4().source());
    assertEquals(0x0a000001, answer.ipv4().destination());
    assertEquals(IcmpHeader.ECHO_REPLY, answer.icmp().type());
    assertEquals(0x1234, answer.icmp().identifier());
    assertEquals(0xfffe, answer.icmp().sequenceNumber());
    assertEquals(7, answer.payloadLength());
    assertEquals('g', Bytes.u8(answer.memory(), answer.start() + answer.payloadOffset() + 6L));

    frames.into(packet).ethernet(PEER, VM).ipv6(HIGH, 1, HIGH, 2, 64);
    frames.icmp(IcmpHeader.V6_ECHO_REQUEST, 0, 7).finish();
    assertTrue(RefusalBuilder.isEchoRequest(packet));
    builder.echo(packet, answer);
    assertEquals(IcmpHeader.V6_ECHO_REPLY, answer.icmp().type());
    assertEquals(7, answer.icmp().sequenceNumber());
    assertEquals(2, answer.ipv6().sourceLow());
  }

  @Test
  void noEchoOfWhatMayNotBeAnswered() {
    frames.into(packet).ethernet(EthernetHeader.BROADCAST, VM).ipv4(0x0a000001, 0x0a0000ff, 9);
    frames.icmp(IcmpHeader.ECHO_REQUEST, 0, 1).finish();
    assertFalse(RefusalBuilder.isEchoRequest(packet));
    frames.into(packet).ethernet(PEER, VM).ipv4(0x0a000001, 0x0a000002, 9).fragment(0, true, 4);
    frames.icmp(IcmpHeader.ECHO_REQUEST, 0, 1).finish();
    assertFalse(RefusalBuilder.isEchoRequest(packet), "its data is not all here");
    frames.into(packet).ethernet(PEER, VM).ipv4(0x0a000001, 0x0a000002, 9);
    frames.icmp(IcmpHeader.ECHO_REPLY, 0, 1).finish();
    assertFalse(RefusalBuilder.isEchoRequest(packet));
  }
}
