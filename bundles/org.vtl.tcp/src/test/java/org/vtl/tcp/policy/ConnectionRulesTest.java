package org.vtl.tcp.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

class ConnectionRulesTest {
  private final PacketPool pool = new PacketPool(2);
  private final Packet packet = pool.acquire();
  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final MemoryPort vm = ports.port("vm");
  private final MemoryPort network = ports.port("net");
  private final Engine engine = Engine.create(new VirtualClock(), Engine.Drive.STEPPED);
  private final Asking asking = new Asking();

  /** Asks the rules about the connection of each packet. */
  private static final class Asking implements PacketService {
    ConnectionRules rules = ConnectionRules.parse(List.of());
    Connection connection;
    int decided;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      this.connection = connection;
      decided = rules.deciding(connection);
      return Verdict.DROP;
    }
  }

  @BeforeEach
  void open() {
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
    engine.addService(asking, Map.of("vtl.name", "asking", "vtl.priority", 400));
    engine.step();
  }

  @AfterEach
  void close() {
    engine.close();
    pool.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // lines                                   | VM             | opens | peer            | line
        "                                          | 10.0.0.1:5     | >     | 10.0.0.2:80     | -1",
        "# nothing                                 | 10.0.0.1:5     | >     | 10.0.0.2:80     | -1",
        "bypass                                    | 10.0.0.1:5     | >     | 10.0.0.2:80     | 0",
        "bypass port 80                            | 10.0.0.1:5     | >     | 10.0.0.2:80     | 0",
        "bypass port 80                            | 10.0.0.1:80    | >     | 10.0.0.2:5      | -1",
        "bypass port 80                            | 10.0.0.1:80    | <     | 10.0.0.2:5      | 0",
        "bypass port 1-79, 81-90                   | 10.0.0.1:5     | >     | 10.0.0.2:80     | -1",
        "bypass port 1-79, 81-90                   | 10.0.0.1:5     | >     | 10.0.0.2:81     | 0",
        "bypass port 1-79, 81-90                   | 10.0.0.1:5     | >     | 10.0.0.2:91     | -1",
        "bypass outbound                           | 10.0.0.1:5     | <     | 10.0.0.2:80     | -1",
        "bypass inbound                            | 10.0.0.1:5     | <     | 10.0.0.2:80     | 0",
        "bypass peer 10.0.0.0/30                   | 10.0.0.1:5     | >     | 10.0.0.3:80     | 0",
        "bypass peer 10.0.0.0/30                   | 10.0.0.1:5     | >     | 10.0.0.4:80     | -1",
        "bypass peer 10.0.0.4                      | 10.0.0.1:5     | <     | 10.0.0.4:80     | 0",
        "bypass peer 0.0.0.0/0                     | 10.0.0.1:5     | >     | 10.0.0.4:80     | 0",
        "bypass peer ::/0                          | 10.0.0.1:5     | >     | 10.0.0.4:80     | -1",
        "bypass peer ::/0                          | [fd00::1]:5    | >     | [fd00::2]:80    | 0",
        "bypass peer 0.0.0.0/0                     | [fd00::1]:5    | >     | [fd00::2]:80    | -1",
        "bypass peer fd00::/8,2001:db8::7          | [fd00::1]:5    | >     | [2001:db8::7]:8 | 0",
        "bypass peer 2001:db8::/125                | [fd00::1]:5    | >     | [2001:db8::8]:8 | -1",
        "bypass vm 10.0.0.1 peer 10.0.0.2 port 80  | 10.0.0.1:5     | >     | 10.0.0.2:80     | 0",
        "bypass vm 10.0.0.1 peer 10.0.0.2 port 80  | 10.0.0.7:5     | >     | 10.0.0.2:80     | -1",
        "take port 443; ; bypass                   | 10.0.0.1:5     | >     | 10.0.0.2:443    | 0",
        "take port 443; ; bypass                   | 10.0.0.1:5     | >     | 10.0.0.2:80     | 2",
        "take port 443; ; bypass # the rest        | 10.0.0.1:5     | >     | 10.0.0.2:80     | 2",
      })
  void theFirstLineThatFitsDecides(
      String lines, String vmEnd, String opens, String peerEnd, int line) {
    asking.rules = ConnectionRules.parse(lines == null ? List.of() : List.of(lines.split(";", -1)));
    if (opens.equals(">")) {
      vm.deliver(Frames.tcp().from(vmEnd).to(peerEnd).syn().build(packet));
    } else {
      network.deliver(Frames.tcp().from(peerEnd).to(vmEnd).syn().build(packet));
    }
    while (engine.step() > 0) {
      // until nothing is left to do
    }
    assertEquals(line, asking.decided);
    boolean bypassed = line >= 0 && lines.split(";")[line].strip().startsWith("bypass");
    assertEquals(!bypassed, asking.rules.takes(line));
    AllocationProbe.assertNone(10_000, () -> asking.rules.deciding(asking.connection));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "split                    | it begins with \"split\"; begin it with take or bypass.",
        "bypass to 10.0.0.1       | \"to\" is no word of rules; use outbound, inbound, vm, peer or",
        "bypass peer              | \"peer\" lacks its values; write them behind it.",
        "bypass port 80 port 81   | \"port\" is one too many; leave it out.",
        "bypass inbound outbound  | \"outbound\" is one too many; leave it out.",
        "bypass port 0-65536      | \"0-65536\" is no port or range of ports; give numbers up to",
        "bypass port http         | \"http\" is no port or range of ports; give numbers up to",
        "bypass port 90-80        | ports \"90-80\" end before they begin; write the lower one",
        "bypass port 80,          | \"\" is no port or range of ports; give numbers up to",
        "bypass peer 10.0.0.1/33  | \"10.0.0.1/33\" is no prefix; its length is 0 to 32.",
        "bypass peer 10.0.0.1/x   | \"10.0.0.1/x\" is no prefix; its length is 0 to 32.",
        "bypass peer 10.0.0.1/24  | has bits behind its prefix; write 10.0.0.0/24.",
        "bypass peer 2001::1/16   | has bits behind its prefix; write 2001::/16.",
        "bypass peer host         | \"host\" is not an IP address such as 10.0.0.1 or 2001:db8::1.",
      })
  void faultsNameLineWordAndRemedy(String line, String sentence) {
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> ConnectionRules.parse(List.of("take port 1", line)))
            .getMessage();
    assertTrue(said.startsWith("Rule 2, \"" + line + "\": "), said);
    assertTrue(said.contains(sentence), said);
  }
}
