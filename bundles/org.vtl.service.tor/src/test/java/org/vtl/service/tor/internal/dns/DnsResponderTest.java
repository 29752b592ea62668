package org.vtl.service.tor.internal.dns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.metrics.Counter;
import org.vtl.packet.Address;
import org.vtl.tcp.policy.Prefix;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.VirtualClock;

/** What is asked for, what is answered, and that no message does harm. */
class DnsResponderTest {
  private static final int TXT = 16;
  private static final int MX = 15;
  private static final String ONION =
      "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuv2d.onion";

  private final VirtualClock clock = new VirtualClock();
  private final Map<String, Long> counts = new HashMap<>();
  private final List<Address> asked = new ArrayList<>();
  private final List<Consumer<String>> lookups = new ArrayList<>();
  private final NameMap names =
      new NameMap(
          new VirtualRange(Prefix.parse("10.192.0.0/10"), Prefix.parse("fd76:746c:746f::/48")),
          100,
          3_600_000_000_000L,
          clock);
  private final LinkNames link = link(true);
  private final DnsResponder responder = link.responder();
  private final byte[] out = new byte[DnsResponder.MOST];

  private LinkNames link(boolean ipv6) {
    return new LinkNames(
        names,
        (address, answer) -> {
          asked.add(address);
          lookups.add(answer);
        },
        new DnsCounters(this::counter),
        ipv6,
        60);
  }

  private Counter counter(String name, String description) {
    long[] value = new long[1];
    return new Counter() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String description() {
        return description;
      }

      @Override
      public void add(long amount) {
        value[0] += amount;
        counts.put(name, value[0]);
      }

      @Override
      public long value() {
        return value[0];
      }
    };
  }

  private DnsMessages.Message ask(DnsMessages question) {
    byte[] bytes = question.bytes();
    int length = responder.answer(bytes, bytes.length, out, false);
    assertTrue(length > 0, "an answer: " + length);
    DnsMessages.Message message = DnsMessages.read(out, length);
    assertEquals(0x1234, message.id());
    assertTrue((message.flags() & Dns.RESPONSE) != 0);
    return message;
  }

  private DnsMessages.Message ask(String name, int type) {
    return ask(DnsMessages.question(name, type));
  }

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

  private int code(byte[] question) {
    int length = responder.answer(question, question.length, out, false);
    return DnsMessages.read(out, length).code();
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

  // ---- addresses to names ----------------------------------------------------------------------

  static String reverse(Address address) {
    if (address.isIpv4()) {
      int a = address.ipv4();
      return (a & 0xff)
          + "."
          + (a >>> 8 & 0xff)
          + "."
          + (a >>> 16 & 0xff)
          + "."
          + (a >>> 24)
          + ".in-addr.arpa";
    }
    StringBuilder name = new StringBuilder();
    String digits = String.format("%016x%016x", address.high(), address.low());
    for (int i = 31; i >= 0; i--) {
      name.append(digits.charAt(i)).append('.');
    }
    return name + "ip6.arpa";
  }

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

  // ---- hostile messages ------------------------------------------------------------------------

  @Test
  void responsesAndScrapsAreNotAnswered() {
    byte[] response = DnsMessages.question("a.example", Dns.A).bytes();
    response[2] |= (byte) 0x80;
    assertEquals(0, responder.answer(response, response.length, out, false));
    for (int length = 0; length < Dns.HEADER; length++) {
      assertEquals(0, responder.answer(response, length, out, false));
    }
    assertEquals(13, counts.get("dns-no-question"));
  }

  @Test
  void everyCutOffQuestionIsMalformed() {
    byte[] whole = DnsMessages.question("www.example.org", Dns.A).edns(1_232, 0, 0).bytes();
    for (int length = Dns.HEADER; length < whole.length; length++) {
      int answered = responder.answer(Arrays.copyOf(whole, length), length, out, false);
      assertEquals(Dns.FORMAT_ERROR, DnsMessages.read(out, answered).code(), "of " + length);
    }
    assertEquals(0, names.size());
  }

  @Test
  void compressionLoopsGoNowhere() {
    for (int target : new int[] {0, 2, 11, 12, 13, 14, 16, 0x3fff}) {
      byte[] question = DnsMessages.question("abcd", Dns.A).bytes();
      Dns.setU16(question, 12, 0xc000 | target);
      assertEquals(Dns.FORMAT_ERROR, code(question));
      byte[] behind = DnsMessages.question("abcdef", Dns.A).bytes();
      behind[12] = 2;
      Dns.setU16(behind, 15, 0xc000 | target);
      assertEquals(Dns.FORMAT_ERROR, code(behind));
      // In the owner of a record behind the question a pointer is allowed, and not followed.
      byte[] owner =
          DnsMessages.question("a.example", Dns.A).u16(0xc000 | target, 16, 1, 0, 0, 0).bytes();
      Dns.setU16(owner, 10, 1);
      assertEquals(Dns.NO_ERROR, code(owner));
    }
  }

  @Test
  void reservedLabelsAndLongNames() {
    byte[] reserved = DnsMessages.question("abcd", Dns.A).bytes();
    for (int label : new int[] {0x40, 0x41, 0x80, 0xbf}) {
      reserved[12] = (byte) label;
      assertEquals(Dns.FORMAT_ERROR, code(reserved));
    }
    String label = "a".repeat(63);
    String longest = label + "." + label + "." + label + "." + "a".repeat(61);
    assertEquals(253, longest.length());
    assertEquals(Dns.NO_ERROR, ask(longest, Dns.A).answers().isEmpty() ? -1 : 0);
    assertEquals(Dns.FORMAT_ERROR, ask(longest + "a", Dns.A).code());
    assertEquals(Dns.FORMAT_ERROR, ask(longest + ".a", Dns.A).code());
    assertEquals(Dns.FORMAT_ERROR, ask("a.".repeat(127) + "a", Dns.A).code());
    assertEquals(Dns.NO_ERROR, ask("a.".repeat(126) + "a", Dns.A).code());
  }

  @Test
  void headersThatLie() {
    for (int field : new int[] {4, 6, 8, 10}) {
      for (int value : new int[] {0, 1, 2, 9, 255, 0xffff}) {
        byte[] question = DnsMessages.question("a.example", Dns.A).bytes();
        Dns.setU16(question, field, value);
        boolean right = value == (field == 4 ? 1 : 0);
        assertEquals(right ? Dns.NO_ERROR : Dns.FORMAT_ERROR, code(question), field + "=" + value);
      }
    }
    byte[] truncated = DnsMessages.question("a.example", Dns.A).bytes();
    truncated[2] |= 2;
    assertEquals(Dns.FORMAT_ERROR, code(truncated));
    byte[] huge = DnsMessages.question("a.example", Dns.A).edns(512, 0, 0).bytes();
    Dns.setU16(huge, huge.length - 2, 0xffff);
    assertEquals(Dns.FORMAT_ERROR, code(huge));
  }

  /** Whatever comes, the answer is well formed, fits, and repeats the number. */
  @Test
  void seededHostileMessages() {
    List<byte[]> good =
        List.of(
            DnsMessages.question("www.example.org", Dns.A).edns(4_096, 0, 0x8000).bytes(),
            DnsMessages.question("a.b.c.d.e.f.g.example", Dns.AAAA).bytes(),
            DnsMessages.question(ONION, Dns.A).edns(512, 0, 0).bytes(),
            DnsMessages.question(reverse(Address.parse("fd76:746c:746f::5")), Dns.PTR).bytes(),
            DnsMessages.question("4.3.2.1.in-addr.arpa", Dns.PTR).bytes(),
            DnsMessages.question("", Dns.ANY).edns(1_232, 0, 0).bytes(),
            DnsMessages.question("www.example.org", Dns.HTTPS).bytes());
    int[] edges = {0, 1, 0x3f, 0x40, 0x80, 0xc0, 0xff, '.', 12};
    int answered = 0;
    for (int round = 0; round < 200_000; round++) {
      SplittableRandom random = new SplittableRandom(round);
      byte[] message = good.get(random.nextInt(good.size())).clone();
      for (int i = random.nextInt(5); i > 0; i--) {
        int at = 2 + random.nextInt(message.length - 2);
        message[at] = (byte) (random.nextBoolean() ? random.nextInt() : edges[random.nextInt(9)]);
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(message.length + 1) : message.length;
      // A buffer that ends where the message does: one byte too far throws.
      byte[] exact = Arrays.copyOf(message, length);
      Arrays.fill(out, (byte) 0x55);
      int got = responder.answer(exact, length, out, random.nextBoolean());
      if (got == DnsResponder.LATER) {
        responder.askLater(false, (bytes, count) -> DnsMessages.read(bytes, count));
        lookups.removeLast().accept(random.nextBoolean() ? "x.example" : null);
        asked.clear();
      } else if (got > 0) {
        answered++;
        DnsMessages.Message read = DnsMessages.read(out, got);
        assertEquals(Dns.u16(exact, 0), read.id(), "round " + round);
        assertTrue(got <= DnsResponder.MOST);
      }
      clock.advance(1_000_000_000L);
    }
    assertTrue(answered > 100_000, answered + " were answered");
    assertTrue(names.size() <= 100);
  }

  @Test
  void allocatesNothingForAKnownName() {
    byte[] known = DnsMessages.question("www.example.org", Dns.A).edns(1_232, 0, 0).bytes();
    byte[] none = DnsMessages.question("x.local", Dns.A).bytes();
    byte[] bad = DnsMessages.question("x.local", Dns.A).bytes();
    bad[12] = (byte) 0xc0;
    Map<String, Counter> fixed = new HashMap<>();
    LinkNames quiet =
        new LinkNames(
            names,
            (address, answer) -> {},
            new DnsCounters((name, text) -> fixed.computeIfAbsent(name, key -> new Silent())),
            true,
            60);
    DnsResponder subject = quiet.responder();
    AllocationProbe.assertNone(
        10_000,
        () -> {
          assertTrue(subject.answer(known, known.length, out, false) > 0);
          assertTrue(subject.answer(none, none.length, out, false) > 0);
          assertTrue(subject.answer(bad, bad.length, out, false) > 0);
        });
    assertNotEquals(0, names.size());
    assertFalse(fixed.isEmpty());
  }

  /** Counts nothing. */
  private static final class Silent implements Counter {
    @Override
    public String name() {
      return "silent";
    }

    @Override
    public String description() {
      return "Silent.";
    }

    @Override
    public void add(long amount) {}

    @Override
    public long value() {
      return 0;
    }
  }
}
