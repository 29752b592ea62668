package org.vtl.io.linux.internal;

import static org.vtl.io.linux.internal.bpf.BpfAssembler.Condition.ABOVE_OR_EQUAL;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Condition.ANY_BIT;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Condition.EQUAL;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Operation.ADD;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Operation.AND;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Operation.MULTIPLY;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Operation.SHIFT_LEFT;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Operation.SHIFT_RIGHT;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Operation.XOR;
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
import org.vtl.io.linux.internal.bpf.BpfAssembler.Size;
import org.vtl.io.linux.internal.bpf.BpfHelper;
import org.vtl.packet.Protocol;
import org.vtl.packet.TcpHeader;

/**
 * The part of a socket's filter that lets TCP's first segments and fragments, the kinds of {@link
 * Shedding}, pass {@link FloodGate} at its rate only.
 *
 * <p>A first segment that is refused leaves a mark by its addresses and ports; one that finds its
 * mark has been sent again and has a rate of its own, in which those who mean it are not
 * outnumbered by a flood whose senders change: one TCP waits for its answer for a second, and there
 * are marks for a million.
 */
final class FloodFilter {
  // What VTL and the filter share: what VTL writes, and on another cache line what the filter does.
  static final int SHARE = 0;
  static final int REFUSED = 64;
  private static final int WINDOW = 72;
  private static final int ADMITTED = 80;
  private static final int REPEATED = 84;
  static final int CONTROL_LENGTH = 128;

  // Marks of 16 bits, in rows of a cache line.
  private static final int ROW_BITS = 15;
  static final int ROWS = 1 << ROW_BITS;
  static final int ROW_LENGTH = 64;

  /** A window is 2 to the power of this in nanoseconds, about a millisecond. */
  static final int WINDOW_SHIFT = 20;

  /** Odd, and below 2 to the power of 31. */
  private static final int FIRST_FACTOR = 0x1e37_79b1;

  private static final int SECOND_FACTOR = 0x45eb_ca77;

  private static final int ETHERNET = 14;
  private static final int IPV4 = 20;
  private static final int IPV6 = 40;
  private static final int MORE_OR_OFFSET = 0x3fff;
  private static final int TCP_HEAD = 14;
  private static final int TCP_FLAGS = 13;
  private static final int OPENING = TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST | TcpHeader.FIN;

  private static final int PROTOCOL = 16; // of struct __sk_buff

  // The frame of the program, from its end.
  private static final int IP = -IPV6;
  private static final int TRANSPORT = IP - 16;
  private static final int ROW = TRANSPORT - 4;

  private FloodFilter() {}

  /**
   * Writes it behind {@code code}: goes on behind itself with what passes, and to {@code refused}
   * with what does not, which is then counted. Takes the context from R6, and leaves no other
   * register as it was.
   */
  static void write(BpfAssembler code, FloodGate gate, String refused) {
    code.loadMapValue(R7, gate.control(), 0)
        .load(Size.U32, R1, R7, SHARE)
        .jumpIf(R1, EQUAL, 0, "gate-pass")
        .load(Size.U32, R1, R6, PROTOCOL)
        .networkOrder(R1, 16)
        .jumpIf(R1, EQUAL, Protocol.ETHER_IPV4, "gate-4")
        .jumpIf(R1, EQUAL, Protocol.ETHER_IPV6, "gate-6")
        .jump("gate-pass");
    code.label("gate-4").move(R8, ETHERNET);
    read(code, IP, IPV4);
    code.load(Size.U16, R1, R10, IP + 6)
        .networkOrder(R1, 16)
        .jumpIf(R1, ANY_BIT, MORE_OR_OFFSET, "gate-new")
        .load(Size.U8, R1, R10, IP + 9)
        .jumpIf(R1, NOT_EQUAL, Protocol.TCP, "gate-pass")
        .load(Size.U8, R8, R10, IP)
        .compute(AND, R8, 0xf)
        .compute(SHIFT_LEFT, R8, 2)
        .add(R8, ETHERNET)
        .load(Size.U32, R9, R10, IP + 12)
        .jump("gate-tcp");
    code.label("gate-6").move(R8, ETHERNET);
    read(code, IP, IPV6);
    code.load(Size.U8, R1, R10, IP + 6)
        .jumpIf(R1, EQUAL, Protocol.FRAGMENT, "gate-new")
        .jumpIf(R1, NOT_EQUAL, Protocol.TCP, "gate-pass")
        .load(Size.U64, R9, R10, IP + 8)
        .compute(MULTIPLY, R9, SECOND_FACTOR)
        .load(Size.U64, R1, R10, IP + 16)
        .compute(ADD, R9, R1)
        .move(R1, R9)
        .compute(SHIFT_RIGHT, R1, 32)
        .compute(XOR, R9, R1)
        .move(R8, ETHERNET + IPV6);
    code.label("gate-tcp");
    read(code, TRANSPORT, TCP_HEAD);
    code.load(Size.U8, R1, R10, TRANSPORT + TCP_FLAGS)
        .compute(AND, R1, OPENING)
        .jumpIf(R1, NOT_EQUAL, TcpHeader.SYN, "gate-pass");
    repeated(code, gate);
    code.label("gate-new");
    admit(code, ADMITTED);
    code.label("gate-refused")
        .move(R1, 1)
        .atomicAdd(Size.U64, R7, REFUSED, R1)
        .jump(refused)
        .label("gate-pass");
  }

  /** Admits a segment whose mark is there; goes on with one that has only now left it. */
  private static void repeated(BpfAssembler code, FloodGate gate) {
    code.load(Size.U32, R1, R10, TRANSPORT)
        .compute(SHIFT_LEFT, R9, 32)
        .compute(XOR, R9, R1)
        .compute(MULTIPLY, R9, FIRST_FACTOR)
        .move(R1, R9)
        .compute(SHIFT_RIGHT, R1, 29)
        .compute(XOR, R9, R1)
        .compute(MULTIPLY, R9, SECOND_FACTOR)
        .move(R1, R9)
        .compute(SHIFT_RIGHT, R1, 40)
        .move(R8, R1)
        .compute(AND, R1, ROWS - 1)
        .store(Size.U32, R10, ROW, R1)
        .compute(SHIFT_RIGHT, R8, ROW_BITS)
        .compute(AND, R8, ROW_LENGTH / 2 - 1)
        .compute(SHIFT_LEFT, R8, 1)
        .compute(SHIFT_RIGHT, R9, 24)
        .compute(AND, R9, 0xfffe)
        .add(R9, 1) // no mark is 0
        .loadMap(R1, gate.marks())
        .move(R2, R10)
        .add(R2, ROW)
        .call(BpfHelper.MAP_LOOKUP_ELEM)
        .jumpIf(R0, EQUAL, 0, "gate-new")
        .add(R0, R8)
        .load(Size.U16, R1, R0, 0)
        .store(Size.U16, R0, 0, R9)
        .jumpIf(R1, NOT_EQUAL, R9, "gate-new");
    admit(code, REPEATED);
  }

  /** Lets pass as many in a window as VTL says. Two CPUs may begin one both, and let more pass. */
  private static void admit(BpfAssembler code, int counter) {
    String same = "gate-window" + counter;
    code.call(BpfHelper.KTIME_GET_NS)
        .compute(SHIFT_RIGHT, R0, WINDOW_SHIFT)
        .load(Size.U64, R1, R7, WINDOW)
        .jumpIf(R1, EQUAL, R0, same)
        .store(Size.U64, R7, WINDOW, R0)
        .store(Size.U32, R7, ADMITTED, 0)
        .store(Size.U32, R7, REPEATED, 0)
        .label(same)
        .load(Size.U32, R1, R7, counter)
        .load(Size.U32, R2, R7, SHARE)
        .jumpIf(R1, ABOVE_OR_EQUAL, R2, "gate-refused")
        .move(R1, 1)
        .atomicAdd(Size.U32, R7, counter, R1)
        .jump("gate-pass");
  }

  private static void read(BpfAssembler code, int to, int length) {
    code.move(R1, R6)
        .move(R2, R8)
        .move(R3, R10)
        .add(R3, to)
        .move(R4, length)
        .call(BpfHelper.SKB_LOAD_BYTES)
        .jumpIf(R0, NOT_EQUAL, 0, "gate-pass");
  }
}
