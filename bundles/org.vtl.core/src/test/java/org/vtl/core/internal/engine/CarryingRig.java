package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.LinkInfo;

/** A {@link Rig} whose ports can have connections carried past VTL, and soon do. */
final class CarryingRig extends Rig {
  /** Packets of a connection, in one direction, that VTL sees first. */
  static final int BEFORE = 4;

  CarryingRig(Object... keysAndValues) {
    super(withCarrying(keysAndValues));
  }

  private static Object[] withCarrying(Object... keysAndValues) {
    List<Object> all = new ArrayList<>(List.of("vm.port", "memory:vm?carry=yes"));
    all.addAll(List.of("offload.packets", BEFORE));
    all.addAll(List.of(keysAndValues));
    return all.toArray();
  }

  /** Has the connection of {@link Rig#udp} be carried. */
  void carryUdp() {
    for (int i = 0; i < BEFORE; i++) {
      fromVm(udp("a"));
      fromNetwork(udpBack("b"));
    }
    vm.clear();
    net.clear();
    assertEquals("kernel", path());
  }

  void carryTcp() {
    handshake();
    for (int i = 0; i < BEFORE; i++) {
      fromNetwork(tcpBack().seq(9000).ack(1000).timestamps(71, 51).window(400));
    }
    vm.clear();
    assertEquals("kernel", path());
  }

  /** The only connection. */
  ConnectionInfo connection() {
    List<ConnectionInfo> all = connections("");
    assertEquals(1, all.size());
    return all.getFirst();
  }

  /** By whom the only connection is carried. */
  String path() {
    return connection().path();
  }

  LinkInfo linkInfo() {
    return engine.runtime().links().getFirst();
  }

  /** Whether the next datagram of the VM comes to VTL; it is sent on in any case. */
  boolean comesToVtl() {
    long before = vm.statistics().receivedFrames();
    fromVm(udp("x"));
    assertEquals(List.of("x"), payloadsToNetwork());
    return vm.statistics().receivedFrames() > before;
  }
}
