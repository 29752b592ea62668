package org.vtl.testkit;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketText;
import org.vtl.packet.TcpHeader;

/**
 * Compares a TCP segment that a target sent, playing one end itself, with the script's line: all of
 * it, since nobody else says what it should be. Flags (PSH only where the line has it), range,
 * payload, acknowledgment, the ECN field and the segment size of an offload are as written or
 * absent; the window and the urgent pointer count where they are written. Options without
 * no-operations are those of the line, where {@code *} stands for any number; a line without any
 * allows timestamps alone.
 */
final class ScriptComparison {
  private static final int ECN = 3;

  private ScriptComparison() {}

  /** What is different, empty if nothing is. */
  static List<String> differences(
      ScriptPacket line, Packet expected, Packet sent, ScriptCase.Run run) {
    TcpHeader e = expected.tcp();
    TcpHeader s = sent.tcp();
    List<String> different = new ArrayList<>();
    int mask = e.has(TcpHeader.PSH) ? ~0 : ~TcpHeader.PSH;
    add(different, "flags", (e.flags() & mask) == (s.flags() & mask));
    add(different, "sequence number", e.sequenceNumber() == s.sequenceNumber());
    add(different, "payload length", expected.payloadLength() == sent.payloadLength());
    if (e.isAck()) {
      if (line.acknowledgment == null) {
        throw new IllegalArgumentException(
            "a segment with ACK that is expected needs an \"ack N\"");
      }
      add(different, "ack", e.acknowledgmentNumber() == s.acknowledgmentNumber());
    }
    add(different, "window", line.window == null || e.window() == s.window());
    add(different, "urgent pointer", e.urgentPointer() == s.urgentPointer());
    add(different, "segment size", line.segmentSize == sent.segmentSize());
    add(different, "ECN field", ((line.tos == null ? 0 : line.tos) & ECN) == ecn(sent));
    add(different, "options", sameOptions(line.options, options(sent, run)));
    if (different.isEmpty()) {
      add(different, "payload", payload(expected).mismatch(payload(sent)) < 0);
    }
    return different;
  }

  private static void add(List<String> different, String what, boolean same) {
    if (!same) {
      different.add(what);
    }
  }

  private static int ecn(Packet packet) {
    return packet.isIpv4() ? packet.ipv4().ecn() : packet.ipv6().ecn();
  }

  private static MemorySegment payload(Packet packet) {
    return packet
        .memory()
        .asSlice((long) packet.start() + packet.payloadOffset(), packet.payloadLength());
  }

  private static boolean sameOptions(String written, String sent) {
    if (written == null) {
      return sent.isEmpty() || sent.matches("TS [^,]*");
    }
    String wanted = withoutPadding(written);
    return Pattern.matches("\\Q" + wanted.replace("*", "\\E-?\\d+\\Q") + "\\E", sent);
  }

  private static String withoutPadding(String options) {
    List<String> kept = new ArrayList<>();
    for (String option : options.split(",")) {
      String each = option.strip().replaceAll("\\s+", " ");
      if (!each.equals("nop") && !each.equals("eol") && !each.isEmpty()) {
        kept.add(each);
      }
    }
    return String.join(",", kept);
  }

  /** The options without padding, SACK edges relative to what they acknowledge. */
  private static String options(Packet packet, ScriptCase.Run run) {
    String text = PacketText.options(packet);
    if (text.isEmpty()) {
      return "";
    }
    List<String> options = new ArrayList<>();
    for (String each : withoutPadding(text.substring(1, text.length() - 1)).split(",")) {
      options.add(each.startsWith("sack ") ? blocks(packet, run) : each);
    }
    return String.join(",", options);
  }

  private static String blocks(Packet packet, ScriptCase.Run run) {
    StringBuilder text = new StringBuilder("sack");
    for (int i = 0; i < packet.tcp().sackBlocks(); i++) {
      text.append(' ').append(acknowledged(packet, packet.tcp().sackLeft(i), run));
      text.append(':').append(acknowledged(packet, packet.tcp().sackRight(i), run));
    }
    return text.toString();
  }

  private static int acknowledged(Packet packet, int sequence, ScriptCase.Run run) {
    return (int) run.relative(packet.direction().reverse(), sequence);
  }

  /** The segment as a script writes it. */
  static String text(Packet packet, ScriptCase.Run run) {
    if (!packet.isTcp()) {
      return PacketText.of(packet);
    }
    TcpHeader tcp = packet.tcp();
    int first = (int) run.relative(packet.direction(), tcp.sequenceNumber());
    int length = packet.payloadLength();
    StringBuilder text = new StringBuilder(80).append(PacketText.flags(tcp.flags()));
    text.append(' ').append(first).append(':').append(first + length);
    text.append('(').append(length).append(')');
    if (tcp.isAck()) {
      text.append(" ack ").append(acknowledged(packet, tcp.acknowledgmentNumber(), run));
    }
    text.append(" win ").append(tcp.window());
    if (tcp.urgentPointer() != 0) {
      text.append(" urg ").append(tcp.urgentPointer());
    }
    String options = options(packet, run);
    text.append(options.isEmpty() ? "" : " <" + options + ">");
    text.append(ecn(packet) == 0 ? "" : " tos " + ecn(packet));
    return text.append(packet.segmentSize() == 0 ? "" : " tso " + packet.segmentSize()).toString();
  }
}
