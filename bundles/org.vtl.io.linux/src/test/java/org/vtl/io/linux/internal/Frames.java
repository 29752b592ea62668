package org.vtl.io.linux.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;

/** Frames for tests, made in slots. */
final class Frames {
  private static final String ETHERNET = "020000000002" + "020000000001";

  private Frames() {}

  /** A frame of EtherType 88b5 (IEEE 802, local experiments) that carries {@code number}. */
  static Packet experimental(PacketPool pool, int length, int number) {
    Packet packet = fill(pool.acquire(), ETHERNET + "88b5", length);
    Bytes.setU32(packet.memory(), packet.start() + 14L, number);
    Parser.parse(packet);
    return packet;
  }

  /** The number in such a frame, or -1 for any other. */
  static int number(Packet packet) {
    return packet.etherType() == 0x88b5 ? Bytes.u32(packet.memory(), packet.start() + 14L) : -1;
  }

  /** A TCP packet over IPv4 with so much payload and these flags. */
  static Packet tcp4(PacketPool pool, int payload, int flags) {
    return ip4(pool, "06", "0400", "50" + hex8(flags), 20, payload);
  }

  static Packet udp4(PacketPool pool, int payload) {
    Packet packet = ip4(pool, "11", "", "", 8, payload);
    Bytes.setU16(packet.memory(), packet.start() + 38L, 8 + payload);
    Parser.parse(packet);
    return packet;
  }

  private static Packet ip4(
      PacketPool pool, String protocol, String unused, String offset, int header, int payload) {
    int total = 20 + header + payload;
    String text =
        ETHERNET
            + "0800"
            + "4500"
            + hex16(total)
            + "0000400040"
            + protocol
            + "0000"
            + "0a000001"
            + "0a000002"
            + "04d2162e"
            + (offset.isEmpty() ? hex16(header + payload) + "0000" : "0000000000000000" + offset);
    Packet packet = fill(pool.acquire(), text, 14 + total);
    Parser.parse(packet);
    return packet;
  }

  /** A TCP packet over IPv6. */
  static Packet tcp6(PacketPool pool, int payload, int flags) {
    String text =
        ETHERNET
            + "86dd"
            + "60000000"
            + hex16(20 + payload)
            + "0640"
            + "fd000000000000000000000000000001"
            + "fd000000000000000000000000000002"
            + "04d2162e"
            + "0000000000000000"
            + "50"
            + hex8(flags);
    Packet packet = fill(pool.acquire(), text, 14 + 40 + 20 + payload);
    Parser.parse(packet);
    return packet;
  }

  private static Packet fill(Packet packet, String hex, int length) {
    byte[] head = HexFormat.of().parseHex(hex);
    packet.memory().asSlice(Packet.HEADROOM, length).fill((byte) 0x5a);
    MemorySegment.copy(
        head, 0, packet.memory(), ValueLayout.JAVA_BYTE, Packet.HEADROOM, head.length);
    packet.frame(Packet.HEADROOM, length);
    return packet;
  }

  private static String hex8(int value) {
    return HexFormat.of().toHexDigits((byte) value);
  }

  private static String hex16(int value) {
    return HexFormat.of().toHexDigits((short) value);
  }

  /** A batch of one packet. */
  static PacketBatch batch(Packet... packets) {
    PacketBatch batch = new PacketBatch(packets.length);
    for (Packet packet : packets) {
      batch.add(packet);
    }
    return batch;
  }

  /** A batch full of free packets, to poll into. */
  static PacketBatch free(PacketPool pool, int capacity) {
    PacketBatch batch = new PacketBatch(capacity);
    while (!batch.isFull()) {
      batch.add(pool.acquire());
    }
    return batch;
  }

  /** Polls until a frame with a number comes, for at most 5 seconds; its number, or -1. */
  static int awaitNumber(PacketPort port, PacketBatch one) throws PortException {
    long end = System.nanoTime() + 5_000_000_000L;
    while (System.nanoTime() - end < 0) {
      if (port.poll(one) == 1) {
        Parser.parse(one.get(0));
        if (number(one.get(0)) >= 0) {
          return number(one.get(0));
        }
      } else {
        Thread.onSpinWait();
      }
    }
    return -1;
  }

  /** Polls until the port is lost, for at most 5 seconds; what it says then. */
  static String awaitLoss(PacketPort port, PacketBatch batch) {
    long end = System.nanoTime() + 5_000_000_000L;
    while (System.nanoTime() - end < 0) {
      try {
        if (port.poll(batch) == 0) {
          Thread.onSpinWait();
        }
      } catch (PortException e) {
        return e.getMessage();
      }
    }
    return "not lost";
  }
}
