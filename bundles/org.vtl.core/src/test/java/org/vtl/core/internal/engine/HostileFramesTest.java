package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.port.Offloads;
import org.vtl.service.Verdict;
import org.vtl.testkit.CaptureCorpus;
import org.vtl.testkit.FrameMutator;
import org.vtl.testkit.Frames;

/**
 * A million hostile frames through parser, fragments, tracker, chain, translation and egress: none
 * may throw, none may stay behind.
 */
class HostileFramesTest extends WithWorkers {
  private static final int FRAMES = 1_000_000;
  private static final int ROUND = 60;

  @Test
  void nothingThrowsAndNothingStays() throws IOException {
    try (Rig rig = new Rig("malformed", "pass", "connections", 1_024)) {
      rig.engine.removeLink("lab");
      rig.net.setOffloads(Offloads.NONE);
      rig.vm.setMtu(65_535);
      rig.engine.addLink("lab", Rig.configuration("malformed", "pass", "connections", 1_024));
      rig.turn();
      rig.turn();
      rig.add("changer", 200, new Changer());
      rig.add("inserter", 400, new Inserter());
      rig.add("decider", 600, new Decider());
      FrameMutator mutator = mutator(rig.frame);
      for (int i = 0; i < FRAMES; i++) {
        Packet frame = mutator.next(rig.frame);
        if ((i & 1) == 0) {
          rig.vm.deliver(frame);
        } else {
          rig.net.deliver(frame);
        }
        if (i % ROUND == 0) {
          turn(rig, mutator);
        }
      }
      rig.vm.clear();
      rig.net.clear();
      rig.pass(2_000); // fragments that wait for their first give up
      for (String service : new String[] {"changer", "inserter", "decider"}) {
        assertEquals(0, rig.service(service).failures(), service);
        assertEquals(0, rig.service(service).held(), service);
        assertTrue(rig.service(service).packets() > FRAMES / 4, service);
      }
      var link = rig.engine.runtime().links().getFirst();
      assertEquals(Rig.workers * (256 - Lane.BATCH), link.poolFree(), "every packet came back");
      assertTrue(link.connections() <= Rig.workers * 1_024);
    }
  }

  private static void turn(Rig rig, FrameMutator mutator) {
    try {
      rig.clock.advance(Rig.MILLI);
      rig.turn();
      rig.vm.clear();
      rig.net.clear();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError("in the " + ROUND + " frames up to " + mutator.round(), e);
    }
  }

  private static FrameMutator mutator(Packet packet) throws IOException {
    FrameMutator mutator = new FrameMutator(20261123);
    mutator.add(Frames.tcp().syn().mss(1460).sackPermitted().windowScale(7).build(packet));
    mutator.add(Rig.tcpBack().syn().ack(1).mss(1460).windowScale(7).build(packet));
    mutator.add(Frames.tcp().seq(1).ack(1).payload(300).build(packet));
    mutator.add(Rig.tcpBack().seq(1).ack(301).sack(500, 600).build(packet));
    mutator.add(Frames.tcp().seq(301).ack(1).fin().build(packet));
    mutator.add(Frames.udp().fragment(0, true).payload(64).build(packet));
    mutator.add(Frames.udp().fragment(72, false).payload(64).build(packet));
    mutator.add(Frames.echo(1, 2).payload(56).build(packet));
    mutator.add(Frames.icmp(3, 4).payload(28).build(packet));
    Path corpus = CaptureCorpus.folder();
    if (corpus != null) {
      CaptureCorpus.forEach(corpus, mutator::add);
    }
    return mutator;
  }

  /** Changes what every header has. */
  private static final class Changer extends Rig.Taking {
    @Override
    public Verdict process(Packet packet, Connection connection) {
      packet.ethernet().setSource(0x0200_0000_0009L);
      if (packet.isIpv4()) {
        packet.ipv4().setTimeToLive(33);
        packet.ipv4().setSource(packet.ipv4().source() ^ 1);
      } else if (packet.isIpv6()) {
        packet.ipv6().setHopLimit(33);
      }
      if (packet.isTcp()) {
        packet.tcp().setMaximumSegmentSize(1_200);
        packet.tcp().setWindow(1_000);
      } else if (packet.isUdp()) {
        packet.udp().setDestinationPort(53);
      }
      return Verdict.CONTINUE;
    }
  }

  /** Puts a byte into some TCP streams, and has the engine translate from then on. */
  private static final class Inserter extends Rig.Taking {
    private final MemorySegment bytes = MemorySegment.ofArray(new byte[] {'+'});
    private int count;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (packet.isTcp()
          && connection.isTracked()
          && !connection.isInvalid(packet)
          && packet.payloadLength() > 0
          && packet.payloadLength() < 60_000
          && ++count % 7 == 0) {
        int sequence = packet.tcp().sequenceNumber();
        packet.replacePayload(0, 0, bytes, 0, 1);
        try {
          context.sequenceMap(connection).inserted(packet.direction(), sequence, 1);
        } catch (IllegalStateException e) {
          return Verdict.DROP; // as documented: too many changes are unacknowledged
        }
      }
      return Verdict.CONTINUE;
    }
  }

  /** Leaves, drops, takes, copies and makes, by turns. */
  private static final class Decider extends Rig.Taking {
    private int count;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      switch (++count % 5) {
        case 0 -> connection.leave(this);
        case 1 -> {
          Packet copy = context.injector().copy(packet);
          if (copy != null) {
            context.injector().inject(copy, connection);
          }
        }
        case 2 -> {
          context.injector().inject(packet, connection);
          return Verdict.TAKE;
        }
        case 3 -> {
          Packet made = context.injector().newPacket(connection, packet.direction());
          if (made != null) {
            context.injector().inject(made, connection);
          }
          return Verdict.DROP;
        }
        default -> {
          return Verdict.ACCEPT;
        }
      }
      return Verdict.CONTINUE;
    }
  }
}
