package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.TcpState;
import org.vtl.tcp.internal.congestion.CongestionControls;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.tcp.internal.stream.ChunkPool;
import org.vtl.tcp.internal.stream.ChunkShare;
import org.vtl.testkit.AllocationProbe;

/** Neither a segment nor a connection allocates, whatever happens to them. */
class AllocationTest {
  private static final int SIZE = 30_000;

  private final ChunkPool chunks = new ChunkPool(8 << 20);
  private final ChunkShare share = chunks.share();
  private final MemorySegment bytes = MemorySegment.ofArray(new byte[SIZE]);
  private final End a = new End();
  private final End b = new End();
  private long now = 1_000_000_000L;
  private int round;

  private final class End implements EndpointListener {
    final TcpEndpoint endpoint = new TcpEndpoint();
    final EndpointSettings settings = new EndpointSettings();
    final DirectWire wire = new DirectWire();
    final ByteStream incoming = new ByteStream();
    final ByteStream outgoing = new ByteStream();
    long read;

    void open() {
      incoming.begin(share, 1 << 20, 64 << 10);
      outgoing.begin(share, 1 << 20, 64 << 10);
      endpoint.open(settings, wire, incoming, outgoing, this);
    }

    void write(int count) {
      outgoing.advance(outgoing.end() + outgoing.write(outgoing.end(), bytes, 0, count));
      endpoint.pump(now);
    }

    void clear() {
      endpoint.close();
      incoming.clear();
      outgoing.clear();
    }

    @Override
    public void established(TcpEndpoint e, long now) {}

    @Override
    public void received(TcpEndpoint e, long now) {
      read = incoming.end();
      incoming.release(incoming.end());
      e.pump(now);
    }

    @Override
    public void acknowledged(TcpEndpoint e, long now) {}

    @Override
    public void closed(TcpEndpoint e, Closing why, long now) {}
  }

  AllocationTest() {
    for (End end : new End[] {a, b}) {
      end.settings.control = CongestionControls.named("cubic");
      end.settings.timeWaitNanos = 1_000_000;
      end.wire.offload = 20_000;
    }
  }

  @AfterEach
  void close() {
    a.clear();
    b.clear();
    a.wire.close();
    b.wire.close();
    assertEquals(0, chunks.used());
    chunks.close();
  }

  private void handshake() {
    a.open();
    b.open();
    a.endpoint.connect(100, now);
    b.endpoint.hear(a.wire.next(), now);
    a.wire.done();
    b.endpoint.answer(200, now);
    exchange();
    assertEquals(TcpState.ESTABLISHED, b.endpoint.state());
  }

  private void exchange() {
    boolean more = true;
    while (more) {
      more = a.wire.deliver(b.endpoint, now);
      more |= b.wire.deliver(a.endpoint, now);
    }
  }

  private void pass(long nanos) {
    now += nanos;
    a.endpoint.expire(now);
    b.endpoint.expire(now);
    exchange();
  }

  @Test
  void dataBothWaysAllocatesNothing() {
    handshake();
    AllocationProbe.assertNone(
        10_000,
        () -> {
          a.write(SIZE);
          b.write(100);
          exchange();
          pass(1_000_000);
        });
    assertTrue(b.read > 10_000L * SIZE);
  }

  @Test
  void lossAllocatesNothing() {
    handshake();
    AllocationProbe.assertNone(
        10_000,
        () -> {
          a.write(SIZE);
          if (round++ % 3 == 0 && a.wire.next() != null) {
            a.wire.done(); // lost
          }
          exchange();
          pass(10_000_000);
        });
    assertTrue(b.read > 10_000L);
  }

  @Test
  void aConnectionAllocatesNothing() {
    AllocationProbe.assertNone(
        2_000,
        () -> {
          handshake();
          a.write(1000);
          a.outgoing.finish();
          a.endpoint.pump(now);
          exchange();
          b.outgoing.finish();
          b.endpoint.pump(now);
          exchange();
          pass(2_000_000);
          a.clear();
          b.clear();
        });
  }
}
