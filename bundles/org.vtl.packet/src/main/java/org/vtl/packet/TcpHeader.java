package org.vtl.packet;

/**
 * A TCP header (RFC 9293 section 3.1), as a view of one packet's frame.
 *
 * <p>Options are found by scanning; the parser has established where their well-formed part ends,
 * so an option of length 0 or beyond the header ends the list.
 */
public final class TcpHeader {
  /** Bytes of a header without options. */
  public static final int MIN_LENGTH = 20;

  public static final int FIN = 0x01;
  public static final int SYN = 0x02;
  public static final int RST = 0x04;
  public static final int PSH = 0x08;
  public static final int ACK = 0x10;
  public static final int URG = 0x20;
  public static final int ECE = 0x40;
  public static final int CWR = 0x80;

  /** Accurate ECN's flag, the last bit of the former NS (RFC 9768). */
  public static final int AE = 0x100;

  private final Packet packet;

  TcpHeader(Packet packet) {
    this.packet = packet;
  }

  public int sourcePort() {
    return u16(0);
  }

  public void setSourcePort(int port) {
    packet.editor.writeTransport16(packet.transport, port);
  }

  public int destinationPort() {
    return u16(2);
  }

  public void setDestinationPort(int port) {
    packet.editor.writeTransport16(packet.transport + 2, port);
  }

  public int sequenceNumber() {
    return Bytes.u32(packet.memory(), packet.transport + 4L);
  }

  public void setSequenceNumber(int sequence) {
    packet.editor.writeTransport32(packet.transport + 4, sequence);
  }

  public int acknowledgmentNumber() {
    return Bytes.u32(packet.memory(), packet.transport + 8L);
  }

  public void setAcknowledgmentNumber(int acknowledgment) {
    packet.editor.writeTransport32(packet.transport + 8, acknowledgment);
  }

  /** Length of the header with its options, in bytes: the data offset times four. */
  public int headerLength() {
    return (Bytes.u8(packet.memory(), packet.transport + 12L) >>> 4) * 4;
  }

  /** The nine flag bits, {@link #AE} to {@link #FIN}. */
  public int flags() {
    return u16(12) & 0x1ff;
  }

  public void setFlags(int flags) {
    packet.editor.writeTransport16(packet.transport + 12, u16(12) & ~0x1ff | flags & 0x1ff);
  }

  /** Whether all of {@code flags} are set. */
  public boolean has(int flags) {
    return (u16(12) & flags) == flags;
  }

  public boolean isSyn() {
    return has(SYN);
  }

  public boolean isAck() {
    return has(ACK);
  }

  public boolean isFin() {
    return has(FIN);
  }

  public boolean isRst() {
    return has(RST);
  }

  /** The window field, not scaled. */
  public int window() {
    return u16(14);
  }

  public void setWindow(int window) {
    packet.editor.writeTransport16(packet.transport + 14, window);
  }

  /** The checksum field as it stands, pending changes not folded in. */
  public int checksum() {
    return u16(16);
  }

  public int urgentPointer() {
    return u16(18);
  }

  public void setUrgentPointer(int pointer) {
    packet.editor.writeTransport16(packet.transport + 18, pointer);
  }

  /** Sequence numbers the segment occupies: payload, SYN and FIN (SEG.LEN, RFC 9293 3.4). */
  public int segmentLength() {
    int flags = u16(12);
    return packet.payloadLength() + (flags >>> 1 & 1) + (flags & 1);
  }

  /** The sequence number after the segment. */
  public int endSequence() {
    return sequenceNumber() + segmentLength();
  }

  // ---- options ---------------------------------------------------------------------------------

  /** Offset in the frame of the option of {@code kind}, or -1. Kinds are in {@link TcpOption}. */
  public int option(int kind) {
    int at = optionAt(kind);
    return at < 0 ? -1 : at - packet.start();
  }

  /** Maximum segment size (RFC 9293 section 3.7.1), or -1 without the option. */
  public int maximumSegmentSize() {
    int at = optionAt(TcpOption.MAXIMUM_SEGMENT_SIZE, 4);
    return at < 0 ? -1 : Bytes.u16(packet.memory(), at + 2L);
  }

  public void setMaximumSegmentSize(int bytes) {
    int at = optionAt(TcpOption.MAXIMUM_SEGMENT_SIZE, 4);
    if (at >= 0) {
      packet.editor.writeTransport16(at + 2, bytes);
    }
  }

  /** Window scale shift, at most 14 (RFC 7323 section 2.3), or -1 without the option. */
  public int windowScale() {
    int at = optionAt(TcpOption.WINDOW_SCALE, 3);
    return at < 0 ? -1 : Math.min(14, Bytes.u8(packet.memory(), at + 2L));
  }

  public boolean sackPermitted() {
    return optionAt(TcpOption.SACK_PERMITTED, 2) >= 0;
  }

  /** Whether a timestamps option is here (RFC 7323 section 3). */
  public boolean hasTimestamps() {
    return optionAt(TcpOption.TIMESTAMPS, 10) >= 0;
  }

  /** TSval; 0 without the option. */
  public int timestampValue() {
    int at = optionAt(TcpOption.TIMESTAMPS, 10);
    return at < 0 ? 0 : Bytes.u32(packet.memory(), at + 2L);
  }

  /** TSecr; 0 without the option. */
  public int timestampEcho() {
    int at = optionAt(TcpOption.TIMESTAMPS, 10);
    return at < 0 ? 0 : Bytes.u32(packet.memory(), at + 6L);
  }

  /** Sets TSval and TSecr of an option that is there; without one, nothing. */
  public void setTimestamps(int value, int echo) {
    int at = optionAt(TcpOption.TIMESTAMPS, 10);
    if (at >= 0) {
      packet.editor.writeTransport32(at + 2, value);
      packet.editor.writeTransport32(at + 6, echo);
    }
  }

  /** Number of SACK blocks, 0 to 4 (RFC 2018). */
  public int sackBlocks() {
    int at = optionAt(TcpOption.SACK);
    return at < 0 ? 0 : (Bytes.u8(packet.memory(), at + 1L) - 2) / 8;
  }

  /** First sequence number of SACK block {@code index}, which must be below {@link #sackBlocks}. */
  public int sackLeft(int index) {
    return Bytes.u32(packet.memory(), sackBlock(index));
  }

  /** The sequence number after SACK block {@code index}. */
  public int sackRight(int index) {
    return Bytes.u32(packet.memory(), sackBlock(index) + 4L);
  }

  public void setSackBlock(int index, int left, int right) {
    int at = sackBlock(index);
    packet.editor.writeTransport32(at, left);
    packet.editor.writeTransport32(at + 4, right);
  }

  /** Overwrites every option of {@code kind} with no-operations; the header keeps its length. */
  public void eraseOption(int kind) {
    for (int at = optionAt(kind); at >= 0; at = optionAt(kind)) {
      int length = Bytes.u8(packet.memory(), at + 1L);
      for (int i = 0; i < length; i++) {
        packet.editor.writeTransport8(at + i, TcpOption.NO_OPERATION);
      }
    }
  }

  private int sackBlock(int index) {
    if (index < 0 || index >= sackBlocks()) {
      throw new IndexOutOfBoundsException("The segment has no SACK block " + index + ".");
    }
    return optionAt(TcpOption.SACK) + 2 + 8 * index;
  }

  /** Slot offset of an option of {@code kind} and exactly {@code length} bytes, or -1. */
  private int optionAt(int kind, int length) {
    int at = optionAt(kind);
    return at >= 0 && Bytes.u8(packet.memory(), at + 1L) == length ? at : -1;
  }

  private int optionAt(int kind) {
    int at = packet.transport + MIN_LENGTH;
    int end = packet.tcpOptionsEnd;
    while (at < end) {
      int found = Bytes.u8(packet.memory(), at);
      if (found == TcpOption.NO_OPERATION) {
        at++;
        continue;
      }
      if (found == kind) {
        return at;
      }
      at += Bytes.u8(packet.memory(), at + 1L);
    }
    return -1;
  }

  private int u16(int at) {
    return Bytes.u16(packet.memory(), (long) packet.transport + at);
  }
}
