package org.vtl.tcp.internal.relay;

import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;

/**
 * How the frames of one end look, learned from those it sends, so that frames made in its name look
 * alike: MAC addresses, VLAN tags with their priority, TTL, DSCP, flow label, DF, and an IP
 * identification that goes on. One side's.
 */
final class EndHeaders {
  private static final int TIME_TO_LIVE = 64;

  private boolean known;
  private long macSource;
  private long macDestination;
  private int vlanTags;
  private final int[] tags = new int[2];
  private final int[] tagTypes = new int[2];
  private boolean version6;
  private long sourceHigh;
  private long sourceLow;
  private long destinationHigh;
  private long destinationLow;
  private int sourcePort;
  private int destinationPort;
  private int hops;
  private int dscp;
  private int flowLabel;
  private boolean dontFragment;
  private int identification;

  /** Whether the identification is counted here: what the end itself sends says nothing of it. */
  private boolean counting;

  void forget() {
    known = false;
    counting = false;
    identification = 0;
  }

  boolean isVersion6() {
    return version6;
  }

  /** From here on frames are made in its name only: the identification is counted here. */
  void speak() {
    counting = true;
  }

  /** Takes a TCP packet of that end for its example. */
  void learn(Packet packet) {
    macSource = packet.ethernet().source();
    macDestination = packet.ethernet().destination();
    vlanTags = packet.vlanTags();
    for (int i = 0; i < vlanTags; i++) {
      tags[i] = packet.ethernet().vlanTag(i);
      tagTypes[i] = Bytes.u16(packet.memory(), packet.start() + 12L + 4 * i);
    }
    if (!known) {
      known = true;
      version6 = packet.isIpv6();
      sourceHigh = packet.sourceHigh();
      sourceLow = packet.sourceLow();
      destinationHigh = packet.destinationHigh();
      destinationLow = packet.destinationLow();
      sourcePort = packet.tcp().sourcePort();
      destinationPort = packet.tcp().destinationPort();
    }
    if (version6) {
      hops = packet.ipv6().hopLimit();
      dscp = packet.ipv6().dscp();
      flowLabel = packet.ipv6().flowLabel();
    } else {
      hops = packet.ipv4().timeToLive();
      dscp = packet.ipv4().dscp();
      dontFragment = packet.ipv4().dontFragment();
      // A server's SYN-ACK has 0, its next packet the number it counts on from.
      if (!counting || identification == 0) {
        identification = packet.ipv4().identification();
      }
    }
  }

  /** As {@link #mirror}, for an end that was silent since a relay joined its live connection. */
  void mirrorIfUnknown(EndHeaders other) {
    if (!known) {
      mirror(other);
    }
  }

  /** Takes the opposite of {@code other} for an end that has never spoken. */
  void mirror(EndHeaders other) {
    known = true;
    counting = false;
    macSource = other.macDestination;
    macDestination = other.macSource;
    vlanTags = other.vlanTags;
    System.arraycopy(other.tags, 0, tags, 0, vlanTags);
    System.arraycopy(other.tagTypes, 0, tagTypes, 0, vlanTags);
    version6 = other.version6;
    sourceHigh = other.destinationHigh;
    sourceLow = other.destinationLow;
    destinationHigh = other.sourceHigh;
    destinationLow = other.sourceLow;
    sourcePort = other.destinationPort;
    destinationPort = other.sourcePort;
    hops = TIME_TO_LIVE;
    dscp = other.dscp;
    flowLabel = 0;
    dontFragment = true;
    identification = 0;
  }

  /**
   * Writes the headers up to IP.
   *
   * @param ecn the two bits behind the DSCP
   * @param packets how many packets an offload makes of it, each of which has an identification
   */
  void write(PacketBuilder builder, int ecn, int packets) {
    builder.ethernet(macDestination, macSource);
    for (int i = 0; i < vlanTags; i++) {
      builder.vlan(tags[i]);
    }
    if (version6) {
      builder.ipv6(sourceHigh, sourceLow, destinationHigh, destinationLow, hops);
      builder.flowLabel(flowLabel);
    } else {
      int number = identification;
      if (identification != 0) {
        number = identification + 1 & 0xffff;
        identification = identification + packets & 0xffff;
      }
      builder.ipv4((int) sourceLow, (int) destinationLow, hops, number, dontFragment);
    }
    builder.trafficClass(dscp << 2 | ecn);
  }

  /** Puts the tags' own types into a finished frame: the outer may be a service tag's (802.1ad). */
  void writeTagTypes(Packet made) {
    for (int i = 0; i < vlanTags; i++) {
      Bytes.setU16(made.memory(), made.start() + 12L + 4 * i, tagTypes[i]);
    }
  }

  int sourcePort() {
    return sourcePort;
  }

  int destinationPort() {
    return destinationPort;
  }
}
