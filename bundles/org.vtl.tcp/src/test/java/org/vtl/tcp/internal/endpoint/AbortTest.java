package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.TcpState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.congestion.CongestionControls;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.tcp.internal.stream.ChunkPool;
import org.vtl.testkit.Frames;

/** The end of an endpoint: RSTs that get out, and a closed port behind them. */
class AbortTest implements EndpointListener {
  private static final long MILLISECOND = 1_000_000;

  private final ChunkPool chunks = new ChunkPool(1 << 20);
  private final PacketPool packets = new PacketPool(1);
  private final Packet packet = packets.acquire();
  private final DirectWire wire = new DirectWire();
  private final TcpEndpoint endpoint = new TcpEndpoint();
  private final EndpointSettings settings = new EndpointSettings();
  private final ByteStream incoming = new ByteStream();
  private final ByteStream outgoing = new ByteStream();
  private long now = 1_000_000_000L;
  private Closing closing;

  @BeforeEach
  void open() {
    settings.control = CongestionControls.named("reno");
    incoming.begin(chunks.share(), 65_536, 65_536);
    outgoing.begin(chunks.share(), 65_536, 65_536);
    endpoint.open(settings, wire, incoming, outgoing, this);
    endpoint.hear(Frames.tcp().seq(100).syn().mss(1000).build(packet), now);
  }

  @AfterEach
  void close() {
    endpoint.close();
    incoming.clear();
    outgoing.clear();
    wire.close();
    packets.close();
    chunks.close();
  }

  @Override
  public void established(TcpEndpoint e, long now) {}

  @Override
  public void received(TcpEndpoint e, long now) {}

  @Override
  public void acknowledged(TcpEndpoint e, long now) {}

  @Override
  public void closed(TcpEndpoint e, Closing why, long now) {
    assertNull(closing, "told twice");
    closing = why;
  }

  private void establish() {
    endpoint.answer(500, now);
    endpoint.receive(Frames.tcp().seq(101).ack(501).build(packet), now);
    assertEquals(TcpState.ESTABLISHED, endpoint.state());
    wire.deliver(null, now);
  }

  private void assertReset(int flags, int sequence, int acknowledgment) {
    assertEquals(1, wire.count());
    TcpHeader tcp = wire.next().tcp();
    assertEquals(flags, tcp.flags());
    assertEquals(sequence, tcp.sequenceNumber());
    assertEquals(acknowledgment, tcp.acknowledgmentNumber());
    wire.done();
  }

  @Test
  void aResetWaitsForAPacketAndThenItIsClosed() {
    establish();
    wire.starved = true;
    endpoint.abort(now);
    assertEquals(TcpState.CLOSED, endpoint.state());
    assertNull(closing, "its RST is not out");
    assertEquals(now + MILLISECOND, endpoint.nextDeadline());
    now += MILLISECOND;
    endpoint.expire(now);
    wire.starved = false;
    now += MILLISECOND;
    endpoint.expire(now);
    assertReset(TcpHeader.RST | TcpHeader.ACK, 501, 101);
    assertEquals(Closing.ABORTED, closing);
    assertEquals(Long.MAX_VALUE, endpoint.nextDeadline());
  }

  @Test
  void aResetIsNotTriedForEver() {
    establish();
    wire.starved = true;
    endpoint.abort(now);
    for (int i = 0; i < 2_000 && closing == null; i++) {
      now += MILLISECOND;
      endpoint.expire(now);
    }
    assertEquals(Closing.ABORTED, closing);
    assertEquals(Long.MAX_VALUE, endpoint.nextDeadline());
  }

  @Test
  void whoMissedTheResetHearsAnother() { // RFC 9293 section 3.10.7.1
    establish();
    endpoint.abort(now);
    wire.done();
    endpoint.receive(Frames.tcp().seq(101).ack(490).payload(10).build(packet), now);
    assertReset(TcpHeader.RST, 490, 0);
    endpoint.receive(Frames.tcp().seq(101).ack(490).rst().build(packet), now);
    assertEquals(0, wire.count());
  }

  @Test
  void aRefusedSynIsAnsweredAsByAClosedPort() {
    endpoint.refuse(now);
    assertReset(TcpHeader.RST | TcpHeader.ACK, 0, 101);
    assertEquals(Closing.ABORTED, closing);
  }

  @Test
  void anAbortedSynIsAnsweredByNothing() {
    endpoint.abort(now);
    assertEquals(0, wire.count());
    assertEquals(Closing.ABORTED, closing);
  }

  @Test
  void aHandshakeThatNeverFindsAPacketEnds() {
    wire.starved = true;
    endpoint.answer(500, now);
    for (int i = 0; i < 200 && closing == null; i++) {
      now += 1_000 * MILLISECOND;
      endpoint.expire(now);
    }
    assertEquals(Closing.TIMED_OUT, closing);
  }

  @Test
  void afterCloseNothingHappens() {
    establish();
    outgoing.advance(outgoing.write(0, packet.memory(), 0, 100));
    endpoint.close();
    endpoint.expire(now + 1_000_000 * MILLISECOND);
    endpoint.pump(now);
    endpoint.abort(now);
    assertTrue(endpoint.receive(Frames.tcp().seq(101).ack(501).build(packet), now));
    assertEquals(0, wire.count());
    assertNull(closing);
  }
}
