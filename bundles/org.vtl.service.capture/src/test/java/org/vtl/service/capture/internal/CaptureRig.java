package org.vtl.service.capture.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Address;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.PacketPool;
import org.vtl.packet.TcpHeader;
import org.vtl.service.TapPoint;
import org.vtl.service.TapPoint.Kind;
import org.vtl.testkit.VirtualClock;

/** A capture whose writer the test turns, with packets to show it. */
final class CaptureRig implements AutoCloseable {
  static final TapPoint ARRIVAL = new TapPoint(Kind.ARRIVAL, "lab", "core");
  static final TapPoint DEPARTURE = new TapPoint(Kind.DEPARTURE, "lab", "core");
  static final TapPoint DROP = new TapPoint(Kind.DROP, "lab", "firewall");
  static final TapPoint SERVICE = new TapPoint(Kind.SERVICE, "lab", "nat");

  /** The wall clock at the start. */
  static final Instant START = Instant.ofEpochSecond(1_800_000_000L, 123_456_789);

  final VirtualClock clock = new VirtualClock();
  final TestDisk disk = new TestDisk();
  final PacketRing ring;
  final CaptureTap tap;
  final CaptureWriter writer;
  final CaptureSpec spec;
  boolean full;

  private final PacketPool pool = new PacketPool(4);
  private final PacketBuilder builder = new PacketBuilder();
  private final MemorySegment bytes = MemorySegment.ofArray(new byte[65_000]);

  CaptureRig(Path folder, CaptureOptions options) throws IOException {
    spec = CaptureSpec.of("test", options, folder);
    ring = new PacketRing(spec.bufferBytes());
    tap = new CaptureTap(spec.stages(), spec.filter(), spec.snapBytes(), ring, clock);
    writer = new CaptureWriter(spec, tap, ring, disk, clock, START, () -> full = true);
    for (int i = 0; i < 65_000; i++) {
      bytes.set(java.lang.foreign.ValueLayout.JAVA_BYTE, i, (byte) (i * 31));
    }
  }

  static CaptureOptions options(String... words) {
    return CaptureOptions.parse(java.util.List.of(words));
  }

  /** A TCP segment from the VM, its checksum not yet made. */
  Packet segment(int payload) {
    return builder
        .into(acquire())
        .ethernet(0x02_00_00_00_00_02L, 0x02_00_00_00_00_01L)
        .ipv4(Address.parseIpv4("10.0.0.1"), Address.parseIpv4("10.0.0.2"), 64)
        .tcp(40_000, 80, 1, 1, TcpHeader.ACK, 1000)
        .payload(bytes, 0, payload)
        .finish();
  }

  /** The same, ready to be sent. */
  Packet sealed(int payload) {
    Packet packet = segment(payload);
    packet.seal(false);
    return packet;
  }

  Packet datagram(int payload) {
    return builder
        .into(acquire())
        .ethernet(0x02_00_00_00_00_02L, 0x02_00_00_00_00_01L)
        .ipv6(0xfd00L << 48, 1, 0xfd00L << 48, 2, 64)
        .udp(40_000, 53)
        .payload(bytes, 0, payload)
        .finish();
  }

  private Packet acquire() {
    Packet packet = pool.acquire();
    packet.setDirection(Direction.OUTBOUND);
    return packet;
  }

  /** Shows a packet at {@code point}, and gives it back. */
  void see(TapPoint point, Packet packet, long connection) {
    tap.seen(point, packet, connection(connection), null, null);
    pool.release(packet);
  }

  void see(TapPoint point, Packet packet) {
    see(point, packet, 17);
  }

  void see(TapPoint point, Packet packet, org.vtl.service.Verdict verdict, Reason reason) {
    tap.seen(point, packet, connection(17), verdict, reason);
    pool.release(packet);
  }

  /** Ends it as a stopped capture ends. */
  void finish() {
    writer.end();
    writer.run();
  }

  static Connection connection(long id) {
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("id")) {
                return id;
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  static Reason reason(int code, String name) {
    return (Reason)
        Proxy.newProxyInstance(
            Reason.class.getClassLoader(),
            new Class<?>[] {Reason.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "code" -> code;
                  case "name" -> name;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @Override
  public void close() {
    pool.close();
    ring.close();
  }
}
