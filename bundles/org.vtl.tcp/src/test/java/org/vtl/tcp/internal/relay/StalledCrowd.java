package org.vtl.tcp.internal.relay;

import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;

/**
 * Connections of one VM, from port 10,000 on, to a peer that takes nothing: its window is closed,
 * and the VM sends all that VTL lets it.
 */
final class StalledCrowd implements AutoCloseable {
  /** The VM's, 10.0.0.3. */
  static final long ADDRESS = 0x0a00_0003L;

  private static final int FIRST_PORT = 10_000;
  private static final int PART = 16_000;

  private final MemoryPort vmPort;
  private final MemoryPort networkPort;
  private final Runnable turn;
  private final PacketPool pool = new PacketPool(1);
  private final Packet packet = pool.acquire();
  private int count;

  /** Between these ports; {@code turn} has the engine work and takes what it sends. */
  StalledCrowd(MemoryPort vmPort, MemoryPort networkPort, Runnable turn) {
    this.vmPort = vmPort;
    this.networkPort = networkPort;
    this.turn = turn;
  }

  private static Frames vm(int port) {
    return Frames.tcp().from("10.0.0.3:" + port);
  }

  /** Makes so many connections more. */
  void connect(int more) {
    for (int port = FIRST_PORT + count; port < FIRST_PORT + count + more; port++) {
      Frames peer =
          Frames.tcp()
              .from("10.0.0.2:80")
              .to("10.0.0.3:" + port)
              .macs("02:00:00:00:00:02", "02:00:00:00:00:01");
      vmPort.deliver(vm(port).syn().mss(1460).build(packet));
      turn.run();
      networkPort.deliver(peer.syn().mss(1460).ack(1).window(0).build(packet));
      turn.run();
      vmPort.deliver(vm(port).seq(1).ack(1).build(packet));
      turn.run();
    }
    count += more;
  }

  /** One more begins from {@code port}, and hears nothing of the peer. */
  void ask(int port) {
    vmPort.deliver(vm(port).syn().mss(1460).build(packet));
    turn.run();
  }

  /** Each sends {@code parts} of 16,000 bytes. */
  void send(int parts) {
    for (int port = FIRST_PORT; port < FIRST_PORT + count; port++) {
      for (int part = 0; part < parts; part++) {
        vmPort.deliver(vm(port).seq(1L + part * PART).ack(1).payload(PART).build(packet));
        turn.run();
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
