package org.vtl.io.linux.internal.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a program for the kernel's BPF machine (RFC 9669), instruction by instruction, with labels
 * by name:
 *
 * <pre>{@code
 * new BpfAssembler()
 *     .load(Size.U32, R2, R1, RX_QUEUE_INDEX)
 *     .loadMap(R1, sockets)
 *     .move(R3, XDP_PASS)
 *     .call(BpfHelper.REDIRECT_MAP)
 *     .exit();
 * }</pre>
 *
 * <p>Offsets are in bytes, immediates are sign-extended to 64 bits. Whether the program makes sense
 * is the verifier's to say. Used by one thread.
 */
public final class BpfAssembler {
  /** A register. R0 returns, R1 to R5 are a call's arguments and lost by it, R10 is the frame. */
  public enum Register {
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10
  }

  /** The width of an access to memory. */
  public enum Size {
    U8(0x10),
    U16(0x08),
    U32(0x00),
    U64(0x18);

    private final int code;

    Size(int code) {
      this.code = code;
    }
  }

  /** Arithmetic on a register. */
  public enum Operation {
    ADD(0x00),
    SUBTRACT(0x10),
    MULTIPLY(0x20),
    OR(0x40),
    AND(0x50),
    SHIFT_LEFT(0x60),
    SHIFT_RIGHT(0x70),
    MODULO(0x90),
    XOR(0xa0),
    MOVE(0xb0);

    private final int code;

    Operation(int code) {
      this.code = code;
    }
  }

  /** A comparison, unsigned unless it says otherwise. */
  public enum Condition {
    EQUAL(0x10),
    ABOVE(0x20),
    ABOVE_OR_EQUAL(0x30),
    ANY_BIT(0x40),
    NOT_EQUAL(0x50),
    GREATER_SIGNED(0x60),
    BELOW(0xa0),
    LESS_OR_EQUAL_SIGNED(0xd0);

    private final int code;

    Condition(int code) {
      this.code = code;
    }
  }

  private static final int CLASS_LD = 0x00;
  private static final int CLASS_LDX = 0x01;
  private static final int CLASS_ST = 0x02;
  private static final int CLASS_STX = 0x03;
  private static final int CLASS_ALU = 0x04;
  private static final int CLASS_JMP = 0x05;
  private static final int CLASS_JMP32 = 0x06;
  private static final int CLASS_ALU64 = 0x07;
  private static final int MODE_MEM = 0x60;
  private static final int MODE_ATOMIC = 0xc0;
  private static final int SOURCE_REGISTER = 0x08;
  private static final int BYTE_ORDER = 0xd0;
  private static final int CALL = 0x80;
  private static final int EXIT = 0x90;
  private static final int ATOMIC_ADD = 0x00;
  private static final int PSEUDO_MAP_FD = 1;
  private static final int PSEUDO_MAP_VALUE = 2;

  private record Jump(int instruction, String label) {}

  private final List<Long> code = new ArrayList<>();
  private final Map<String, Integer> labels = new HashMap<>();
  private final List<Jump> jumps = new ArrayList<>();

  /** An empty program. */
  public BpfAssembler() {}

  /** The next instruction is where jumps to {@code name} go; each name once. */
  public BpfAssembler label(String name) {
    if (labels.put(name, code.size()) != null) {
      throw new IllegalArgumentException("Label " + name + " is there twice.");
    }
    return this;
  }

  // ---- registers -------------------------------------------------------------------------------

  /** {@code to} = {@code from}, 64 bits. */
  public BpfAssembler move(Register to, Register from) {
    return compute(Operation.MOVE, to, from);
  }

  /** {@code to} = {@code value}, sign-extended to 64 bits. */
  public BpfAssembler move(Register to, int value) {
    return compute(Operation.MOVE, to, value);
  }

  /** {@code to} = {@code to} {@code operation} {@code by}, 64 bits. */
  public BpfAssembler compute(Operation operation, Register to, Register by) {
    return emit(CLASS_ALU64 | operation.code | SOURCE_REGISTER, to, by, 0, 0);
  }

  /** {@code to} = {@code to} {@code operation} {@code by}, 64 bits. */
  public BpfAssembler compute(Operation operation, Register to, int by) {
    return emit(CLASS_ALU64 | operation.code, to, Register.R0, 0, by);
  }

  /** As {@link #compute} on the lower 32 bits; the upper ones become 0. */
  public BpfAssembler compute32(Operation operation, Register to, Register by) {
    return emit(CLASS_ALU | operation.code | SOURCE_REGISTER, to, by, 0, 0);
  }

  /** As {@link #compute} on the lower 32 bits; the upper ones become 0. */
  public BpfAssembler compute32(Operation operation, Register to, int by) {
    return emit(CLASS_ALU | operation.code, to, Register.R0, 0, by);
  }

  /** {@code to} = {@code to} + {@code by}. */
  public BpfAssembler add(Register to, int by) {
    return compute(Operation.ADD, to, by);
  }

  /** {@code to} = {@code to} + {@code by}. */
  public BpfAssembler add(Register to, Register by) {
    return compute(Operation.ADD, to, by);
  }

  /** Turns the lower 16, 32 or 64 bits between network and machine order; the rest becomes 0. */
  public BpfAssembler networkOrder(Register register, int bits) {
    return emit(CLASS_ALU | BYTE_ORDER | SOURCE_REGISTER, register, Register.R0, 0, bits);
  }

  /** {@code to} = the map, for a helper's argument; two instructions. */
  public BpfAssembler loadMap(Register to, BpfMap map) {
    return wide(to, PSEUDO_MAP_FD, map.descriptor(), 0);
  }

  /** {@code to} = the address of byte {@code offset} of the value of an array of one entry. */
  public BpfAssembler loadMapValue(Register to, BpfMap map, int offset) {
    return wide(to, PSEUDO_MAP_VALUE, map.descriptor(), offset);
  }

  // ---- memory ----------------------------------------------------------------------------------

  /** {@code to} = memory at {@code from} + {@code offset}, zero-extended. */
  public BpfAssembler load(Size size, Register to, Register from, int offset) {
    return emit(CLASS_LDX | MODE_MEM | size.code, to, from, offset, 0);
  }

  /** Memory at {@code to} + {@code offset} = {@code from}. */
  public BpfAssembler store(Size size, Register to, int offset, Register from) {
    return emit(CLASS_STX | MODE_MEM | size.code, to, from, offset, 0);
  }

  /** Memory at {@code to} + {@code offset} = {@code value}. */
  public BpfAssembler store(Size size, Register to, int offset, int value) {
    return emit(CLASS_ST | MODE_MEM | size.code, to, Register.R0, offset, value);
  }

  /** Adds {@code by} to memory at {@code to} + {@code offset}, U32 or U64, atomically. */
  public BpfAssembler atomicAdd(Size size, Register to, int offset, Register by) {
    return emit(CLASS_STX | MODE_ATOMIC | size.code, to, by, offset, ATOMIC_ADD);
  }

  // ---- control ---------------------------------------------------------------------------------

  public BpfAssembler jump(String label) {
    return jumpTo(CLASS_JMP, Register.R0, Register.R0, 0, label);
  }

  /** Jumps if {@code left} {@code condition} {@code right}, 64 bits. */
  public BpfAssembler jumpIf(Register left, Condition condition, Register right, String label) {
    return jumpTo(CLASS_JMP | condition.code | SOURCE_REGISTER, left, right, 0, label);
  }

  /** Jumps if {@code left} {@code condition} {@code right}, 64 bits, sign-extended. */
  public BpfAssembler jumpIf(Register left, Condition condition, int right, String label) {
    return jumpTo(CLASS_JMP | condition.code, left, Register.R0, right, label);
  }

  /** As {@link #jumpIf} for the lower 32 bits. */
  public BpfAssembler jumpIf32(Register left, Condition condition, int right, String label) {
    return jumpTo(CLASS_JMP32 | condition.code, left, Register.R0, right, label);
  }

  /** R0 = what a helper of the kernel returns; see {@link BpfHelper}. */
  public BpfAssembler call(int helper) {
    return emit(CLASS_JMP | CALL, Register.R0, Register.R0, 0, helper);
  }

  /** Ends the program with R0. */
  public BpfAssembler exit() {
    return emit(CLASS_JMP | EXIT, Register.R0, Register.R0, 0, 0);
  }

  // ---- the result ------------------------------------------------------------------------------

  /**
   * The instructions, 8 bytes each, in {@code arena}.
   *
   * @throws IllegalArgumentException if a label is missing or out of reach
   */
  public MemorySegment assemble(Arena arena) {
    for (Jump jump : jumps) {
      Integer target = labels.get(jump.label);
      if (target == null) {
        throw new IllegalArgumentException("There is no label " + jump.label + ".");
      }
      int offset = checkOffset(target - jump.instruction - 1);
      long instruction = code.get(jump.instruction);
      code.set(jump.instruction, instruction & ~0xffff_0000L | (offset & 0xffffL) << 16);
    }
    MemorySegment instructions = arena.allocate(8L * code.size(), 8);
    for (int i = 0; i < code.size(); i++) {
      instructions.setAtIndex(ValueLayout.JAVA_LONG, i, code.get(i));
    }
    return instructions;
  }

  private BpfAssembler jumpTo(int opcode, Register to, Register from, int value, String label) {
    jumps.add(new Jump(code.size(), label));
    return emit(opcode, to, from, 0, value);
  }

  private BpfAssembler wide(Register to, int kind, int low, int high) {
    add(CLASS_LD | Size.U64.code, to.ordinal(), kind, 0, low);
    add(0, 0, 0, 0, high);
    return this;
  }

  private BpfAssembler emit(int opcode, Register to, Register from, int offset, int immediate) {
    add(opcode, to.ordinal(), from.ordinal(), checkOffset(offset), immediate);
    return this;
  }

  /** struct bpf_insn: code 0, dst_reg 1 (low half), src_reg 1 (high half), off 2, imm 4. */
  private void add(int opcode, int to, int from, int offset, int immediate) {
    code.add(
        opcode
            | to << 8
            | from << 12
            | (offset & 0xffffL) << 16
            | (immediate & 0xffff_ffffL) << 32);
  }

  private static int checkOffset(int offset) {
    if (offset != (short) offset) {
      throw new IllegalArgumentException("Offset " + offset + " is beyond 16 bits.");
    }
    return offset;
  }
}
