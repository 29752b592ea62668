package org.vtl.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;

class MemoryPortTest {
  private final PacketPool pool = new PacketPool(3);
  private final Packet packet = pool.acquire();
  private final PacketBatch batch = new PacketBatch(2);
  private final MemoryPortProvider provider = new MemoryPortProvider();
  private int wakes;
  private final PortContext context =
      new PortContext() {
        @Override
        public String link() {
          return "link";
        }

        @Override
        public void wake() {
          wakes++;
        }
      };

  MemoryPortTest() {
    batch.add(pool.acquire());
    batch.add(pool.acquire());
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void carriesFramesWithTheirOffloads() throws Exception {
    PacketPort port = provider.open(PortAddress.parse("memory:vm1"), context);
    MemoryPort side = provider.port("vm1");
    for (int i = 0; i < 3; i++) {
      assertTrue(side.deliver(Frames.udp().payload(100 + i).segmentSize(50).build(packet)));
    }
    assertEquals(3, wakes);
    assertEquals(2, port.poll(batch));
    PacketAssert.that(batch.get(0)).payloadLength(100).segmentSize(50);
    PacketAssert.that(batch.get(1)).payloadLength(101);
    assertEquals(1, port.poll(batch));
    assertEquals(0, port.poll(batch));
    Frames.udp().payload("out").build(batch.get(0));
    Frames.udp().payload(9000).segmentSize(100).build(batch.get(1));
    assertEquals(2, port.transmit(batch));
    assertTrue(side.sent(packet));
    PacketAssert.that(packet).payload("out");
    assertTrue(side.sent(packet, 1000));
    PacketAssert.that(packet).segmentSize(100);
    assertFalse(side.sent(packet));
    assertFalse(side.sent(packet, 1));
    assertEquals(3, port.statistics().receivedFrames());
    assertEquals(2, port.statistics().transmittedFrames());
    port.close();
    assertFalse(side.isOpen());
    assertTrue(side.deliver(packet), "a closed port's device still receives");
  }

  @Test
  void refusesWhatItCannotCarry() throws Exception {
    PacketPort port = provider.open(PortAddress.parse("memory:a?offloads=none&mtu=1000"), context);
    assertEquals(Offloads.NONE, port.offloads());
    Frames.udp().payload(972).build(batch.get(0));
    Frames.udp().payload(973).build(batch.get(1));
    assertEquals(2, port.transmit(batch));
    assertEquals(1, port.statistics().refusedFrames());
    Frames.udp().payload(10).partialChecksum().build(batch.get(0));
    Frames.tcp().payload(10).segmentSize(5).build(batch.get(1));
    assertEquals(2, port.transmit(batch));
    assertEquals(3, port.statistics().refusedFrames());
    assertEquals(1, provider.port("a").sentCount());
  }

  @Test
  void failsAndRecoversAndRunsOutOfRoom() throws Exception {
    PacketPort port = provider.open(PortAddress.parse("memory:a"), context);
    MemoryPort side = provider.port("a");
    Frames.udp().build(batch.get(0));
    Frames.udp().build(batch.get(1));
    side.limit(1);
    assertEquals(1, port.transmit(batch));
    assertEquals(0, port.transmit(batch));
    side.limit(Integer.MAX_VALUE);
    assertEquals(2, port.transmit(batch));
    side.fail("the cable is out");
    assertThrows(PortException.class, () -> port.poll(batch));
    PortException e = assertThrows(PortException.class, () -> port.transmit(batch));
    assertEquals("Port memory:a failed: the cable is out.", e.getMessage());
    port.close();
    assertThrows(PortException.class, () -> open("memory:a"));
    side.recover();
    open("memory:a");
    assertThrows(PortException.class, () -> open("memory:a"), "open twice");
    provider.setAbsent("b", true);
    assertThrows(PortException.class, () -> open("memory:b"));
    provider.setAbsent("b", false);
    open("memory:b");
    assertThrows(IllegalArgumentException.class, () -> open("memory:b?speed=9"));
  }

  private void open(String address) throws PortException {
    provider.open(PortAddress.parse(address), context);
  }

  @Test
  void endsWhenExhausted() throws Exception {
    MemoryPort port = new MemoryPort("file");
    port.deliver(Frames.udp().build(packet));
    port.exhaust();
    assertFalse(port.isExhausted());
    assertEquals(1, port.poll(batch));
    assertTrue(port.isExhausted());
  }

  @Test
  void countsWhatItMissed() {
    MemoryPort port = new MemoryPort("full");
    Frames.udp().build(packet);
    for (int i = 0; i < MemoryPort.CAPACITY; i++) {
      assertTrue(port.deliver(packet));
    }
    assertFalse(port.deliver(packet));
    assertEquals(1, port.statistics().missedFrames());
    assertEquals(MemoryPort.CAPACITY, port.waitingCount());
    port.clear();
    assertEquals(0, port.waitingCount());
  }

  @Test
  void allocatesNothing() {
    MemoryPort port = new MemoryPort("hot");
    Frames.udp().payload(100).build(packet);
    Frames.udp().build(batch.get(1));
    AllocationProbe.assertNone(
        5_000,
        () -> {
          try {
            port.deliver(packet);
            port.poll(batch);
            port.transmit(batch);
            port.sent(packet);
            port.sent(packet);
          } catch (PortException e) {
            throw new AssertionError(e);
          }
        });
  }
}
