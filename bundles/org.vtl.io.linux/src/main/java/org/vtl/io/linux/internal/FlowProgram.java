package org.vtl.io.linux.internal;

import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R0;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R1;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R10;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R2;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R3;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R4;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R6;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R7;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R8;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R9;

import org.vtl.io.linux.internal.bpf.BpfAssembler;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Condition;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Operation;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Size;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfHelper;
import org.vtl.io.linux.internal.bpf.BpfMap;
import org.vtl.io.linux.internal.bpf.BpfProgram;

/**
 * The programs that decide, for each packet that comes in at one side of a link, whether the kernel
 * carries it to the other, and that carry it.
 *
 * <p>A packet that an interface receives is first shown to AF_PACKET sockets, then to tcx, in one
 * breath on one CPU ({@code __netif_receive_skb_core}). So the socket's filter decides, counts, and
 * leaves its word in a slot of the CPU; the program at tcx ingress only reads and clears that: no
 * change of the maps can come between the two.
 */
final class FlowProgram {
  // struct __sk_buff
  private static final int LEN = 0;
  private static final int PKT_TYPE = 4;
  private static final int PROTOCOL = 16;
  private static final int VLAN_PRESENT = 20;
  private static final int VLAN_TCI = 24;
  private static final int GSO_SIZE = 176;

  /** What an interface takes in that is neither its own nor a group's (linux/if_packet.h). */
  private static final int PACKET_OTHERHOST = 3;

  private static final int ETHERNET = 14;
  private static final int IPV4 = 20;
  private static final int IPV6 = 40;
  private static final int TCP = 20;
  private static final int UDP = 8;
  private static final int PROTOCOL_TCP = 6;
  private static final int PROTOCOL_UDP = 17;
  private static final int FIN_SYN_RST = 0x07;
  private static final int ACK = 0x10;

  private static final int TCX_NEXT = -1;

  // The frame of the program, from its end.
  private static final int KEY = -FlowMaps.KEY_LENGTH;
  private static final int HEADERS = KEY - 64;
  private static final int NUMBER = HEADERS - 4;
  private static final int HEADER_LENGTH = NUMBER - 4;
  private static final int PEER_EDGE = HEADER_LENGTH - 4;
  private static final int PEER_END = PEER_EDGE - 4;
  private static final int SOURCE_MAC = PEER_END - 8;

  private static final int VM = 0;
  private static final int MAC_LENGTH = 6;

  private static final int PACKET_HOST = 0;

  /** How a packet reaches what is behind the interface on the other side. */
  enum Way {
    /** Sent by the interface. */
    OUT,
    /** Straight into the other end of a veth pair, which is in another network namespace. */
    ACROSS
  }

  private final FlowMaps maps;
  private final int side;
  private final BpfAssembler code = new BpfAssembler();

  private FlowProgram(FlowMaps maps, int side) {
    this.maps = maps;
    this.side = side;
  }

  /**
   * The filter of a socket whose interface is {@code side}: keeps what VTL is to see, and leaves
   * word in {@code slot} of what is carried.
   *
   * @param gate what VTL is to see must pass; null if there is none
   */
  static BpfProgram filter(FlowMaps maps, int side, BpfMap slot, FloodGate gate)
      throws BpfException {
    FlowProgram program = new FlowProgram(maps, side);
    // What is the host's too must reach its stack, which a redirected packet does not.
    program
        .code
        .move(R6, R1)
        .load(Size.U32, R2, R6, PKT_TYPE)
        .jumpIf(R2, Condition.NOT_EQUAL, PACKET_OTHERHOST, "pass");
    program.decide();
    program.code.label("carry");
    program.leaveWord(slot, true, "carried");
    program.code.move(R0, 0).exit();
    program.code.label("pass");
    if (gate != null) {
      FloodFilter.write(program.code, gate, "refuse");
    }
    program.pass();
    program.leaveWord(slot, false, "passed");
    program.code.move(R0, -1).exit();
    if (gate != null) {
      program.code.label("refuse");
      program.leaveWord(slot, false, "refused");
      program.code.move(R0, 0).exit();
    }
    return BpfProgram.load(BpfProgram.Kind.SOCKET_FILTER, "vtl_flow_filter", program.code);
  }

  /** The program at tcx ingress behind {@link #filter}: carries what that says. */
  static BpfProgram redirect(BpfMap slot, int target, Way way) throws BpfException {
    BpfAssembler code = new BpfAssembler();
    code.move(R6, R1)
        .store(Size.U32, R10, -4, 0)
        .loadMap(R1, slot)
        .move(R2, R10)
        .add(R2, -4)
        .call(BpfHelper.MAP_LOOKUP_ELEM)
        .jumpIf(R0, Condition.EQUAL, 0, "next")
        .load(Size.U32, R1, R0, 0)
        .jumpIf(R1, Condition.EQUAL, 0, "next")
        .store(Size.U32, R0, 0, 0)
        .load(Size.U32, R2, R6, LEN)
        .jumpIf(R1, Condition.NOT_EQUAL, R2, "next"); // of a packet that did not come here
    if (way == Way.ACROSS) {
      // No driver looks at the address any more: it is for whom it is carried to.
      code.move(R1, R6).move(R2, PACKET_HOST).call(BpfHelper.SKB_CHANGE_TYPE);
    }
    code.move(R1, target)
        .move(R2, 0)
        .call(way == Way.ACROSS ? BpfHelper.REDIRECT_PEER : BpfHelper.REDIRECT)
        .exit()
        .label("next")
        .move(R0, TCX_NEXT)
        .exit();
    return BpfProgram.load(BpfProgram.Kind.SCHED_CLS, "vtl_flow_carry", code);
  }

  // ---- the decision ----------------------------------------------------------------------------

  private void decide() {
    code.load(Size.U32, R9, R6, LEN)
        .load(Size.U32, R1, R6, PROTOCOL)
        .networkOrder(R1, 16)
        .jumpIf(R1, Condition.EQUAL, 0x0800, "four")
        .jumpIf(R1, Condition.EQUAL, 0x86dd, "six")
        .jump("pass");
    code.label("four");
    four();
    transport("4", IPV4);
    code.label("six");
    six();
    transport("6", IPV6);
  }

  /** Leaves the total length in R7, the protocol in R8, addresses and ports in the key. */
  private void four() {
    loadHeaders(IPV4);
    code.load(Size.U8, R1, R10, HEADERS)
        .jumpIf(R1, Condition.NOT_EQUAL, 0x45, "pass") // options are for VTL
        .load(Size.U16, R1, R10, HEADERS + 6)
        .networkOrder(R1, 16)
        .jumpIf(R1, Condition.ANY_BIT, 0x3fff, "pass") // and so are fragments
        .load(Size.U16, R7, R10, HEADERS + 2)
        .networkOrder(R7, 16)
        .load(Size.U8, R8, R10, HEADERS + 9);
    for (int end = 0; end < 2; end++) {
      code.store(Size.U64, R10, KEY + 16 * end, 0)
          .store(Size.U16, R10, KEY + 16 * end + 8, 0)
          .store(Size.U16, R10, KEY + 16 * end + 10, 0xffff)
          .load(Size.U32, R1, R10, HEADERS + 12 + 4 * end)
          .store(Size.U32, R10, KEY + 16 * end + 12, R1);
    }
  }

  private void six() {
    loadHeaders(IPV6);
    code.load(Size.U8, R1, R10, HEADERS)
        .compute(Operation.SHIFT_RIGHT, R1, 4)
        .jumpIf(R1, Condition.NOT_EQUAL, 6, "pass")
        .load(Size.U16, R7, R10, HEADERS + 4)
        .networkOrder(R7, 16)
        .jumpIf(R7, Condition.EQUAL, 0, "pass")
        .add(R7, IPV6)
        .load(Size.U8, R8, R10, HEADERS + 6);
    for (int at = 0; at < 32; at += 8) {
      code.load(Size.U64, R1, R10, HEADERS + 8 + at).store(Size.U64, R10, KEY + at, R1);
    }
  }

  /** Copies the IP header, and as much of TCP's or UDP's as is there. */
  private void loadHeaders(int ip) {
    String enough = "enough" + ip;
    code.store(Size.U32, R10, HEADERS + ip + 8, 0)
        .store(Size.U32, R10, HEADERS + ip + 12, 0)
        .store(Size.U32, R10, HEADERS + ip + 16, 0)
        .move(R4, ip + TCP)
        .jumpIf(R9, Condition.ABOVE_OR_EQUAL, ETHERNET + ip + TCP, enough)
        .move(R4, ip + UDP)
        .label(enough)
        .move(R1, R6)
        .move(R2, ETHERNET)
        .move(R3, R10)
        .add(R3, HEADERS)
        .call(BpfHelper.SKB_LOAD_BYTES)
        .jumpIf(R0, Condition.NOT_EQUAL, 0, "pass");
  }

  private void transport(String family, int ip) {
    int head = HEADERS + ip;
    code.move(R1, R9)
        .add(R1, -ETHERNET)
        .jumpIf(R7, Condition.ABOVE, R1, "pass") // longer than the frame: malformed
        .jumpIf(R8, Condition.EQUAL, PROTOCOL_UDP, "udp" + family)
        .jumpIf(R8, Condition.NOT_EQUAL, PROTOCOL_TCP, "pass")
        // TCP: no more than data, acknowledgment and window
        .load(Size.U8, R2, R10, head + 12)
        .compute(Operation.SHIFT_RIGHT, R2, 4)
        .compute(Operation.SHIFT_LEFT, R2, 2)
        .jumpIf(R2, Condition.BELOW, TCP, "pass")
        .load(Size.U8, R3, R10, head + 13)
        .jumpIf(R3, Condition.ANY_BIT, FIN_SYN_RST, "pass")
        .compute(Operation.AND, R3, ACK)
        .jumpIf(R3, Condition.EQUAL, 0, "pass")
        .add(R2, ip)
        .jumpIf(R2, Condition.ABOVE, R7, "pass")
        .jump("size" + family)
        .label("udp" + family)
        .load(Size.U16, R1, R10, head + 4)
        .networkOrder(R1, 16)
        .jumpIf(R1, Condition.BELOW, UDP, "pass")
        .add(R1, ip)
        .jumpIf(R1, Condition.ABOVE, R7, "pass")
        .move(R2, ip + UDP)
        .label("size" + family)
        .store(Size.U32, R10, HEADER_LENGTH, R2)
        // What the other side would have to cut is for VTL, or is cut by the kernel's own means.
        .load(Size.U32, R1, R6, GSO_SIZE)
        .jumpIf(R1, Condition.EQUAL, 0, "whole" + family)
        .add(R1, R2)
        .jump("fits" + family)
        .label("whole" + family)
        .move(R1, R9)
        .add(R1, -ETHERNET)
        .label("fits" + family)
        .loadMapValue(R3, maps.control(), FlowMaps.MTU)
        .load(Size.U32, R4, R3, 0)
        .jumpIf(R1, Condition.ABOVE, R4, "pass");
    finishKey(family, head, ip);
    lookUp(family);
    // TCP: what the model must know when it goes on.
    code.load(Size.U8, R1, R10, KEY + FlowMaps.KEY_PROTOCOL)
        .jumpIf(R1, Condition.NOT_EQUAL, PROTOCOL_TCP, "count" + family);
    follow(family, head);
    // Counted last: whoever sees the count sees the rest.
    code.label("count" + family)
        .call(FlowMaps.KTIME_GET_COARSE_NS)
        .store(Size.U64, R8, FlowMaps.LAST, R0)
        .atomicAdd(Size.U64, R8, FlowMaps.BYTES, R7)
        .move(R1, 1)
        .atomicAdd(Size.U64, R8, FlowMaps.PACKETS, R1)
        .jump("carry");
  }

  private void finishKey(String family, int head, int ip) {
    code.load(Size.U32, R1, R10, head)
        .store(Size.U32, R10, KEY + FlowMaps.KEY_PORTS, R1)
        .store(Size.U8, R10, KEY + FlowMaps.KEY_PROTOCOL, R8)
        .store(Size.U8, R10, KEY + FlowMaps.KEY_SIDE, FlowMaps.keySide(side, ip == IPV6))
        .move(R2, 0)
        .load(Size.U32, R1, R6, VLAN_PRESENT)
        .jumpIf(R1, Condition.EQUAL, 0, "vlan" + family)
        .load(Size.U32, R2, R6, VLAN_TCI)
        .compute(Operation.AND, R2, 0xfff)
        .compute(Operation.OR, R2, 0x1000)
        .label("vlan" + family)
        .store(Size.U16, R10, KEY + FlowMaps.KEY_VLAN, R2);
  }

  /** Leaves the flow's state in R8, or passes the packet. */
  private void lookUp(String family) {
    code.loadMap(R1, maps.numbers())
        .move(R2, R10)
        .add(R2, KEY)
        .call(BpfHelper.MAP_LOOKUP_ELEM)
        .jumpIf(R0, Condition.EQUAL, 0, "pass")
        .load(Size.U32, R1, R0, 0)
        .store(Size.U32, R10, NUMBER, R1)
        .loadMap(R1, maps.states())
        .move(R2, R10)
        .add(R2, NUMBER)
        .call(BpfHelper.MAP_LOOKUP_ELEM)
        .jumpIf(R0, Condition.EQUAL, 0, "pass")
        .move(R8, R0);
    if (side == VM) {
      passOthersFrames(family);
    }
    code.load(Size.U32, R1, R8, FlowMaps.GENERATION)
        .loadMapValue(R2, maps.control(), 0)
        .load(Size.U32, R3, R2, FlowMaps.PRESENT)
        .jumpIf(R1, Condition.NOT_EQUAL, R3, "pass")
        .load(Size.U32, R1, R8, FlowMaps.DEADLINE)
        .jumpIf(R1, Condition.EQUAL, 0, "on" + family);
    awaitOthers(family);
    code.label("begin" + family).store(Size.U32, R8, FlowMaps.DEADLINE, 0).label("on" + family);
  }

  /**
   * Passes a packet while earlier ones of its flow are on their way through VTL, for a while. R2 is
   * the link's state.
   */
  private void awaitOthers(String family) {
    code.load(Size.U64, R3, R2, FlowMaps.passed(side))
        .load(Size.U64, R4, R2, FlowMaps.settled(side))
        .jumpIf(R3, Condition.EQUAL, R4, "begin" + family)
        .load(Size.U32, R1, R8, FlowMaps.AWAITED)
        .compute32(Operation.SUBTRACT, R4, R1)
        .jumpIf32(R4, Condition.GREATER_SIGNED, -1, "begin" + family)
        .add(R3, 1)
        .store(Size.U32, R8, FlowMaps.AWAITED, R3)
        .call(FlowMaps.KTIME_GET_COARSE_NS)
        .compute(Operation.SHIFT_RIGHT, R0, FlowMaps.DEADLINE_SHIFT)
        .load(Size.U32, R1, R8, FlowMaps.DEADLINE)
        .compute32(Operation.SUBTRACT, R0, R1)
        .jumpIf32(R0, Condition.LESS_OR_EQUAL_SIGNED, 0, "pass");
  }

  /** A VM that takes another's MAC address is for the services to judge. */
  private void passOthersFrames(String family) {
    code.load(Size.U64, R1, R8, FlowMaps.MAC)
        .jumpIf(R1, Condition.EQUAL, 0, "own" + family)
        .store(Size.U64, R10, SOURCE_MAC, 0)
        .move(R1, R6)
        .move(R2, MAC_LENGTH)
        .move(R3, R10)
        .add(R3, SOURCE_MAC)
        .move(R4, MAC_LENGTH)
        .call(BpfHelper.SKB_LOAD_BYTES)
        .jumpIf(R0, Condition.NOT_EQUAL, 0, "pass")
        .load(Size.U64, R1, R10, SOURCE_MAC)
        .load(Size.U64, R2, R8, FlowMaps.MAC)
        .jumpIf(R1, Condition.NOT_EQUAL, R2, "pass")
        .label("own" + family);
  }

  /**
   * Moves the numbers of the flow's state forward. What goes beyond the window that the other end
   * offers, or acknowledges what that never sent, is for VTL: a forged segment must not move the
   * numbers by which the model goes on (RFC 5961 section 5).
   */
  private void follow(String family, int head) {
    code.load(Size.U32, R1, R10, NUMBER)
        .compute(Operation.XOR, R1, 1)
        .store(Size.U32, R10, NUMBER, R1)
        .loadMap(R1, maps.states())
        .move(R2, R10)
        .add(R2, NUMBER)
        .call(BpfHelper.MAP_LOOKUP_ELEM)
        .jumpIf(R0, Condition.EQUAL, 0, "pass")
        .load(Size.U32, R1, R0, FlowMaps.WINDOW_EDGE)
        .store(Size.U32, R10, PEER_EDGE, R1)
        .load(Size.U32, R1, R0, FlowMaps.SEQUENCE_END)
        .store(Size.U32, R10, PEER_END, R1)
        .load(Size.U32, R1, R10, head + 8)
        .networkOrder(R1, 32);
    passBeyond(PEER_END);
    code.move(R4, R1)
        .load(Size.U32, R1, R10, head + 4)
        .networkOrder(R1, 32)
        .load(Size.U32, R2, R10, HEADER_LENGTH)
        .add(R1, R7)
        .compute(Operation.SUBTRACT, R1, R2);
    passBeyond(PEER_EDGE);
    forward(FlowMaps.SEQUENCE_END, "sequence" + family);
    code.move(R1, R4);
    forward(FlowMaps.ACKNOWLEDGMENT, "acknowledgment" + family);
    code.load(Size.U16, R1, R10, head + 14)
        .networkOrder(R1, 16)
        .store(Size.U32, R8, FlowMaps.WINDOW, R1)
        .load(Size.U32, R2, R8, FlowMaps.SHIFT)
        .compute(Operation.AND, R2, 15)
        .compute(Operation.SHIFT_LEFT, R1, R2)
        .add(R1, R4);
    forward(FlowMaps.WINDOW_EDGE, "edge" + family);
  }

  /** Leaves a packet to VTL whose number in R1 is behind the one in the frame at {@code limit}. */
  private void passBeyond(int limit) {
    code.load(Size.U32, R2, R10, limit)
        .move(R3, R1)
        .compute32(Operation.SUBTRACT, R3, R2)
        .jumpIf32(R3, Condition.GREATER_SIGNED, 0, "pass");
  }

  /** Keeps the number in R1 unless it is before the one that is there (RFC 9293 section 3.4). */
  private void forward(int field, String label) {
    code.load(Size.U32, R2, R8, field)
        .move(R3, R1)
        .compute32(Operation.SUBTRACT, R3, R2)
        .jumpIf32(R3, Condition.LESS_OR_EQUAL_SIGNED, 0, label)
        .store(Size.U32, R8, field, R1)
        .label(label);
  }

  // ---- what comes of it ------------------------------------------------------------------------

  /** Counts what goes to VTL. */
  private void pass() {
    code.loadMapValue(R1, maps.control(), FlowMaps.passed(side))
        .move(R2, 1)
        .atomicAdd(Size.U64, R1, 0, R2);
  }

  /** The word is the packet's length, which is never 0. */
  private void leaveWord(BpfMap slot, boolean carried, String label) {
    code.store(Size.U32, R10, NUMBER, 0)
        .loadMap(R1, slot)
        .move(R2, R10)
        .add(R2, NUMBER)
        .call(BpfHelper.MAP_LOOKUP_ELEM)
        .jumpIf(R0, Condition.EQUAL, 0, label);
    if (carried) {
      code.store(Size.U32, R0, 0, R9);
    } else {
      code.store(Size.U32, R0, 0, 0);
    }
    code.label(label);
  }
}
