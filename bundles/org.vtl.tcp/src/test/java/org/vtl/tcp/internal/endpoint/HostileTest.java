package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vtl.connection.TcpState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.congestion.CongestionControls;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.tcp.internal.stream.ChunkPool;
import org.vtl.testkit.FrameMutator;
import org.vtl.testkit.Frames;

/**
 * Segments made to break an endpoint, in each of its states: nothing is thrown, nothing grows, and
 * what it holds stays consistent.
 */
class HostileTest implements EndpointListener {
  private static final int FRAMES = 30_000;
  private static final int OWN = -2_000;
  private static final int OTHER = -70_000;
  private static final long CAPACITY = 128 << 10;

  private final ChunkPool chunks = new ChunkPool(4 << 20);
  private final PacketPool packets = new PacketPool(2);
  private final Packet packet = packets.acquire();
  private final DirectWire wire = new DirectWire();
  private final TcpEndpoint endpoint = new TcpEndpoint();
  private final EndpointSettings settings = new EndpointSettings();
  private final ByteStream incoming = new ByteStream();
  private final ByteStream outgoing = new ByteStream();
  private final SplittableRandom random = new SplittableRandom(7);
  private final Packet syn = packets.acquire();
  private long now = 1_000_000_000L;
  private boolean closed;

  @AfterEach
  void close() {
    endpoint.close();
    incoming.clear();
    outgoing.clear();
    assertEquals(0, chunks.used());
    wire.close();
    chunks.close();
    packets.release(packet);
    packets.release(syn);
    packets.close();
  }

  @Override
  public void established(TcpEndpoint e, long now) {}

  @Override
  public void received(TcpEndpoint e, long now) {
    incoming.release(incoming.start() + random.nextLong(incoming.end() - incoming.start() + 1));
    e.pump(now);
  }

  @Override
  public void acknowledged(TcpEndpoint e, long now) {}

  @Override
  public void closed(TcpEndpoint e, Closing why, long now) {
    closed = true;
  }

  private Frames frame(int sequence, int acknowledgment) {
    return Frames.tcp()
        .seq(sequence & 0xffff_ffffL)
        .ack(acknowledgment & 0xffff_ffffL)
        .timestamps(500, 0);
  }

  /** Brings the endpoint into {@code state}, with data in flight. */
  private void enter(TcpState state) {
    endpoint.close();
    incoming.clear();
    outgoing.clear();
    wire.deliver(null, now);
    settings.control = CongestionControls.named(random.nextBoolean() ? "cubic" : "reno");
    incoming.begin(chunks.share(), CAPACITY, 64 << 10);
    outgoing.begin(chunks.share(), CAPACITY, 64 << 10);
    endpoint.open(settings, wire, incoming, outgoing, this);
    closed = false;
    if (state == TcpState.SYN_SENT) {
      endpoint.connect(OWN, now);
      return;
    }
    Frames frames = Frames.tcp().seq(OTHER & 0xffff_ffffL).syn().mss(1460).windowScale(7);
    endpoint.hear(frames.sackPermitted().timestamps(400, 0).build(syn), now);
    if (state == TcpState.LISTEN) {
      return; // heard, and not answered
    }
    endpoint.answer(OWN, now);
    if (state == TcpState.SYN_RECEIVED) {
      return;
    }
    boolean peerFirst = state == TcpState.CLOSE_WAIT || state == TcpState.LAST_ACK;
    receive(frame(OTHER + 1, OWN + 1).payload(5_000));
    outgoing.advance(outgoing.write(0, packet.memory(), 0, 20_000));
    endpoint.pump(now);
    if (peerFirst) {
      receive(frame(OTHER + 5_001, OWN + 1).fin());
    }
    if (state != TcpState.ESTABLISHED && state != TcpState.CLOSE_WAIT) {
      outgoing.finish();
      endpoint.pump(now);
      for (int i = 0; i < 100 && endpoint.sendNext() != OWN + 20_002; i++) {
        receive(frame(OTHER + 5_001 + (peerFirst ? 1 : 0), endpoint.sendNext()));
        pass(50_000_000);
      }
    }
    switch (state) {
      case FIN_WAIT_2 -> receive(frame(OTHER + 5_001, OWN + 20_002));
      case CLOSING -> receive(frame(OTHER + 5_001, OWN + 20_001).fin());
      case TIME_WAIT -> receive(frame(OTHER + 5_001, OWN + 20_002).fin());
      default -> {}
    }
    assertEquals(state, endpoint.state());
  }

  private void receive(Frames frames) {
    endpoint.receive(frames.build(packet), now);
    wire.deliver(null, now);
  }

  private void pass(long nanos) {
    now += nanos;
    endpoint.expire(now);
    wire.deliver(null, now);
  }

  /** Mutants of plausible segments, numbers mostly near those that matter, checksums right. */
  @ParameterizedTest
  @EnumSource(names = "CLOSED", mode = EnumSource.Mode.EXCLUDE)
  void everyState(TcpState state) {
    enter(state);
    FrameMutator mutator = new FrameMutator(state.ordinal());
    int[] flags = {
      TcpHeader.ACK,
      TcpHeader.ACK | TcpHeader.FIN,
      TcpHeader.SYN,
      TcpHeader.SYN | TcpHeader.ACK,
      TcpHeader.RST,
      TcpHeader.ACK | TcpHeader.URG | TcpHeader.ECE | TcpHeader.CWR,
      0x1ff,
      0
    };
    for (int flag : flags) {
      mutator.add(frame(1, 1).flags(flag).sack(10, 20).sack(40, 60).payload(300).build(packet));
      mutator.add(frame(1, 1).flags(flag).payload(40_000).segmentSize(1400).build(packet));
      mutator.add(frame(1, 1).flags(flag).build(packet));
    }
    long entered = 0;
    for (int i = 0; i < FRAMES; i++) {
      if (closed || i - entered > 2_000) {
        enter(state);
        entered = i;
      }
      mutator.next(packet);
      if (packet.isTcp() && random.nextInt(8) != 0) {
        aim(packet);
      }
      try {
        endpoint.receive(packet, now);
        wire.deliver(null, now);
        if (random.nextInt(4) == 0) {
          pass(random.nextLong(1L << random.nextInt(1, 38)));
        }
        check();
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(state + ", frame " + mutator.round(), e);
      }
    }
  }

  private void aim(Packet packet) {
    TcpHeader tcp = packet.tcp();
    tcp.setSequenceNumber(endpoint.receiveNext() + near());
    tcp.setAcknowledgmentNumber(
        (random.nextBoolean() ? endpoint.sendNext() : endpoint.sendUnacknowledged()) + near());
    for (int i = 0; i < tcp.sackBlocks(); i++) {
      int left = endpoint.sendUnacknowledged() + near();
      tcp.setSackBlock(i, left, left + near());
    }
    if (tcp.hasTimestamps()) {
      tcp.setTimestamps(endpoint.recentTimestamp() + near() / 100, endpoint.timestamp(now));
    }
    packet.seal(false);
  }

  private int near() {
    return switch (random.nextInt(4)) {
      case 0 -> 0;
      case 1 -> random.nextInt(-2, 3);
      case 2 -> random.nextInt(-70_000, 70_000);
      default -> random.nextInt();
    };
  }

  private void check() {
    assertTrue(chunks.used() <= 2 * CAPACITY + 4 * ChunkPool.CHUNK);
    assertTrue(incoming.end() - incoming.start() <= incoming.capacity());
    assertTrue(!Seq.after(endpoint.sendUnacknowledged(), endpoint.sendNext()) || closed);
    assertTrue(endpoint.nextDeadline() >= 0);
  }
}
