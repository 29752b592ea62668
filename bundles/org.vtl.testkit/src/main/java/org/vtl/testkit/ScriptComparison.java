package org.vtl.testkit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketText;
import org.vtl.packet.TcpHeader;

/** Compares a packet that was sent with the script's line that expects it. */
final class ScriptComparison {
  private static final int ECN = 3;

  private ScriptComparison() {}

  /**
   * Requires what the line states: for TCP flags and range, the rest only where it is written.
   *
   * @param expected made from {@code line}
   * @throws AssertionError if something is different
   */
  static void requireStated(ScriptPacket line, Packet expected, Packet sent) {
    boolean same =
        expected.sourceHigh() == sent.sourceHigh()
            && expected.sourceLow() == sent.sourceLow()
            && expected.destinationHigh() == sent.destinationHigh()
            && expected.destinationLow() == sent.destinationLow()
            && expected.protocol() == sent.protocol()
            && expected.payloadLength() == sent.payloadLength()
            && (line.vlan < 0 || expected.vlanKey() == sent.vlanKey())
            && (!expected.isTcp() || isStated(line, expected, sent));
    if (same && line.payload != null && payload(expected).mismatch(payload(sent)) >= 0) {
      byte[] bytes = payload(sent).toArray(ValueLayout.JAVA_BYTE);
      throw new AssertionError("the payload sent was " + HexFormat.of().formatHex(bytes));
    }
    if (same && line.ttl != null && expected.isIpv4()) {
      same = sent.ipv4().timeToLive() == line.ttl;
    }
    if (!same) {
      throw new AssertionError(
          "sent was " + PacketText.of(sent) + ", not " + PacketText.of(expected));
    }
  }

  private static boolean isStated(ScriptPacket line, Packet expected, Packet sent) {
    TcpHeader e = expected.tcp();
    TcpHeader s = sent.tcp();
    return sent.isTcp()
        && e.sourcePort() == s.sourcePort()
        && e.destinationPort() == s.destinationPort()
        && e.flags() == s.flags()
        && e.sequenceNumber() == s.sequenceNumber()
        && (line.acknowledgment == null || e.acknowledgmentNumber() == s.acknowledgmentNumber())
        && (line.window == null || e.window() == s.window())
        && (line.options == null || PacketText.options(expected).equals(PacketText.options(sent)));
  }

  /**
   * Requires all of a TCP segment that a target sent, playing one end itself, since nobody else
   * says what it should be. Flags (PSH only where the line has it), range, payload, acknowledgment,
   * the ECN field and the segment size of an offload are as written or absent; the window and the
   * urgent pointer count where they are written. Options without no-operations are those of the
   * line, where {@code *} stands for any number; a line without any allows timestamps alone.
   *
   * @throws AssertionError that names what is different
   */
  static void requireWhole(ScriptPacket line, Packet expected, Packet sent, ScriptCase.Run run) {
    List<String> different = differences(line, expected, sent, run);
    if (!different.isEmpty()) {
      throw new AssertionError(
          "sent was " + text(sent, run) + ": other " + String.join(", ", different));
    }
  }

  private static List<String> differences(
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
