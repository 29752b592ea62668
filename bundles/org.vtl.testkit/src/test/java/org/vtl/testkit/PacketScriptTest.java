package org.vtl.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.PacketText;

class PacketScriptTest {
  /** Remembers what it is given, and sends every packet back as VTL's own. */
  private static final class Recorder implements ScriptTarget {
    final List<String> packets = new ArrayList<>();
    final List<String> times = new ArrayList<>();
    final PacketPool pool = new PacketPool(1);
    final Packet last = pool.acquire();
    boolean claimed = true;
    ScriptCase.Run run;

    @Override
    public void begin(ScriptCase.Run run) {
      this.run = run;
    }

    @Override
    public void deliver(Direction direction, Packet packet, long nanos) {
      assertTrue(packet.isTransportChecksumRight() ^ packet.length() == 61, "checksum");
      packets.add(direction + " " + PacketText.of(packet));
      last.copyOf(packet);
      claimed = false;
    }

    @Override
    public void advance(long nanos) {
      times.add(Long.toString(nanos - ScriptCase.START_NANOS));
    }

    @Override
    public String value(String subject, String key) {
      return switch (subject + "." + key) {
        case "vm." -> "ESTABLISHED";
        case "vm.next" -> Long.toString(run.relative(Direction.OUTBOUND, last.tcp().endSequence()));
        default -> throw new IllegalArgumentException("no " + subject);
      };
    }

    @Override
    public String fate() {
      return "drop TOO_LATE";
    }

    @Override
    public Packet emitted(Direction direction) {
      Packet sent = claimed || last.direction() != direction ? null : last;
      claimed = claimed || sent != null;
      return sent;
    }
  }

  private static Recorder run(String body) {
    Recorder recorder = new Recorder();
    PacketScript.parse("test", "case: one\n" + body).run(recorder);
    return recorder;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "> S 0:0(0) win 65535 <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>"
            + "|OUTBOUND 10.0.0.1:5555 > 10.0.0.2:80 tcp S 1000000:1000000(0) win 65535"
            + " <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>",
        "< S. 0:0(0) ack 1 win 5"
            + "|INBOUND 10.0.0.2:80 > 10.0.0.1:5555 tcp S. 3000000000:3000000000(0) ack 1000001"
            + " win 5",
        "> P. 1:6(5) ack 1 `hello`"
            + "|OUTBOUND 10.0.0.1:5555 > 10.0.0.2:80 tcp P. 1000001:1000006(5) ack 3000000001"
            + " win 65535",
        "> . -1:0(1) ack 1 <nop,nop,sack 5:10 20:30>"
            + "|OUTBOUND 10.0.0.1:5555 > 10.0.0.2:80 tcp . 999999:1000000(1) ack 3000000001"
            + " win 65535 <nop,nop,sack 3000000005:3000000010 3000000020:3000000030>",
        "> R 7:7(0) ipv6 vlan 5"
            + "|OUTBOUND vlan 5 [2001:db8::1]:5555 > [2001:db8::2]:80 tcp R 1000007:1000007(0)"
            + " win 65535",
        "< udp 12 sport 53|INBOUND 10.0.0.2:53 > 10.0.0.1:5555 udp 12",
        "> icmp echo id 3 seq 4 8|OUTBOUND 10.0.0.1 > 10.0.0.2 icmp 8/0 id 3 seq 4 8",
        "> . 0:3000(3000) tso 1000 partial"
            + "|OUTBOUND 10.0.0.1:5555 > 10.0.0.2:80 tcp . 1000000:1003000(3000) ack 0 win 65535"
            + " segments of 1000",
        "> udp 8 frag 8+|OUTBOUND 10.0.0.1 > 10.0.0.2 ip-17 8 frag 8+",
        "> udp 19 badsum|OUTBOUND 10.0.0.1:5555 > 10.0.0.2:80 udp 19",
        "> S 0:0(0) truncate 40|OUTBOUND 02:00:00:00:00:01 > 02:00:00:00:00:02 type 0x0800 40"
            + " malformed IP_LENGTH",
        "> arp who-has|OUTBOUND arp who-has 10.0.0.2 tell 10.0.0.1",
      })
  void readsPackets(String line, String expected) {
    assertEquals(List.of(expected), run(line.replace('`', '"')).packets);
  }

  @Test
  void quotesTheOtherSidesDatagram() {
    Recorder recorder = run("> S 0:0(0)\n< icmp 3/4 mtu 1400 quote");
    assertEquals("INBOUND 10.0.0.2 > 10.0.0.1 icmp 3/4 40", recorder.packets.get(1));
  }

  @Test
  void movesTheClock() {
    Recorder recorder = run("+0.5 > S 0:0(0)\n@ clock +1min\n+20us < R 0:0(0)");
    assertEquals(List.of("500000000", "60500000000", "60500020000"), recorder.times);
  }

  @Test
  void sequenceNumbersWrap() {
    Recorder recorder = run("isn vm 4294967295\n> S 0:0(0)\n= vm.next 1");
    assertTrue(recorder.packets.get(0).contains("S 4294967295:"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "= vm ESTABLISHED; vm.next 6",
        "= vm !CLOSED vm.next >=6 vm.next <=6; vm SYN_SENT|ESTABLISHED",
        "! drop",
        "! drop TOO_LATE",
        "?> P. 1:6(5) ack 1\n?-",
        "?> P. 1:6(5) ack 1 win 65535 \"hello\"",
      })
  void acceptsWhatIsTrue(String line) {
    run("> P. 1:6(5) ack 1 \"hello\"\n" + line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "= vm CLOSED",
        "= vm.next 7",
        "= vm !ESTABLISHED",
        "= vm.next >=7",
        "= host up",
        "! pass",
        "! drop TOO",
        "?-",
        "?< P. 1:6(5) ack 1",
        "?> P. 1:6(5) ack 2",
        "?> . 1:6(5)",
        "?> P. 1:6(5) win 9",
        "?> P. 1:6(5) \"hallo\"",
        "?> P. 1:6(5) <nop>",
      })
  void failsAtWhatIsFalse(String line) {
    AssertionError error =
        assertThrows(
            AssertionError.class, () -> run("> P. 1:6(5) ack 1 \"hello\"\n" + line + " # why"));
    assertTrue(error.getMessage().startsWith("test:3 (one): "), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "S 0:0(0)",
        "> S",
        "> S 0:1(0)",
        "> Q 0:0(0)",
        "> S 0:0(0) <mss>",
        "> S 0:0(0) <mss 1460",
        "> S 0:0(0) <what 7>",
        "> P. 1:6(5) \"four\"",
        "> P. 1:6(5) \"open",
        "> S 0:0(0) frob",
        "+1x > S 0:0(0)",
        "+1 = vm UP",
        "= vm",
        "@ clock",
        "@ tick +1",
        "vm nowhere",
        "isn host 5",
        "case: one",
        "case:",
      })
  void refusesWithPlaceAndReason(String line) {
    IllegalArgumentException error = assertThrows(IllegalArgumentException.class, () -> run(line));
    assertTrue(error.getMessage().startsWith("test:2: "), error.getMessage());
  }
}
