package org.vtl.core.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Direction;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.testkit.Frames;

/** Who has begun a conversation, and what belongs to it: whoever filters by that relies on it. */
class OpenersTest implements ConnectionTable.Listener {
  private static final String VM = "10.0.0.1";
  private static final String PEER = "10.0.0.2";

  private final ConnectionTable table = new ConnectionTable(new TrackerTarget(), 16, 1, 1, 1, this);
  private final PacketPool pool = new PacketPool(1);
  private final Packet packet = pool.acquire();

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void anEchoReplyAloneBeginsNothing() {
    assertNull(inbound(reply(7).from(PEER).to(VM)));
    assertTrue(table.isInvalid());
    TrackedConnection asked = outbound(Frames.echo(7, 1).from(VM).to(PEER));
    assertSame(asked, inbound(reply(7).from(PEER).to(VM)));
    assertFalse(table.isInvalid());
  }

  @Test
  void bothEndsMayAskWithTheSameIdentifier() {
    TrackedConnection vm = outbound(Frames.echo(7, 1).from(VM).to(PEER));
    TrackedConnection peer = inbound(Frames.echo(7, 1).from(PEER).to(VM));
    assertNotSame(vm, peer);
    assertEquals(Direction.INBOUND, peer.opener());
    assertSame(peer, outbound(reply(7).from(VM).to(PEER)));
    assertSame(vm, inbound(reply(7).from(PEER).to(VM)));
    table.close(vm);
    assertSame(peer, inbound(Frames.echo(7, 2).from(PEER).to(VM)));
    assertNull(inbound(reply(7).from(PEER).to(VM)));
  }

  @Test
  void anErrorAboutAnEchoBelongsToWhoAsked() {
    TrackedConnection peer = inbound(Frames.echo(7, 1).from(PEER).to(VM));
    TrackedConnection vm = outbound(Frames.echo(7, 1).from(VM).to(PEER));
    byte[] asked = datagram();
    assertSame(vm, inbound(error(asked).from("10.9.9.9").to(VM)));
    outbound(reply(7).from(VM).to(PEER));
    assertSame(peer, inbound(error(datagram()).from("10.9.9.9").to(VM)));
  }

  @Test
  void anErrorGoesToWhoSentWhatItQuotes() {
    TrackedConnection udp = outbound(Frames.udp().from(VM + ":1000").to(PEER + ":2000"));
    byte[] sent = datagram();
    assertSame(udp, inbound(error(sent).from("10.9.9.9").to(VM)));
    assertNull(inbound(error(sent).from("10.9.9.9").to("10.0.0.77")));
    assertTrue(table.isInvalid());
  }

  @Test
  void aConnectionReopenedByItsAnswerIsTheOneWhoAskedFor() {
    outbound(tcp().seq(1_000).syn());
    inbound(answer().seq(5_000).ack(1_001).syn());
    TrackedConnection first = outbound(tcp().seq(1_001).ack(5_001));
    long old = first.id();
    outbound(tcp().seq(900_000).syn());
    TrackedConnection second = inbound(answer().seq(7_000).ack(900_001).syn());
    assertTrue(second.id() > old);
    assertEquals(Direction.OUTBOUND, second.opener());
    outbound(tcp().seq(900_001).ack(7_001));
    assertTrue(second.isEstablished());
  }

  private static Frames tcp() {
    return Frames.tcp().from(VM + ":1000").to(PEER + ":80");
  }

  private static Frames answer() {
    return Frames.tcp().from(PEER + ":80").to(VM + ":1000");
  }

  private static Frames reply(int identifier) {
    return Frames.icmp(IcmpHeader.ECHO_REPLY, 0).rest(identifier << 16);
  }

  private static Frames error(byte[] about) {
    return Frames.icmp(IcmpHeader.DESTINATION_UNREACHABLE, 1).payload(about);
  }

  /** The datagram tracked last. */
  private byte[] datagram() {
    return packet
        .memory()
        .asSlice(packet.start() + 14L, packet.length() - 14L)
        .toArray(ValueLayout.JAVA_BYTE);
  }

  private TrackedConnection outbound(Frames frames) {
    return table.track(frames.build(packet), Direction.OUTBOUND, 0);
  }

  private TrackedConnection inbound(Frames frames) {
    return table.track(frames.build(packet), Direction.INBOUND, 0);
  }

  @Override
  public void opened(TrackedConnection connection) {}

  @Override
  public void catchUp(TrackedConnection connection) {}

  @Override
  public void closing(TrackedConnection connection) {}
}
