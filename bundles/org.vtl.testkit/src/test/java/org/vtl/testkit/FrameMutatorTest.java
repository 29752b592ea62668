package org.vtl.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Ipv4Header;
import org.vtl.packet.Ipv6Header;
import org.vtl.packet.NdpMessage;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.PacketText;
import org.vtl.packet.Protocol;
import org.vtl.packet.Segmenter;
import org.vtl.packet.TcpHeader;
import org.vtl.packet.TcpOption;

/** Hostile frames through the parser, all views, edits, sealing and segmenting: none may throw. */
class FrameMutatorTest {
  private static final int ROUNDS = 1_000_000;

  private final Segmenter segmenter = new Segmenter();
  private final MemorySegment text = MemorySegment.ofArray("some payload".getBytes());
  private long consumed;

  private static FrameMutator mutator(long seed, Packet packet) throws IOException {
    FrameMutator mutator = new FrameMutator(seed);
    mutator.add(Frames.tcp().syn().mss(1460).sackPermitted().windowScale(7).build(packet));
    mutator.add(Frames.tcp().ack(5).sack(7, 9).timestamps(1, 2).payload(300).build(packet));
    mutator.add(Frames.tcp().from("2001:db8::1").to("2001:db8::2").vlan(9).build(packet));
    mutator.add(Frames.udp().payload("query").build(packet));
    mutator.add(Frames.udp().fragment(0, true).payload(64).build(packet));
    mutator.add(Frames.udp().fragment(1480, false).payload(64).build(packet));
    mutator.add(Frames.echo(1, 2).payload(56).build(packet));
    mutator.add(
        Frames.icmp(NdpMessage.NEIGHBOR_SOLICITATION, 0)
            .from("fe80::1")
            .to("ff02::1")
            .ttl(255)
            .payload(24)
            .build(packet));
    mutator.add(Frames.arpRequest().build(packet));
    Path corpus = CaptureCorpus.folder();
    if (corpus != null) {
      CaptureCorpus.forEach(corpus, mutator::add);
    }
    return mutator;
  }

  @Test
  void nothingThrows() throws IOException {
    try (PacketPool pool = new PacketPool(2)) {
      Packet packet = pool.acquire();
      Packet other = pool.acquire();
      FrameMutator mutator = mutator(20261123, packet);
      int whole = 0;
      for (int i = 0; i < ROUNDS; i++) {
        mutator.next(packet);
        whole += packet.malformation() == null ? 1 : 0;
        try {
          examine(packet, other);
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError("round " + mutator.round(), e);
        }
      }
      assertTrue(whole > ROUNDS / 10, "enough mutants must get past the parser: " + whole);
    }
  }

  private void examine(Packet packet, Packet other) {
    int network = packet.networkOffset();
    int transport = packet.transportOffset();
    int payload = packet.payloadOffset();
    int end = packet.datagramEnd();
    assertTrue(
        0 <= network
            && network <= transport
            && transport <= payload
            && payload <= end
            && end <= packet.length(),
        "offsets out of order");
    assertTrue(packet.isIp() || !packet.isTcp() && !packet.isUdp());
    read(packet);
    if ((consumed & 31) == 0) {
      assertNotNull(PacketText.of(packet));
    }
    other.copyOf(packet);
    write(other);
    other.seal(true);
    other.seal(false);
    assertTrue(other.checksumState() != ChecksumState.PARTIAL);
    segment(packet, other);
    packet.seal(false);
  }

  private void segment(Packet packet, Packet other) {
    // A segment of a few bytes is the sender's own cost, but not this test's.
    if (packet.segmentSize() >= 100 && segmenter.begin(packet, packet.segmentSize())) {
      int joined = 0;
      while (segmenter.next(other)) {
        assertTrue(other.isTransportChecksumRight());
        joined += other.payloadLength();
      }
      assertTrue(joined == packet.payloadLength());
    }
  }

  private void read(Packet packet) {
    Ipv4Header ipv4 = packet.ipv4();
    Ipv6Header ipv6 = packet.ipv6();
    TcpHeader tcp = packet.tcp();
    consumed += packet.ethernet().source() + packet.ethernet().destination() + packet.vlanKey();
    consumed += ipv4.totalLength() + ipv4.headerLength() + ipv4.source() + ipv4.destination();
    consumed += ipv4.isChecksumRight() ? 1 : 0;
    consumed += ipv6.sourceHigh() + ipv6.destinationLow() + ipv6.flowLabel() + ipv6.hopLimit();
    consumed += ipv6.extension(Protocol.ROUTING) + ipv6.extension(Protocol.FRAGMENT);
    consumed += tcp.sequenceNumber() + tcp.endSequence() + tcp.maximumSegmentSize();
    consumed += tcp.timestampValue() + tcp.windowScale() + tcp.option(TcpOption.MULTIPATH);
    for (int i = 0; i < tcp.sackBlocks(); i++) {
      consumed += tcp.sackLeft(i) + tcp.sackRight(i);
    }
    consumed += packet.udp().lengthBytes() + packet.udp().checksum();
    IcmpHeader icmp = packet.icmp();
    consumed += icmp.type() + icmp.mtu() + (icmp.isEcho() ? 1 : 0) + (icmp.isError() ? 1 : 0);
    consumed += packet.ndp().targetHigh() + packet.ndp().linkAddress(1);
    consumed += packet.ndp().isValid() ? 1 : 0;
    consumed += packet.arp().senderMac() + packet.arp().targetAddress();
    consumed += packet.isTransportChecksumRight() ? 1 : 0;
  }

  private void write(Packet packet) {
    packet.ethernet().setSource(5);
    if (packet.isIpv4()) {
      packet.ipv4().setSource(7);
      packet.ipv4().setTimeToLive(3);
    } else if (packet.isIpv6()) {
      packet.ipv6().setDestination(1, 2);
    }
    if (packet.isTcp()) {
      packet.tcp().setTimestamps(3, 4);
      packet.tcp().setMaximumSegmentSize(9);
      packet.tcp().eraseOption(TcpOption.SACK);
      packet.tcp().setFlags(0x1ff);
    } else if (packet.isUdp()) {
      packet.udp().setDestinationPort(53);
    }
    packet.ndp().setLinkAddress(NdpMessage.OPTION_SOURCE_LINK_ADDRESS, 77);
    int half = packet.payloadLength() / 2;
    if (packet.datagramEnd() < 60_000) {
      packet.replacePayload(half, packet.payloadLength() - half, text, 0, 11);
    }
  }

  @Test
  void sameSeedSameFrames() throws IOException {
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = pool.acquire();
      FrameMutator one = mutator(1, packet);
      for (int i = 0; i < 100; i++) {
        one.next(packet);
      }
      byte[] bytes = bytes(packet);
      FrameMutator two = mutator(1, packet);
      two.skipTo(one.round());
      assertArrayEquals(bytes, bytes(two.next(packet)));
    }
  }

  private static byte[] bytes(Packet packet) {
    return packet.memory().asSlice(packet.start(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
  }
}
