package org.vtl.io.linux.internal;

import static org.vtl.io.linux.internal.bpf.BpfAssembler.Condition.ABOVE_OR_EQUAL;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Condition.ANY_BIT;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Condition.EQUAL;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Condition.NOT_EQUAL;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Operation.ADD;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Operation.AND;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Operation.MODULO;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Operation.MOVE;
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
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R5;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R6;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R7;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R8;
import static org.vtl.io.linux.internal.bpf.BpfAssembler.Register.R9;

import org.vtl.io.linux.internal.bpf.BpfAssembler;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Register;
import org.vtl.io.linux.internal.bpf.BpfAssembler.Size;
import org.vtl.io.linux.internal.bpf.BpfException;
import org.vtl.io.linux.internal.bpf.BpfHelper;
import org.vtl.io.linux.internal.bpf.BpfProgram;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Protocol;
import org.vtl.port.Fanout;

/**
 * {@link Fanout} as a program that the kernel runs to choose the queue of each frame. A frame it
 * cannot read goes to queue 0. ICMPv6 errors behind extension headers, which do not occur, are
 * divided by their own addresses; the workers put that right.
 */
final class FanoutProgram {
  /** Where the network header is when the packet socket's fan-out runs the program. */
  static final int AT_NETWORK = 0;

  /** Where it is when a TAP interface does: behind the Ethernet header. */
  static final int AT_ETHERNET = 14;

  private static final int PROTOCOL = 16; // of struct __sk_buff

  /** On the frame's stack: the IP header, and an ICMP header with the IP header it quotes. */
  private static final int HEADER = -48;

  private static final int MESSAGE = -96;

  private final BpfAssembler code = new BpfAssembler();

  private FanoutProgram() {}

  /**
   * A program that returns {@link Fanout#worker} of frames whose network header is at {@code at}.
   */
  static BpfProgram load(int workers, int at) throws BpfException {
    return BpfProgram.load(
        BpfProgram.Kind.SOCKET_FILTER, "vtl_fanout", new FanoutProgram().code(workers, at));
  }

  private BpfAssembler code(int workers, int at) {
    code.move(R6, R1)
        .move(R7, at)
        .load(Size.U32, R8, R6, PROTOCOL)
        .networkOrder(R8, 16)
        .move(R9, R10);
    skipTag("first");
    skipTag("second");
    code.jumpIf(R8, EQUAL, Protocol.ETHER_IPV4, "ipv4")
        .jumpIf(R8, EQUAL, Protocol.ETHER_IPV6, "ipv6")
        .label("none")
        .move(R0, 0)
        .exit();
    ipv4();
    ipv6();
    hash(workers);
    return code;
  }

  /** The outer tag is not in the frame any more, mostly. */
  private void skipTag(String which) {
    code.jumpIf(R8, EQUAL, Protocol.ETHER_VLAN, which)
        .jumpIf(R8, EQUAL, Protocol.ETHER_QINQ, which)
        .jumpIf(R8, NOT_EQUAL, 0x9100, which + "-not")
        .label(which);
    read(HEADER, 4, "none");
    code.load(Size.U16, R8, R10, HEADER + 2).networkOrder(R8, 16).add(R7, 4).label(which + "-not");
  }

  private void ipv4() {
    code.label("ipv4");
    read(HEADER, 20, "none");
    code.add(R9, HEADER + 12)
        .load(Size.U8, R1, R10, HEADER + 9)
        .jumpIf(R1, NOT_EQUAL, Protocol.ICMP, "ipv4-fold")
        .load(Size.U16, R1, R10, HEADER + 6)
        .networkOrder(R1, 16)
        .jumpIf(R1, ANY_BIT, 0x3fff, "ipv4-fold")
        .load(Size.U8, R1, R10, HEADER)
        .compute(AND, R1, 0xf)
        .compute(SHIFT_LEFT, R1, 2)
        .add(R7, R1);
    read(MESSAGE, 8 + 20, "ipv4-fold");
    code.load(Size.U8, R1, R10, MESSAGE)
        .jumpIf(R1, EQUAL, IcmpHeader.DESTINATION_UNREACHABLE, "ipv4-error")
        .jumpIf(R1, EQUAL, IcmpHeader.SOURCE_QUENCH, "ipv4-error")
        .jumpIf(R1, EQUAL, IcmpHeader.REDIRECT, "ipv4-error")
        .jumpIf(R1, EQUAL, IcmpHeader.TIME_EXCEEDED, "ipv4-error")
        .jumpIf(R1, NOT_EQUAL, IcmpHeader.PARAMETER_PROBLEM, "ipv4-fold")
        .label("ipv4-error")
        .load(Size.U8, R1, R10, MESSAGE + 8)
        .compute(SHIFT_RIGHT, R1, 4)
        .jumpIf(R1, NOT_EQUAL, 4, "ipv4-fold")
        .move(R9, R10)
        .add(R9, MESSAGE + 8 + 12)
        .label("ipv4-fold");
    word(R1, 0);
    word(R2, 4);
    code.jump("hash");
  }

  private void ipv6() {
    code.label("ipv6");
    read(HEADER, 40, "none");
    code.add(R9, HEADER + 8)
        .load(Size.U8, R1, R10, HEADER + 6)
        .jumpIf(R1, NOT_EQUAL, Protocol.ICMPV6, "ipv6-fold")
        .add(R7, 40);
    read(MESSAGE, 8 + 40, "ipv6-fold");
    code.load(Size.U8, R1, R10, MESSAGE)
        .jumpIf(R1, EQUAL, 0, "ipv6-fold")
        .jumpIf(R1, ABOVE_OR_EQUAL, IcmpHeader.V6_ECHO_REQUEST, "ipv6-fold")
        .load(Size.U8, R1, R10, MESSAGE + 8)
        .compute(SHIFT_RIGHT, R1, 4)
        .jumpIf(R1, NOT_EQUAL, 6, "ipv6-fold")
        .move(R9, R10)
        .add(R9, MESSAGE + 8 + 8)
        .label("ipv6-fold");
    fold(R1, 0);
    fold(R2, 16);
    code.jump("hash");
  }

  /** {@code to} = the fold of the IPv6 address at {@code offset} of the addresses. */
  private void fold(Register to, int offset) {
    word(to, offset + 12);
    word(R3, offset);
    code.compute32(MULTIPLY, R3, Fanout.FOLD_0).compute32(ADD, to, R3);
    word(R3, offset + 4);
    code.compute32(MULTIPLY, R3, Fanout.FOLD_1).compute32(ADD, to, R3);
    word(R3, offset + 8);
    code.compute32(XOR, R3, 0xffff).compute32(MULTIPLY, R3, Fanout.FOLD_2).compute32(ADD, to, R3);
  }

  private void hash(int workers) {
    code.label("hash")
        .compute32(MOVE, R3, R1)
        .compute32(ADD, R3, R2)
        .compute32(MULTIPLY, R3, Fanout.SUM)
        .compute32(XOR, R1, R2)
        .compute32(MULTIPLY, R1, Fanout.DIFFERENCE)
        .compute32(XOR, R1, R3)
        .compute32(MOVE, R4, R1)
        .compute32(SHIFT_RIGHT, R4, 15)
        .compute32(XOR, R1, R4)
        .compute32(MULTIPLY, R1, Fanout.FINISH)
        .compute32(MOVE, R5, R1)
        .compute32(SHIFT_RIGHT, R5, 13)
        .compute32(XOR, R1, R5)
        .compute32(MODULO, R1, workers)
        .move(R0, R1)
        .exit();
  }

  private void word(Register to, int offset) {
    code.load(Size.U32, to, R9, offset).networkOrder(to, 32);
  }

  /** Copies bytes at R7 of the packet to the stack, also from beyond its linear part. */
  private void read(int to, int length, String otherwise) {
    code.move(R1, R6)
        .move(R2, R7)
        .move(R3, R10)
        .add(R3, to)
        .move(R4, length)
        .call(BpfHelper.SKB_LOAD_BYTES)
        .jumpIf(R0, NOT_EQUAL, 0, otherwise);
  }
}
