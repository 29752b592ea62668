package org.vtl.ipfix.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.CounterInfo;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;

/** What is told of connections, read by their templates. */
class FlowsTest {
  private static final String REVERSE_PACKETS = "29305/2";
  private static final String REVERSE_OCTETS = "29305/1";
  private static final String REASON = "32473/1";

  private final IpfixRig rig = new IpfixRig(1_024);

  @AfterEach
  void close() {
    rig.close();
  }

  /** Refuses what the VM sends to port 23, and forgets its connection, or not. */
  private static final class Refuser implements PacketService {
    private final boolean forgets;
    private ServiceContext context;
    private Reason refused;

    Refuser(boolean forgets) {
      this.forgets = forgets;
    }

    @Override
    public void attach(ServiceContext given) {
      context = given;
      refused = given.reason("refused", "It was refused.");
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      if (connection.network().port() != 23) {
        return Verdict.CONTINUE;
      }
      if (forgets) {
        context.connections().close(connection);
      }
      return refused.drop(packet);
    }
  }

  private static Frames back(Frames frames) {
    return frames
        .from("10.0.0.2:80")
        .to("10.0.0.1:5555")
        .macs("02:00:00:00:00:02", "02:00:00:00:00:01");
  }

  private static void has(Map<String, String> record, String... keysAndValues) {
    for (int i = 0; i < keysAndValues.length; i += 2) {
      assertEquals(keysAndValues[i + 1], record.get(keysAndValues[i]), keysAndValues[i]);
    }
  }

  @Test
  void aConversationIsOneRecordOfBothDirections() {
    rig.clock.advance(TimeUnit.SECONDS.toNanos(10));
    long start = IpfixRig.WALL_MILLIS + TimeUnit.NANOSECONDS.toMillis(rig.clock.nanos());
    rig.fromVm(Frames.udp().payload("ab"));
    rig.clock.advance(TimeUnit.SECONDS.toNanos(2));
    rig.fromNetwork(back(Frames.udp()).payload("c"));
    rig.fromNetwork(back(Frames.udp()).payload("d"));
    assertEquals(List.of(), rig.records());
    rig.idle();
    List<Map<String, String>> records = rig.records();
    assertEquals(1, records.size());
    Map<String, String> record = records.getFirst();
    has(record, "8", "10.0.0.1", "12", "10.0.0.2", "7", "5555", "11", "80", "4", "17");
    has(record, "2", "1", "1", "30", REVERSE_PACKETS, "2", REVERSE_OCTETS, "58");
    has(record, "239", "1", "61", "1", "136", "1", "89", "64", "133", "0", REASON, "");
    has(record, "225", "10.0.0.1", "226", "10.0.0.2", "227", "5555", "228", "80", "82", "lab");
    has(record, "152", Long.toString(start));
    has(record, "153", Long.toString(start + 2_000));
  }

  @Test
  void whoOpensIsTheSource() {
    rig.fromNetwork(back(Frames.udp()).payload("c"));
    rig.idle();
    Map<String, String> record = rig.records().getFirst();
    has(record, "8", "10.0.0.2", "12", "10.0.0.1", "7", "80", "11", "5555");
    has(record, "61", "0", "2", "1", REVERSE_PACKETS, "0");
    has(record, "225", "10.0.0.2", "226", "10.0.0.1", "227", "80", "228", "5555");
  }

  @Test
  void tcpThatIsClosedEndsByItself() {
    rig.fromVm(Frames.tcp().syn().seq(999));
    rig.fromNetwork(back(Frames.tcp()).syn().seq(8999).ack(1000));
    rig.fromVm(Frames.tcp().seq(1000).ack(9000));
    rig.fromVm(Frames.tcp().fin().seq(1000).ack(9000));
    rig.fromNetwork(back(Frames.tcp()).fin().seq(9000).ack(1001));
    rig.fromVm(Frames.tcp().seq(1001).ack(9001));
    rig.idle();
    has(rig.records().getFirst(), "4", "6", "136", "3", "2", "4", REVERSE_PACKETS, "2");
  }

  @Test
  void ipv6HasATemplateOfItsOwn() {
    rig.fromVm(Frames.udp().from("[fd00::1]:5555").to("[fd00::2]:53").payload("x"));
    rig.fromVm(Frames.udp().payload("x"));
    rig.idle();
    List<Map<String, String>> records = rig.records();
    assertEquals(2, records.size());
    Map<String, String> six =
        records.stream().filter(one -> one.containsKey("27")).findFirst().orElseThrow();
    has(six, "27", "fd00:0:0:0:0:0:0:1", "282", "fd00:0:0:0:0:0:0:2", "11", "53", "1", "49");
  }

  @Test
  void aDropIsToldWithItsReason() {
    rig.add("refuser", 200, new Refuser(false));
    for (int i = 0; i < 3; i++) {
      rig.fromVm(Frames.udp().to("10.0.0.2:23").payload("x"));
    }
    rig.idle();
    List<Map<String, String>> records = rig.records();
    assertEquals(1, records.size());
    has(records.getFirst(), "89", "128", "133", "3", REASON, "refuser/refused", "2", "3");
  }

  @Test
  void soIsAConnectionThatItsRefuserForgets() {
    rig.add("refuser", 200, new Refuser(true));
    for (int i = 0; i < 3; i++) {
      rig.fromVm(Frames.tcp().from("10.0.0.1:" + (1000 + i)).to("10.0.0.2:23").syn().seq(i));
    }
    rig.settle();
    List<Map<String, String>> records = rig.records();
    assertEquals(3, records.size());
    for (Map<String, String> record : records) {
      has(record, "89", "128", "133", "1", REASON, "refuser/refused", "2", "1", "11", "23");
    }
  }

  @Test
  void whatAServiceKeepsForItselfWasConsumed() {
    rig.add(
        "keeper",
        200,
        new PacketService() {
          private ServiceContext context;

          @Override
          public void attach(ServiceContext given) {
            context = given;
          }

          @Override
          public Verdict process(Packet packet, Connection connection) {
            context.injector().release(packet);
            return Verdict.TAKE;
          }
        });
    rig.fromVm(Frames.udp().payload("x"));
    rig.idle();
    has(rig.records().getFirst(), "89", "192", "133", "1", REASON, "core/released");
  }

  @Test
  void bothAddressesOfARewrittenConnectionAreTold() {
    rig.add(
        "nat",
        300,
        (packet, connection) -> {
          if (packet.direction() == Direction.OUTBOUND && packet.isIpv4()) {
            packet.ipv4().setSource(0xc0000205);
            packet.udp().setSourcePort(40_000);
          }
          return Verdict.CONTINUE;
        });
    rig.fromVm(Frames.udp().payload("x"));
    rig.idle();
    Map<String, String> record = rig.records().getFirst();
    has(record, "8", "10.0.0.1", "7", "5555", "12", "10.0.0.2");
    has(record, "225", "192.0.2.5", "227", "40000", "226", "10.0.0.2", "228", "80");
  }

  @Test
  void aConnectionThatGoesOnIsToldOfInParts() {
    rig.fromVm(Frames.udp().payload("ab"));
    rig.clock.advance(TimeUnit.SECONDS.toNanos(20));
    rig.fromNetwork(back(Frames.udp()).payload("c"));
    rig.observer.tellOfActive(TimeUnit.SECONDS.toNanos(15));
    rig.turn();
    rig.observer.tellOfActive(0);
    rig.turn();
    List<Map<String, String>> first = rig.records();
    assertEquals(1, first.size(), "nothing new, nothing told");
    has(first.getFirst(), "136", "2", "2", "1", REVERSE_PACKETS, "1");
    rig.fromVm(Frames.udp().payload("d"));
    rig.idle();
    IpfixReader reader = new IpfixReader();
    // The sequence goes on from the messages before.
    List<byte[]> messages = rig.messages();
    messages.forEach(message -> java.nio.ByteBuffer.wrap(message).putInt(8, 0));
    messages.forEach(reader::read);
    has(reader.records().getFirst(), "136", "1", "2", "1", "1", "29", REVERSE_PACKETS, "0");
  }

  @Test
  void messagesFitAPacketAndAreNumbered() {
    for (int i = 0; i < 200; i++) {
      rig.fromVm(Frames.udp().from("10.0.0.1:" + (10_000 + i)).payload("x"));
    }
    rig.idle();
    List<byte[]> messages = rig.messages();
    IpfixReader reader = new IpfixReader();
    for (byte[] message : messages) {
      assertTrue(message.length <= IpfixRig.MESSAGE_BYTES, "of " + message.length);
      reader.read(message);
    }
    assertTrue(messages.size() > 15, messages.size() + " messages");
    assertEquals(200, reader.records().size());
    assertEquals(2, reader.templates());
  }

  @Test
  void whatFindsNoRoomIsCounted() {
    try (IpfixRig small = new IpfixRig(16)) {
      for (int i = 0; i < 20; i++) {
        small.fromVm(Frames.udp().from("10.0.0.1:" + (10_000 + i)).payload("x"));
      }
      small.idle();
      assertEquals(16, small.records().size());
      small.observer.count(16);
      assertEquals(4, count(small, "ipfix/flows-lost"));
      assertEquals(16, count(small, "ipfix/flows-exported"));
    }
  }

  private static long count(IpfixRig rig, String counter) {
    return rig.engine.runtime().counters().stream()
        .filter(one -> one.name().equals(counter))
        .mapToLong(CounterInfo::value)
        .sum();
  }

  @Test
  void allocatesNothingPerConnection() {
    rig.add("refuser", 200, new Refuser(true));
    PacketPool pool = new PacketPool(1);
    Packet refused = Frames.tcp().to("10.0.0.2:23").syn().build(pool.acquire());
    AllocationProbe.assertNone(
        20_000,
        () -> {
          rig.vm.deliver(refused);
          rig.engine.step();
        });
    pool.close();
  }

  @Test
  void itSeesTheFirstPacketOfAConnectionAlone() {
    for (int i = 0; i < 10; i++) {
      rig.fromVm(Frames.udp().payload("x"));
      rig.fromNetwork(back(Frames.udp()).payload("x"));
    }
    assertEquals(1, rig.engine.runtime().services().getFirst().packets());
  }
}
