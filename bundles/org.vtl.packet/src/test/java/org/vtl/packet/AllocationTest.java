package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.vtl.packet.pcapng.PcapngWriter;

/** What runs per packet allocates nothing. */
class AllocationTest {
  private static final int WARM_UP = 20_000;
  private static final int RUNS = 10_000;

  private final MemorySegment payload = MemorySegment.ofArray(new byte[3000]);
  private final PacketBuilder builder = new PacketBuilder();
  private final Segmenter segmenter = new Segmenter();
  private final PacketBatch batch = new PacketBatch(2);
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(100_000);
  private final PcapngWriter writer = new PcapngWriter(buffer);
  private long consumed;

  @Test
  void parseViewsSealBuildSegmentAndCapture() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (PacketPool pool = new PacketPool(2)) {
      for (int i = 0; i < WARM_UP; i++) {
        packet(pool, i);
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < RUNS; i++) {
        packet(pool, i);
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      // What the probe itself allocates is far below a byte per packet.
      assertEquals(0, allocated / RUNS, allocated + " bytes in " + RUNS + " runs");
    }
  }

  private void packet(PacketPool pool, int i) {
    Packet packet = pool.acquire();
    builder.into(packet).ethernet(1, 2).vlan(3);
    if ((i & 1) == 0) {
      builder.ipv4(i, 5, 64, i, true).trafficClass(1);
    } else {
      builder.ipv6(1, 2, 3, i, 64).flowLabel(7);
    }
    builder.tcp(1, 2, i, 4, TcpHeader.ACK | TcpHeader.PSH, 5).timestamps(i, 7).sackBlock(8, i);
    builder.payload(payload, 0, 2800).finish().setSegmentSize(1400);
    packet.tcp().setSequenceNumber(packet.tcp().sequenceNumber() + 1);
    packet.tcp().setTimestamps(1, packet.tcp().timestampEcho());
    packet.tcp().setSackBlock(0, packet.tcp().sackLeft(0), 5);
    packet.tcp().eraseOption(TcpOption.SACK);
    consumed += packet.sourceLow() + packet.destinationHigh() + packet.vlanKey();
    packet.replacePayload(7, 3, payload, 1, 10);
    packet.seal(true);
    Packet segment = pool.acquire();
    if (segmenter.begin(packet, 1400)) {
      while (segmenter.next(segment)) {
        consumed += segment.tcp().endSequence();
      }
    }
    segment.copyOf(packet);
    segment.seal(false);
    batch.add(segment);
    batch.removeFirst(1);
    buffer.clear();
    writer.packet(0, i, segment.memory(), segment.start(), 100, segment.length(), 1, 2, null);
    pool.release(segment);
    pool.release(packet);
  }
}
