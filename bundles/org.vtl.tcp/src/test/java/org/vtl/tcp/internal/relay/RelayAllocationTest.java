package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;

class RelayAllocationTest {
  private static final int PAYLOAD = 1_000;
  private static final String MAC_VM = "02:00:00:00:00:01";
  private static final String MAC_PEER = "02:00:00:00:00:02";

  @Test
  void aSegmentThroughASplitAllocatesNothing() {
    SplitOptions options = new SplitOptions("test", SideOptions.DEFAULT, SideOptions.DEFAULT);
    try (RelayRig rig = new RelayRig(1);
        PacketPool pool = new PacketPool(3)) {
      rig.add(new RelayRig.Decider((packet, of) -> rig.tcp.split(packet, of, options)));
      Packet data = pool.acquire();
      Packet acknowledgment = pool.acquire();
      Packet out = pool.acquire();
      give(rig, true, Frames.tcp().syn().seq(999).mss(1460).windowScale(7).build(data));
      give(rig, false, back().syn().seq(8_999).ack(1_000).mss(1460).windowScale(7).build(data));
      give(rig, true, Frames.tcp().seq(1_000).ack(9_000).build(data));
      rig.vmPort.clear();
      rig.networkPort.clear();
      Frames.tcp().seq(1_000).ack(9_000).payload("x".repeat(PAYLOAD)).build(data);
      back().seq(9_000).ack(1_000).window(60_000).build(acknowledgment);
      int[] next = {1_000};
      long[] sent = new long[2];
      Runnable exchange =
          () -> {
            number(data, next[0], 9_000);
            next[0] += PAYLOAD;
            give(rig, true, data);
            number(acknowledgment, 9_000, next[0]);
            give(rig, false, acknowledgment);
            rig.clock.advance(RelayRig.MILLI);
            rig.engine.step();
            while (rig.networkPort.sent(out)) {
              sent[0] += out.payloadLength();
            }
            while (rig.vmPort.sent(out)) {
              sent[1] += out.isTcp() && out.tcp().acknowledgmentNumber() == next[0] ? 1 : 0;
            }
          };
      AllocationProbe.assertNone(5_000, exchange);
      assertEquals(next[0] - 1_000, sent[0], "bytes to the peer");
      assertTrue(sent[1] >= (next[0] - 1_000) / PAYLOAD / 2, "acknowledgments to the VM");
    }
  }

  private static Frames back() {
    return Frames.tcp().from("10.0.0.2:80").to("10.0.0.1:5555").macs(MAC_PEER, MAC_VM);
  }

  private static void number(Packet packet, int sequence, int acknowledgment) {
    TcpHeader tcp = packet.tcp();
    tcp.setSequenceNumber(sequence);
    tcp.setAcknowledgmentNumber(acknowledgment);
    packet.seal(false);
  }

  private static void give(RelayRig rig, boolean fromVm, Packet frame) {
    (fromVm ? rig.vmPort : rig.networkPort).deliver(frame);
    while (rig.engine.step() > 0) {
      // until nothing is left to do
    }
  }
}
