package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortException;

/**
 * Two network namespaces, and packets to send between them. IPv6 is off, which would announce
 * itself between our frames.
 */
abstract class TwoNamespaces {
  final PacketPool pool = new PacketPool(400);
  final PacketBatch batch = Frames.free(pool, 64);
  final PacketBatch one = Frames.free(pool, 1);
  Namespace here;
  Namespace there;

  @BeforeEach
  final void makeNamespaces() throws Exception {
    assumeTrue(Namespace.isAllowed(), "Network namespaces need root.");
    here = new Namespace("here");
    there = new Namespace("there");
    for (Namespace namespace : new Namespace[] {here, there}) {
      namespace.execute("sysctl -qw net.ipv6.conf.default.disable_ipv6=1");
    }
  }

  @AfterEach
  final void removeNamespaces() {
    if (here != null) {
      here.close();
      there.close();
    }
    pool.close();
  }

  static PacketPort open(Namespace namespace, String address) throws Exception {
    return namespace.run(() -> new LinuxPorts().open(PortAddress.parse(address), null));
  }

  /** Why {@code address} cannot be opened here now. */
  final String refusal(String address) {
    return assertThrows(PortException.class, () -> open(here, address)).getMessage();
  }

  /** Why it never can. */
  final String invalid(String address) {
    return assertThrows(IllegalArgumentException.class, () -> open(here, address)).getMessage();
  }

  final void assertCarries(PacketPort from, PacketPort to, int length, int number)
      throws Exception {
    Packet packet = Frames.experimental(pool, length, number);
    assertEquals(1, from.transmit(Frames.batch(packet)));
    pool.release(packet);
    assertEquals(number, Frames.awaitNumber(to, one));
    assertEquals(length, one.get(0).length());
  }

  /** Sends the frames and polls, again and again, until that makes no object. */
  final void assertAllocatesNothing(PacketPort from, PacketPort to, PacketBatch frames)
      throws PortException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    exchange(from, to, frames, 20_000);
    long allocated = Long.MAX_VALUE;
    // The compilers may still be at it in the first rounds.
    for (int round = 0; round < 10 && allocated != 0; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      exchange(from, to, frames, 5_000);
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
    }
    assertEquals(0, allocated);
    assertNotEquals(0, to.statistics().receivedFrames());
  }

  private void exchange(PacketPort from, PacketPort to, PacketBatch frames, int rounds)
      throws PortException {
    for (int i = 0; i < rounds; i++) {
      from.transmit(frames);
      to.poll(batch);
    }
  }
}
