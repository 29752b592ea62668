package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PacketTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp4-syn|192.0.2.1:40000 > 198.51.100.7:443 tcp SEW 4294967280:4294967280(0) win 64240"
            + " <mss 1460,sackOK,TS val 123456 ecr 0,nop,wscale 10>",
        "tcp6-ack-vlan|vlan 100 [2001:db8::1]:443 > [2001:db8:0:1::7]:40000 tcp FP. 1:4(3)"
            + " ack 2147483648 win 501"
            + " <nop,nop,sack 1000:2460,nop,nop,TS val 3735928559 ecr 77>",
        "udp4-options|192.0.2.1:53 > 198.51.100.7:5353 udp 7",
        "icmp4-echo-qinq|vlan 1 vlan 2 192.0.2.1 > 198.51.100.7 icmp 8/0 id 1 seq 2 9",
        "ndp-solicitation|fe80::1 > ff02::1:ff12:3456 icmp6 135/0 24",
        "arp-request|arp who-has 198.51.100.7 tell 192.0.2.1",
        "fragment4-first|192.0.2.1:7 > 198.51.100.7:7 udp 24 frag 0+",
        "fragment6-later|2001:db8::1 > 2001:db8:0:1::7 ip-17 5 frag 1448",
      })
  void writesOneLine(String name, String expected) {
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = TestFrames.load(pool.acquire(), TestFrames.frame(name));
      assertEquals(expected, PacketText.of(packet));
    }
  }

  @Test
  void saysWhatIsWrong() {
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = pool.acquire();
      byte[] frame = TestFrames.frame("tcp4-syn");
      assertEquals(
          "frame of 5 bytes malformed ETHERNET_TRUNCATED",
          PacketText.of(TestFrames.load(packet, frame, 5)));
      assertEquals(
          "02:00:5e:00:53:01 > 52:54:00:12:34:56 type 0x0800 40 malformed IP_LENGTH",
          PacketText.of(TestFrames.load(packet, frame, 40)));
      PacketBuilder builder = new PacketBuilder();
      builder.into(packet).ethernet(1, 2).ipv4(1, 2, 3).tcp(1, 2, 3, 4, 0, 5).windowScale(3);
      builder.tcpOptions(MemorySegment.ofArray(new byte[] {8, 0, 5}), 0, 3).finish();
      assertEquals(
          "0.0.0.1:1 > 0.0.0.2:2 tcp - 3:3(0) win 5 <wscale 3,malformed>", PacketText.of(packet));
    }
  }
}
