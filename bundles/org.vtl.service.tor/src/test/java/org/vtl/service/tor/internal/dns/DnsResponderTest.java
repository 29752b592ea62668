package org.vtl.service.tor.internal.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Address;

/** What names stand for, and what is answered to questions of all types. */
class DnsResponderTest extends DnsRig {
  // ---- names to addresses ----------------------------------------------------------------------

  @Test
  void aNameHasAVirtualAddress() {
    DnsMessages.Message ipv4 = ask("www.example.org", Dns.A);
    assertEquals(Dns.NO_ERROR, ipv4.code());
    assertEquals(names.map("www.example.org", false).toString(), ipv4.only());
    assertEquals(60, ipv4.answers().getFirst().ttl());
    assertEquals("www.example.org", ipv4.answers().getFirst().owner());
    assertEquals(Dns.RESPONSE | Dns.RECURSION_DESIRED | Dns.RECURSION_AVAILABLE, ipv4.flags());
    Address ipv6 = names.map("www.example.org", true);
    byte[] data = ask("www.example.org", Dns.AAAA).answers().getFirst().data();
    byte[] expected = new byte[16];
    Dns.setU64(expected, 0, ipv6.high());
    Dns.setU64(expected, 8, ipv6.low());
    assertArrayEquals(expected, data);
    assertEquals(2, counts.get("dns-mapped"));
    assertEquals(1, names.size());
  }

  @Test
  void theCaseOfTheQuestionComesBack() {
    DnsMessages.Message answer = ask("wWw.eXAMple.oRG", Dns.A);
    assertEquals("wWw.eXAMple.oRG", answer.question());
    assertEquals("wWw.eXAMple.oRG", answer.answers().getFirst().owner());
    assertEquals(names.map("www.example.org", false).toString(), answer.only());
    assertEquals(1, names.size());
  }

  @Test
  void withoutIpv6AnAaaaIsNotThere() {
    byte[] question = DnsMessages.question("www.example.org", Dns.AAAA).bytes();
    int length = link(false).responder().answer(question, question.length, out, false);
    DnsMessages.Message answer = DnsMessages.read(out, length);
    assertEquals(Dns.NO_ERROR, answer.code());
    assertEquals(List.of(), answer.answers());
    assertEquals(0, names.size());
  }

  @Test
  void anOnionAddressIsMappedAndHasNothingElse() {
    assertTrue(ask(ONION, Dns.A).only().startsWith("10."));
    assertTrue(ask("www." + ONION.toUpperCase(java.util.Locale.ROOT), Dns.A).only() != null);
    assertEquals(2, names.size());
    for (int type : new int[] {TXT, MX, Dns.HTTPS}) {
      DnsMessages.Message answer = ask(ONION, type);
      assertEquals(Dns.NO_ERROR, answer.code());
      assertEquals(List.of(), answer.answers());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "expyuzz4wqqyqhjn.onion", // version 2, which is gone
        "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuv2e.onion", // another version
        "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstu12d.onion", // 1 is not of base 32
        "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst2d.onion",
        "x.onion",
        "printer.local",
        "wpad.localdomain",
        "nas.home.arpa",
        "db.internal",
        "x.invalid",
        "x.alt",
        "fritz.lan",
        "mail.corp",
        "1.2.3.4",
        "127.0.0.1",
        "www.example.0x7f",
        "x.0x",
        "2130706433",
        "relay.exit",
        "www.example.org.noconnect",
        "use-application-dns.net",
        "nothing.use-application-dns.net"
      })
  void someNamesAreNobodysBusiness(String name) {
    for (int type : new int[] {Dns.A, Dns.AAAA, TXT, Dns.ANY}) {
      DnsMessages.Message answer = ask(name, type);
      assertEquals(Dns.NO_SUCH_NAME, answer.code(), name);
      assertEquals(List.of(), answer.answers());
      assertEquals(1, answer.records().size(), "how long to remember it");
      assertEquals(Dns.SOA, answer.records().getFirst().type());
      assertEquals("authority", answer.records().getFirst().section());
      String owner = answer.records().getFirst().owner();
      assertTrue(name.contains(".") ? name.endsWith("." + owner) : owner.isEmpty(), owner);
    }
    assertEquals(0, names.size());
    assertEquals(List.of(), asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b.example", "a\0.example", "a:b.example", "a/b.example", "ä.example"})
  void namesThatNoHostHasDoNotExist(String name) {
    assertEquals(Dns.NO_SUCH_NAME, ask(name, Dns.A).code());
    assertEquals(0, names.size());
  }

  @Test
  void aDotInsideALabelMakesNoOtherName() {
    byte[] question = DnsMessages.question("wwwxexample.org", Dns.A).bytes();
    question[Dns.HEADER + 4] = '.';
    int length = responder.answer(question, question.length, out, false);
    assertEquals(Dns.NO_SUCH_NAME, DnsMessages.read(out, length).code());
    assertEquals(0, names.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "com", "printer", "onion", "arpa", "in-addr.arpa", "10.in-addr.arpa"})
  void whatMayHaveNamesBelowItIsNotSaidNotToExist(String name) {
    DnsMessages.Message answer = ask(name, Dns.A);
    assertEquals(Dns.NO_ERROR, answer.code());
    assertEquals(List.of(), answer.answers());
    assertEquals(name, answer.records().getFirst().owner());
    assertEquals(0, names.size());
  }

  @Test
  void localhostIsTheGuestItself() {
    assertEquals("127.0.0.1", ask("localhost", Dns.A).only());
    assertEquals("127.0.0.1", ask("db.localhost", Dns.A).only());
    assertEquals(1, ask("localhost", Dns.AAAA).answers().getFirst().data()[15]);
    assertEquals(List.of(), ask("localhost", MX).answers());
    assertEquals(0, names.size());
  }

  @Test
  void noNat64IsToBeFound() {
    List<DnsMessages.Answered> answers = ask("ipv4only.arpa", Dns.A).answers();
    assertEquals("192.0.0.170", answers.get(0).text());
    assertEquals("192.0.0.171", answers.get(1).text());
    assertEquals(List.of(), ask("ipv4only.arpa", Dns.AAAA).answers());
  }

  @Test
  void whenAllPlacesAreInUseTheGuestIsToAskAgain() {
    for (int i = 0; i < 100; i++) {
      assertEquals(Dns.NO_ERROR, ask("n" + i + ".example", Dns.A).code());
    }
    assertEquals(Dns.SERVER_FAILURE, ask("more.example", Dns.A).code());
    assertEquals(1, counts.get("dns-full"));
    clock.advance(61_000_000_000L);
    assertEquals(Dns.NO_ERROR, ask("more.example", Dns.A).code());
  }

  // ---- types, classes, opcodes -----------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    // type, code, answers
    "64, 0, 0",
    "65, 0, 0",
    "16, 4, 0",
    "15, 4, 0",
    "2, 4, 0",
    "6, 4, 0",
    "33, 4, 0",
    "12, 4, 0",
    "43, 4, 0",
    "48, 4, 0",
    "255, 0, 1",
    "251, 5, 0",
    "252, 5, 0",
    "253, 5, 0",
    "254, 5, 0",
    "41, 5, 0",
    "249, 5, 0",
    "65535, 4, 0",
    "0, 4, 0"
  })
  void typesThatTorDoesNotResolve(int type, int code, int answers) {
    DnsMessages.Message answer = ask("www.example.org", type);
    assertEquals(code, answer.code());
    assertEquals(answers, answer.answers().size());
    assertEquals(type, answer.type());
    assertEquals(0, names.size());
  }

  @Test
  void anyIsAnsweredWithHinfo() {
    DnsMessages.Answered answer = ask("www.example.org", Dns.ANY).answers().getFirst();
    assertEquals(Dns.HINFO, answer.type());
    assertArrayEquals(new byte[] {7, 'R', 'F', 'C', '8', '4', '8', '2', 0}, answer.data());
  }

  @Test
  void otherClassesAndOpcodes() {
    byte[] chaos = DnsMessages.question("version.bind", TXT).bytes();
    Dns.setU16(chaos, chaos.length - 2, 3);
    assertEquals(Dns.REFUSED, code(chaos));
    byte[] any = DnsMessages.question("www.example.org", Dns.A).bytes();
    Dns.setU16(any, any.length - 2, 255);
    assertEquals(Dns.REFUSED, code(any));
    for (int opcode : new int[] {1, 2, 4, 5, 6, 15}) {
      byte[] other = DnsMessages.question("www.example.org", Dns.A).bytes();
      other[2] = (byte) (opcode << 3 | 1);
      assertEquals(Dns.NOT_IMPLEMENTED, code(other));
      assertEquals(opcode, out[2] >>> 3 & 0xf, "the opcode comes back");
    }
    assertEquals(0, names.size());
  }

  // ---- EDNS ------------------------------------------------------------------------------------

  @Test
  void whoSpeaksEdnsIsAnsweredSo() {
    DnsMessages.Message answer =
        ask(DnsMessages.question("www.example.org", Dns.A).edns(4_096, 0, 0x8000));
    assertEquals("", answer.edns().owner());
    assertEquals(Dns.LARGE_DATAGRAM, answer.edns().questionClass());
    assertEquals(0x8000, answer.edns().ttl(), "version 0, and its DO flag");
    assertEquals(0, answer.edns().data().length);
    assertNull(ask("www.example.org", Dns.A).edns());
  }

  @Test
  void anotherVersionIsBad() {
    DnsMessages.Message answer =
        ask(DnsMessages.question("www.example.org", Dns.A).edns(4_096, 1, 0));
    assertEquals(Dns.BAD_VERSION, answer.code());
    assertEquals(0, names.size());
  }

  @Test
  void twoOptsOrOneOfANameAreMalformed() {
    assertEquals(
        Dns.FORMAT_ERROR,
        ask(DnsMessages.question("a.example", Dns.A).edns(512, 0, 0).edns(512, 0, 0)).code());
    byte[] named = DnsMessages.question("a.example", Dns.A).name("x").u16(41, 512, 0, 0, 0).bytes();
    Dns.setU16(named, 10, 1);
    assertEquals(Dns.FORMAT_ERROR, code(named));
  }

  @Test
  void whatDoesNotFitIsCutOffAndSaidToBe() {
    String label = "a".repeat(60);
    String name = label + "." + label + "." + label + "." + label + ".abcdefg";
    Address address = names.map(name, true);
    String reverse = reverse(address);
    DnsMessages.Message answer = ask(reverse, Dns.PTR);
    assertEquals(name, answer.only(), "fits");
    byte[] question = DnsMessages.question(reverse, Dns.PTR).bytes();
    int length = responder.answer(question, question.length, out, true);
    assertEquals(name, DnsMessages.read(out, length).only());
    DnsQuestion read = new DnsQuestion();
    assertEquals(DnsQuestion.Reading.QUESTION, read.read(question, question.length));
    DnsAnswer small = new DnsAnswer().begin(read, out, 300).pointer(name, 60);
    assertTrue(small.isTruncated());
    DnsMessages.Message cut = DnsMessages.read(out, small.finish(0));
    assertTrue((cut.flags() & Dns.TRUNCATED) != 0);
    assertEquals(List.of(), cut.answers());
    assertEquals(reverse, cut.question());
  }
}
