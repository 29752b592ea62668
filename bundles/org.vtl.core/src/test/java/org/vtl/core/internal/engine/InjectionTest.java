package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.runtime.Engine;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.PacketAssert;

/** What services make, take, keep and give back. */
class InjectionTest extends WithWorkers {
  private final Rig rig = new Rig();
  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aTakenPacketGoesOnBehindItsServiceWhenItIsInjected() {
    Taker taker = new Taker();
    rig.add("near", 100, new Rig.Probe("near", seen));
    rig.add("taker", 200, taker);
    rig.add("far", 300, new Rig.Probe("far", seen));
    rig.fromVm(Rig.udp("a"));
    assertNull(rig.toNetwork());
    assertEquals(1, rig.service("taker").held());
    rig.link.execute(taker::injectAll);
    rig.turn();
    assertEquals(List.of("near>", "far>"), seen);
    PacketAssert.that(rig.toNetwork()).payload("a");
    assertEquals(0, rig.service("taker").held());
  }

  @Test
  void whatADepartedServiceHeldIsSentOnInOrder() {
    Taker taker = rig.add("taker", 200, new Taker());
    rig.fromVm(Rig.udp("1"));
    rig.fromVm(Rig.udp("2"));
    rig.fromVm(Rig.udp("3"));
    assertNull(rig.toNetwork());
    rig.engine.removeService(taker);
    rig.turn();
    assertEquals(List.of("1", "2", "3"), rig.payloadsToNetwork());
  }

  @Test
  void anInjectedPacketNeverComesBackToItsInjectorNorCountsAsTheGuests() {
    Echo low = new Echo("low", seen);
    Echo high = new Echo("high", seen);
    rig.add("low", 200, low);
    rig.add("high", 300, high);
    rig.handshake();
    seen.clear();
    low.injectOnNext = true;
    high.injectOnNext = true;
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("xy").timestamps(52, 70));
    // Each injects one more outbound: low's passes high, high's passes nobody.
    assertEquals(List.of("low", "high", "high"), seen);
    assertEquals(3, rig.allToNetwork().size());
    var vm = rig.connections("tcp").getFirst().vm();
    assertEquals(1002, vm.next(), "what VTL made is not what the guest sent");
    assertEquals(1002, vm.delivered());
  }

  @Test
  void aPacketGivenAwayTwiceIsRefused() {
    rig.add(
        "twice",
        200,
        new Rig.Taking() {
          @Override
          public Verdict process(Packet packet, Connection connection) {
            context.injector().inject(packet, connection);
            assertThrows(IllegalStateException.class, () -> context.injector().release(packet));
            return Verdict.TAKE;
          }
        });
    rig.fromVm(Rig.udp("a"));
    assertNotNull(rig.toNetwork());
    assertNull(rig.toNetwork());
    assertEquals(0, rig.service("twice").failures());
  }

  @Test
  void aServiceCannotTakeAllPackets() {
    rig.add("greedy", 200, new Taker());
    for (int i = 0; i < 200; i++) {
      rig.fromVm(Rig.udp("x" + i));
    }
    assertEquals(128, rig.service("greedy").held());
    assertEquals(72, rig.count("core/take-refused"));
  }

  @Test
  void aMadePacketFitsTheConnection() {
    Maker maker = rig.add("maker", 200, new Maker());
    rig.handshake();
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("hello").timestamps(60, 70).window(321));
    rig.net.clear();
    maker.make = Direction.OUTBOUND;
    rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1005).payload("abc").timestamps(80, 60));
    PacketAssert.that(rig.toNetwork())
        .source("10.0.0.1")
        .destination("10.0.0.2")
        .sourceMac("02:00:00:00:00:01")
        .sourcePort(5555)
        .seq(1005)
        .ack(9003)
        .window(321)
        .timestamps(60, 80)
        .payload("made")
        .checksumsRight();
    assertEquals(1009, rig.connections("tcp").getFirst().vm().delivered());
    rig.vm.clear();
    maker.make = Direction.INBOUND;
    rig.fromVm(Frames.tcp().seq(1005).ack(9003).timestamps(61, 80));
    PacketAssert.that(rig.toVm())
        .source("10.0.0.2")
        .destinationPort(5555)
        .seq(9003)
        .ack(1005)
        .payload("made")
        .checksumsRight();
  }

  @Test
  void anotherThreadMayNotInject() {
    // Only an engine with threads can tell.
    try (var threaded = Engine.create(System::nanoTime, Engine.Drive.THREADS)) {
      threaded.addProvider(new MemoryPortProvider(), "memory");
      var link = threaded.addLink("lab", Rig.configuration());
      Taker taker = new Taker();
      threaded.addService(taker, Map.of("vtl.name", "taker", "vtl.priority", 1));
      IllegalStateException refused =
          assertThrows(IllegalStateException.class, () -> taker.context.injector().newFrame(link));
      assertTrue(refused.getMessage().contains("link.execute"));
    }
  }

  @Test
  void sequenceNumbersAreTranslatedWhereBytesWereInserted() {
    Inserter inserter = rig.add("inserter", 400, new Inserter());
    rig.handshake();
    inserter.insert = true;
    rig.fromVm(Frames.tcp().seq(1000).ack(9000).payload("ab").timestamps(60, 70));
    PacketAssert.that(rig.toNetwork()).seq(1000).payload("++ab").checksumsRight();
    rig.fromVm(Frames.tcp().seq(1002).ack(9000).payload("cd").timestamps(60, 70));
    PacketAssert.that(rig.toNetwork()).seq(1004).payload("cd").checksumsRight();
    rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1006).timestamps(80, 60));
    PacketAssert.that(rig.toVm()).seq(9000).ack(1004).checksumsRight();
    // The service leaves; the connection lives on.
    rig.engine.removeService(inserter);
    rig.fromVm(Frames.tcp().seq(1004).ack(9000).payload("ef").timestamps(61, 80));
    PacketAssert.that(rig.toNetwork()).seq(1006).payload("ef").checksumsRight();
    rig.fromNetwork(Rig.tcpBack().seq(9000).ack(1008).timestamps(81, 61));
    PacketAssert.that(rig.toVm()).ack(1006).checksumsRight();
    assertFalse(rig.connections("tcp").getFirst().midstream());
  }

  private static final class Taker extends Rig.Taking {
    private final List<Packet> packets = new ArrayList<>();
    private Connection of;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      packets.add(packet);
      of = connection;
      return Verdict.TAKE;
    }

    void injectAll() {
      packets.forEach(packet -> context.injector().inject(packet, of));
      packets.clear();
    }
  }

  private static final class Echo extends Rig.Taking {
    private final String name;
    private final List<String> seen;
    boolean injectOnNext;

    Echo(String name, List<String> seen) {
      this.name = name;
      this.seen = seen;
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      seen.add(name);
      if (injectOnNext) {
        injectOnNext = false;
        context
            .injector()
            .inject(context.injector().newPacket(connection, packet.direction()), connection);
      }
      return Verdict.CONTINUE;
    }
  }

  private static final class Maker extends Rig.Taking {
    Direction make;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (make != null) {
        Packet made = context.injector().newPacket(connection, make);
        byte[] text = {'m', 'a', 'd', 'e'};
        made.replacePayload(0, 0, MemorySegment.ofArray(text), 0, text.length);
        context.sequenceMap(connection).inserted(make, made.tcp().sequenceNumber(), text.length);
        make = null;
        context.injector().inject(made, connection);
      }
      return Verdict.CONTINUE;
    }
  }

  private static final class Inserter extends Rig.Taking {
    boolean insert;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (insert && packet.payloadLength() > 0) {
        insert = false;
        byte[] text = {'+', '+'};
        int sequence = packet.tcp().sequenceNumber();
        packet.replacePayload(0, 0, MemorySegment.ofArray(text), 0, text.length);
        context.sequenceMap(connection).inserted(packet.direction(), sequence, text.length);
      }
      return Verdict.CONTINUE;
    }
  }
}
