package org.vtl.ipfix.internal;

import static org.vtl.ipfix.internal.FlowRow.*;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Writes rows as data records, in the order of {@link Element#ofConnection}. */
final class RecordWriter {
  /** forwardingStatus: the highest two bits; the rest, unknown, is 0 (RFC 7270 section 4.12). */
  private static final int FORWARDED = 0x40;

  private static final int DROPPED_STATUS = 0x80;
  private static final int CONSUMED = 0xc0;

  /** biflowDirection: the source opened the connection (RFC 5103 section 6.3). */
  private static final int INITIATOR = 1;

  private static final int INGRESS = 0;
  private static final int EGRESS = 1;
  private static final int LONGEST_SHORT = 254;
  private static final int VLAN_ID = 0xfff;

  /** Reasons of packets whose content went on another way, or was answered by VTL itself. */
  private static final Pattern KEPT = Pattern.compile(".*/(released|relayed|.*-answered)");

  private RecordWriter() {}

  static void write(ByteBuffer to, long[] row, int at, String link, String reason) {
    long flags = row[at + FLAGS];
    boolean six = (flags & IPV6) != 0;
    boolean inbound = (flags & INBOUND) != 0;
    // What was before VTL rewrote it is what the opener sent: the network's view of an inbound one.
    int before = at + (inbound ? OUTER_VM_HIGH : VM_HIGH);
    int after = at + (inbound ? VM_HIGH : OUTER_VM_HIGH);
    int beforePorts = at + (inbound ? OUTER_VM_PORT : VM_PORT);
    int afterPorts = at + (inbound ? VM_PORT : OUTER_VM_PORT);
    int source = inbound ? 2 : 0;
    int destination = inbound ? 0 : 2;
    to.putLong(row[at + START_MILLIS]).putLong(row[at + END_MILLIS]);
    address(to, six, row, before + source);
    address(to, six, row, before + destination);
    to.putShort((short) row[beforePorts + (inbound ? 1 : 0)]);
    to.putShort((short) row[beforePorts + (inbound ? 0 : 1)]);
    to.put((byte) row[at + PROTOCOL]).put((byte) INITIATOR);
    to.put((byte) (inbound ? INGRESS : EGRESS));
    int forward = at + (inbound ? IN_PACKETS : OUT_PACKETS);
    int reverse = at + (inbound ? OUT_PACKETS : IN_PACKETS);
    to.putLong(row[forward]).putLong(row[forward + 1]);
    to.putLong(row[reverse]).putLong(row[reverse + 1]);
    address(to, six, row, after + source);
    address(to, six, row, after + destination);
    to.putShort((short) row[afterPorts + (inbound ? 1 : 0)]);
    to.putShort((short) row[afterPorts + (inbound ? 0 : 1)]);
    to.putShort((short) (row[at + VLAN] & VLAN_ID));
    to.putLong(row[at + ID]);
    to.put((byte) (flags & END_REASON)).put((byte) status(flags, row[at + DROPPED], reason));
    to.putLong(row[at + DROPPED]);
    text(to, link);
    text(to, reason);
  }

  private static int status(long flags, long dropped, String reason) {
    if ((flags & PASSED) != 0) {
      return FORWARDED;
    }
    return dropped > 0 && !KEPT.matcher(reason).matches() ? DROPPED_STATUS : CONSUMED;
  }

  private static void address(ByteBuffer to, boolean six, long[] row, int at) {
    if (six) {
      to.putLong(row[at]).putLong(row[at + 1]);
    } else {
      to.putInt((int) row[at + 1]);
    }
  }

  /** A text with its length before it (RFC 7011 section 7). */
  private static void text(ByteBuffer to, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(bytes.length, LONGEST_SHORT);
    to.put((byte) length).put(bytes, 0, length);
  }

  /** Bytes that a record has at most. */
  static int longest() {
    // Two of IPv6 with two texts.
    return 2 * 8 + 2 * 16 + 7 + 4 * 8 + 2 * 16 + 4 + 2 + 8 + 2 + 8 + 2 * (1 + LONGEST_SHORT);
  }
}
