package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import org.vtl.connection.Connection;
import org.vtl.connection.Endpoint;
import org.vtl.io.linux.internal.FlowProgram.Way;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfGrace;
import org.vtl.io.linux.internal.bpf.BpfLink;
import org.vtl.io.linux.internal.bpf.BpfMap;
import org.vtl.io.linux.internal.bpf.BpfProgram;
import org.vtl.packet.Direction;
import org.vtl.packet.Protocol;
import org.vtl.packet.Seq;
import org.vtl.port.FlowOffload;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;

/**
 * Connections carried by the kernel between two of its interfaces, by programs at tcx (Linux 6.6).
 * All that it attaches goes with this object, or with the process.
 */
final class TcxOffload implements FlowOffload {
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  /** Sides by the direction of the packets that come in there. */
  private static final int VM = 0;

  private static final int NETWORK = 1;

  /** How long packets on their way through VTL are waited for. */
  private static final long PATIENCE_NANOS = 2_000_000_000;

  /** No packet of the flow has been seen yet: what is awaited is ahead of all that come. */
  private static final int FAR_AHEAD = 1 << 30;

  /** Numbers kept back, so that none is another flow's while a packet of the last is under way. */
  private static final int SPARE = 16;

  /** What a window may be shifted by when that is not known (RFC 7323 section 2.3). */
  private static final int LARGEST_SCALE = 14;

  /** The largest key of a single VLAN tag, and one that no tag has. */
  private static final int ONE_TAG = 0x1fff;

  private static final int NO_TAG = 0xffff;

  private final KernelSide vm;
  private final KernelSide network;
  private final int capacity;
  private final BpfGrace grace;
  private final FlowMaps maps;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment key = arena.allocate(FlowMaps.KEY_LENGTH, 8);
  private final MemorySegment value = arena.allocate(4, 4);
  private final int[] free;
  private int firstFree;
  private int freeCount;

  /** What was attached and made, the last first. */
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  private TcxOffload(KernelSide vm, KernelSide network, int capacity) throws BpfException {
    this.vm = vm;
    this.network = network;
    this.capacity = capacity;
    grace = new BpfGrace();
    try {
      maps = new FlowMaps(capacity + SPARE);
    } catch (BpfException e) {
      grace.close();
      throw e;
    }
    free = new int[capacity + SPARE];
    for (int flow = 0; flow < free.length; flow++) {
      free[flow] = flow;
    }
    freeCount = free.length;
  }

  /**
   * Joins two ports.
   *
   * @throws PortException if the kernel or one of them cannot, in a part of a sentence
   */
  static FlowOffload join(KernelSide vm, PacketPort network, int connections) throws PortException {
    if (!(network instanceof KernelSide other)) {
      throw new PortException(
          "the network's port is not packet:, the only one that the kernel carries to");
    }
    TcxOffload offload;
    try {
      offload = new TcxOffload(vm, other, connections);
    } catch (BpfException e) {
      throw new PortException(e.reason(), e);
    }
    try {
      offload.attach();
      return offload;
    } catch (BpfException e) {
      offload.close();
      throw new PortException(e.reason(), e);
    }
  }

  private void attach() throws BpfException {
    attach(vm, VM, network);
    attach(network, NETWORK, vm);
  }

  private void attach(KernelSide from, int side, KernelSide to) throws BpfException {
    Way way = to.isPeerElsewhere() ? Way.ACROSS : Way.OUT;
    BpfMap slot = keep(BpfMap.create(BpfMap.Kind.PERCPU_ARRAY, "vtl_slot", 4, 4, 1, 0));
    BpfProgram redirect = keep(FlowProgram.redirect(slot, to.deviceIndex(), way));
    BpfProgram filter = keep(FlowProgram.filter(maps, side, slot, from.gate()));
    keep(BpfLink.tcxIngress(redirect, from.deviceIndex()));
    filter.attachToSocket(from.socket());
    from.tell(new SettledPackets(maps, side));
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  // ---- flows -----------------------------------------------------------------------------------

  @Override
  public int capacity() {
    return capacity;
  }

  @Override
  public int open(Connection connection) {
    if (freeCount <= SPARE) {
      return NONE;
    }
    int flow = free[firstFree];
    maps.clear(number(flow, Direction.OUTBOUND));
    maps.clear(number(flow, Direction.INBOUND));
    if (!name(flow, connection, Direction.OUTBOUND)) {
      return NONE;
    }
    if (!name(flow, connection, Direction.INBOUND)) {
      unname(connection, Direction.OUTBOUND);
      return NONE;
    }
    firstFree = firstFree + 1 == free.length ? 0 : firstFree + 1;
    freeCount--;
    return flow;
  }

  @Override
  public void close(int flow, Connection connection) {
    halt(flow);
    unname(connection, Direction.OUTBOUND);
    unname(connection, Direction.INBOUND);
    // Last in the queue: no packet of this flow is under way when the number is another's.
    free[(firstFree + freeCount) % free.length] = flow;
    freeCount++;
  }

  private boolean name(int flow, Connection connection, Direction direction) {
    writeKey(connection, direction);
    value.set(ValueLayout.JAVA_INT, 0, number(flow, direction));
    return maps.numbers().update(key, value) == 0;
  }

  private void unname(Connection connection, Direction direction) {
    writeKey(connection, direction);
    maps.numbers().delete(key);
  }

  private void writeKey(Connection connection, Direction direction) {
    Endpoint from = connection.sender(direction);
    Endpoint to = connection.receiver(direction);
    key.set(U64, 0, from.addressHigh());
    key.set(U64, 8, from.addressLow());
    key.set(U64, 16, to.addressHigh());
    key.set(U64, 24, to.addressLow());
    key.set(U16, FlowMaps.KEY_PORTS, (short) from.port());
    key.set(U16, FlowMaps.KEY_PORTS + 2, (short) to.port());
    key.set(ValueLayout.JAVA_BYTE, FlowMaps.KEY_PROTOCOL, (byte) connection.protocol());
    int side = FlowMaps.keySide(side(direction), connection.isIpv6());
    key.set(ValueLayout.JAVA_BYTE, FlowMaps.KEY_SIDE, (byte) side);
    // With two tags it matches nothing, since the filter sees one at most.
    int vlan = connection.vlan() <= ONE_TAG ? connection.vlan() : NO_TAG;
    key.set(ValueLayout.JAVA_SHORT, FlowMaps.KEY_VLAN, (short) vlan);
  }

  private static int side(Direction direction) {
    return direction == Direction.OUTBOUND ? VM : NETWORK;
  }

  private static int number(int flow, Direction direction) {
    return 2 * flow + side(direction);
  }

  // ---- carrying --------------------------------------------------------------------------------

  @Override
  public int generation() {
    return maps.generation();
  }

  @Override
  public void invalidate() {
    try {
      maps.nextGeneration();
    } catch (IllegalStateException e) {
      // It was closed in the meantime: nothing is carried.
    }
  }

  @Override
  public void carry(int flow, Connection connection, int generation) {
    maps.setMtu(Math.min(vm.mtu(), network.mtu()));
    int deadline = (int) (System.nanoTime() + PATIENCE_NANOS >> FlowMaps.DEADLINE_SHIFT);
    carry(flow, connection, Direction.OUTBOUND, generation, deadline);
    carry(flow, connection, Direction.INBOUND, generation, deadline);
  }

  private void carry(
      int flow, Connection connection, Direction direction, int generation, int deadline) {
    int at = number(flow, direction);
    boolean again = maps.read(at, FlowMaps.GENERATION) == generation;
    maps.writeMac(at, connection.sender(direction).mac());
    if (connection.protocol() == Protocol.TCP) {
      Endpoint sender = connection.sender(direction);
      int acknowledgment = connection.receiver(direction).unacknowledged();
      boolean scaleKnown = !connection.isMidstream() || sender.windowScale() > 0;
      maps.write(at, FlowMaps.SHIFT, scaleKnown ? sender.windowScale() : LARGEST_SCALE);
      forward(at, FlowMaps.SEQUENCE_END, sender.next(), again);
      forward(at, FlowMaps.ACKNOWLEDGMENT, acknowledgment, again);
      forward(at, FlowMaps.WINDOW_EDGE, acknowledgment + (int) sender.windowBytes(), again);
      maps.write(at, FlowMaps.WINDOW, sender.window());
    }
    if (!again || maps.read(at, FlowMaps.DEADLINE) == 0) {
      maps.write(at, FlowMaps.AWAITED, (int) maps.passedTo(side(direction)) + FAR_AHEAD);
      maps.write(at, FlowMaps.DEADLINE, deadline == 0 ? 1 : deadline);
    }
    maps.write(at, FlowMaps.GENERATION, generation);
  }

  /** Of a flow that is carried already the programs may have moved a number further themselves. */
  private void forward(int at, int field, int value, boolean again) {
    if (!again || Seq.after(value, maps.read(at, field))) {
      maps.write(at, field, value);
    }
  }

  @Override
  public void halt(int flow) {
    maps.write(number(flow, Direction.OUTBOUND), FlowMaps.GENERATION, 0);
    maps.write(number(flow, Direction.INBOUND), FlowMaps.GENERATION, 0);
  }

  @Override
  public long packets(int flow, Direction direction) {
    return maps.readLong(number(flow, direction), FlowMaps.PACKETS);
  }

  @Override
  public long bytes(int flow, Direction direction) {
    return maps.readLong(number(flow, direction), FlowMaps.BYTES);
  }

  @Override
  public long idleNanos(int flow) {
    long outbound = maps.readLong(number(flow, Direction.OUTBOUND), FlowMaps.LAST);
    long inbound = maps.readLong(number(flow, Direction.INBOUND), FlowMaps.LAST);
    return Math.max(0, System.nanoTime() - Math.max(outbound, inbound));
  }

  @Override
  public int sequenceEnd(int flow, Direction direction) {
    return maps.read(number(flow, direction), FlowMaps.SEQUENCE_END);
  }

  @Override
  public int acknowledgment(int flow, Direction direction) {
    return maps.read(number(flow, direction), FlowMaps.ACKNOWLEDGMENT);
  }

  @Override
  public int window(int flow, Direction direction) {
    return maps.read(number(flow, direction), FlowMaps.WINDOW);
  }

  @Override
  public int windowEdge(int flow, Direction direction) {
    return maps.read(number(flow, direction), FlowMaps.WINDOW_EDGE);
  }

  @Override
  public void close() {
    invalidate();
    // What a filter promised until now is carried still. After this none promises anything, all
    // comes to VTL, and the rest may go in any order.
    grace.await();
    vm.tell(null);
    network.tell(null);
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException("A BPF object did not close.", e);
      }
    }
    maps.close();
    grace.close();
    arena.close();
  }
}
