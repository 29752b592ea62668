package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfMap;

/**
 * What VTL and the kernel's programs share of one link: the numbers of flows by their keys, each
 * flow's state by its number, and the state of the whole. The latter two are memory of both, so
 * that VTL reads and changes them without a system call.
 *
 * <p>A flow has two states, one for each side at which its packets come in: number {@code 2 * flow
 * + side}.
 */
final class FlowMaps implements AutoCloseable {
  /** The helper that reads a clock of some milliseconds' grain, cheaply (Linux 5.11). */
  static final int KTIME_GET_COARSE_NS = 160;

  // The key: addresses (16 bytes each, IPv4 mapped), ports, protocol, side, VLAN as Packet has it.
  static final int KEY_PORTS = 32;
  static final int KEY_PROTOCOL = 36;
  static final int KEY_SIDE = 37;
  static final int KEY_VLAN = 38;
  static final int KEY_LENGTH = 40;

  // A flow's state on one side: a cache line.
  static final int GENERATION = 0;
  static final int SHIFT = 4;
  static final int PACKETS = 8;
  static final int BYTES = 16;
  static final int LAST = 24;
  static final int SEQUENCE_END = 32;
  static final int ACKNOWLEDGMENT = 36;
  static final int WINDOW = 40;
  static final int WINDOW_EDGE = 44;

  /**
   * Until when packets of the flow on their way through VTL are waited for, in units of 2^20 ns; 0
   * once it is carried.
   */
  static final int DEADLINE = 48;

  /** The number of the last of these among all that were passed to VTL, its low 32 bits. */
  static final int AWAITED = 52;

  /** The sender's MAC address as a frame has it, and two zero bytes; 0 where it may be any. */
  static final int MAC = 56;

  static final int STATE_LENGTH = 64;

  /** Nanoseconds are shifted by this to be compared with {@link #DEADLINE}. */
  static final int DEADLINE_SHIFT = 20;

  // The whole, each part that another writes on a cache line of its own.
  static final int PRESENT = 0;
  static final int MTU = 4;
  private static final int SIDES = 64;
  private static final int SIDE_LENGTH = 128;
  private static final int CONTROL_LENGTH = SIDES + 2 * SIDE_LENGTH;

  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
  private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
  private static final VarHandle NETWORK_LONG =
      ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN).varHandle();

  private final Arena arena = Arena.ofShared();
  private final BpfMap numbers;
  private final BpfMap states;
  private final BpfMap control;
  private final MemorySegment state;
  private final MemorySegment whole;

  /** Maps for {@code flows} flows at most. */
  FlowMaps(int flows) throws BpfException {
    BpfMap first = null;
    BpfMap second = null;
    BpfMap third = null;
    try {
      first =
          BpfMap.create(
              BpfMap.Kind.HASH, "vtl_flows", KEY_LENGTH, 4, 2 * flows, BpfMap.NO_PREALLOC);
      second =
          BpfMap.create(
              BpfMap.Kind.ARRAY, "vtl_states", 4, STATE_LENGTH, 2 * flows, BpfMap.MMAPABLE);
      third = BpfMap.create(BpfMap.Kind.ARRAY, "vtl_link", 4, CONTROL_LENGTH, 1, BpfMap.MMAPABLE);
      state = second.memory(arena);
      whole = third.memory(arena);
    } catch (BpfException e) {
      for (BpfMap map : new BpfMap[] {first, second, third}) {
        if (map != null) {
          map.close();
        }
      }
      arena.close();
      throw e;
    }
    numbers = first;
    states = second;
    control = third;
    INT.setRelease(whole, (long) PRESENT, 1);
    for (int side = 0; side < 2; side++) {
      settle(side, -1); // nothing is known yet of what is on its way
    }
  }

  /** Where the programs count the packets of {@code side} that go to VTL. */
  static int passed(int side) {
    return SIDES + side * SIDE_LENGTH;
  }

  /** Where VTL says how many of these it is done with. */
  static int settled(int side) {
    return passed(side) + SIDE_LENGTH / 2;
  }

  /**
   * The key's byte for a side: IPv6 packets between mapped addresses are no IPv4 packets, and no
   * flow of IPv4 may carry them past the services.
   */
  static int keySide(int side, boolean ipv6) {
    return ipv6 ? side | 2 : side;
  }

  BpfMap numbers() {
    return numbers;
  }

  BpfMap states() {
    return states;
  }

  BpfMap control() {
    return control;
  }

  // ---- the whole -------------------------------------------------------------------------------

  int generation() {
    return (int) INT.getAcquire(whole, (long) PRESENT);
  }

  void nextGeneration() {
    int next = (int) INT.getAndAdd(whole, (long) PRESENT, 1) + 1;
    if (next == 0) {
      INT.getAndAdd(whole, (long) PRESENT, 1); // 0 is what no flow is carried in
    }
  }

  void setMtu(int bytes) {
    INT.setRelease(whole, (long) MTU, bytes);
  }

  long passedTo(int side) {
    return (long) LONG.getAcquire(whole, (long) passed(side));
  }

  void settle(int side, long packets) {
    LONG.setRelease(whole, (long) settled(side), packets);
  }

  // ---- flows -----------------------------------------------------------------------------------

  void clear(int number) {
    state.asSlice((long) number * STATE_LENGTH, STATE_LENGTH).fill((byte) 0);
  }

  int read(int number, int field) {
    return (int) INT.getAcquire(state, (long) number * STATE_LENGTH + field);
  }

  long readLong(int number, int field) {
    return (long) LONG.getAcquire(state, (long) number * STATE_LENGTH + field);
  }

  void write(int number, int field, int value) {
    INT.setRelease(state, (long) number * STATE_LENGTH + field, value);
  }

  void writeLong(int number, int field, long value) {
    LONG.setRelease(state, (long) number * STATE_LENGTH + field, value);
  }

  void writeMac(int number, long mac) {
    NETWORK_LONG.setRelease(state, (long) number * STATE_LENGTH + MAC, mac << 16);
  }

  @Override
  public void close() {
    arena.close();
    numbers.close();
    states.close();
    control.close();
  }
}
