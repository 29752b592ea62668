package org.vtl.service.tor.internal.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Address;

/** Addresses and the names they have: VTL's own, nobody's, and those that Tor knows. */
class DnsReverseTest extends DnsRig {
  @Test
  void aMappedAddressHasItsName() {
    Address ipv4 = names.map("www.example.org", false);
    Address ipv6 = names.map("www.example.org", true);
    assertEquals("www.example.org", ask(reverse(ipv4), Dns.PTR).only());
    assertEquals("www.example.org", ask(reverse(ipv6), Dns.PTR).only());
    assertEquals(List.of(), ask(reverse(ipv6), Dns.A).answers());
    assertEquals(Dns.NO_SUCH_NAME, ask(reverse(new Address(0, ipv4.low() ^ 1)), Dns.PTR).code());
    assertEquals(List.of(), asked, "Tor hears nothing of it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.1.2.3", "192.168.1.1", "172.16.0.1", "172.31.255.255", "169.254.1.1", "100.64.0.1",
        "100.127.255.255", "0.1.2.3", "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1",
        "198.19.255.255", "224.0.0.251", "255.255.255.255", "fe80::1", "fd00::1", "2001:db8::1",
        "ff02::1", "::", "::ffff:1.2.3.4", "64:ff9b::1"
      })
  void privateAddressesHaveNoNamesAndStayHere(String address) {
    String name =
        address.startsWith("::ffff")
            ? reverse(new Address(0, 1)).replace("1.0.0.0.0.0.0.0.", "4.0.3.0.2.0.1.0.")
            : reverse(Address.parse(address));
    assertEquals(Dns.NO_SUCH_NAME, ask(name, Dns.PTR).code());
    assertEquals(List.of(), asked);
  }

  @Test
  void loopbackIsLocalhost() {
    assertEquals("localhost", ask(reverse(Address.parse("127.0.0.1")), Dns.PTR).only());
    assertEquals("localhost", ask(reverse(Address.parse("::1")), Dns.PTR).only());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "b._dns-sd._udp.0.1.168.192.in-addr.arpa",
        "256.1.1.1.in-addr.arpa",
        "01.1.1.1.in-addr.arpa",
        "x.1.1.1.in-addr.arpa",
        "1.1.1.1.1.in-addr.arpa",
        "1234.1.1.1.in-addr.arpa",
        "g.0.ip6.arpa",
        "00.ip6.arpa"
      })
  void noAddress(String name) {
    assertEquals(Dns.NO_SUCH_NAME, ask(name, Dns.PTR).code());
    assertEquals(List.of(), asked);
  }

  private DnsMessages.Message later(String name, String told) {
    byte[] question = DnsMessages.question(name, Dns.PTR).edns(1_232, 0, 0).bytes();
    assertEquals(DnsResponder.LATER, responder.answer(question, question.length, out, false));
    DnsMessages.Message[] got = new DnsMessages.Message[1];
    responder.askLater(
        false,
        (message, length) -> {
          assertNull(got[0], "once");
          got[0] = DnsMessages.read(message, length);
        });
    Arrays.fill(question, (byte) 0); // the caller's buffer is used again at once
    assertNull(got[0]);
    lookups.getLast().accept(told);
    lookups.getLast().accept(told);
    return got[0];
  }

  @Test
  void torIsAskedForTheNamesOfTheOthers() {
    DnsMessages.Message answer = later("34.216.184.93.in-addr.arpa", "www.Example.org");
    assertEquals(List.of(Address.parse("93.184.216.34")), asked);
    assertEquals("www.Example.org", answer.only());
    assertEquals("34.216.184.93.in-addr.arpa", answer.question());
    assertNotNull(answer.edns());
    assertEquals(Dns.NO_SUCH_NAME, later("8.8.8.8.in-addr.arpa", null).code());
    later(reverse(Address.parse("2600::1")), "x");
    assertEquals(Address.parse("2600::1"), asked.getLast());
    assertEquals(2, counts.get("dns-reverse-found"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a..b", "a b", "a\nb", "a.", "\u00e4.de"})
  void whatAnExitSaysMayBeNoName(String told) {
    assertEquals(Dns.SERVER_FAILURE, later("8.8.8.8.in-addr.arpa", told).code());
    assertEquals(Dns.SERVER_FAILURE, later("8.8.8.8.in-addr.arpa", "a".repeat(64)).code());
    assertEquals(
        Dns.SERVER_FAILURE, later("8.8.8.8.in-addr.arpa", "abcdefg.".repeat(32) + "x").code());
  }

  @Test
  void noMoreLookupsAtOnceThanSome() {
    for (int i = 0; i < LinkNames.MOST_LOOKUPS; i++) {
      byte[] question = DnsMessages.question(i + ".8.8.8.in-addr.arpa", Dns.PTR).bytes();
      assertEquals(DnsResponder.LATER, responder.answer(question, question.length, out, false));
      responder.askLater(false, (message, length) -> {});
    }
    assertEquals(Dns.SERVER_FAILURE, ask("99.8.8.8.in-addr.arpa", Dns.PTR).code());
    assertEquals(1, counts.get("dns-reverse-limited"));
    lookups.get(3).accept(null);
    assertEquals("again", later("99.8.8.8.in-addr.arpa", "again").only());
  }
}
