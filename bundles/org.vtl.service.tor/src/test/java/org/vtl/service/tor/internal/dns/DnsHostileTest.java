package org.vtl.service.tor.internal.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.vtl.metrics.Counter;
import org.vtl.packet.Address;
import org.vtl.testkit.AllocationProbe;

/** Whatever the guest sends, no message does harm. */
class DnsHostileTest extends DnsRig {
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

  /** A record says how long it is: one byte more than there are is a lie, of any record. */
  @Test
  void recordsThatReachPastTheEnd() {
    int[] types = {Dns.OPT, Dns.A, TXT, 250}; // 250 is TSIG, which stands last
    for (int type : types) {
      for (int data : new int[] {0, 1, 4, 40}) {
        for (int more : new int[] {0, 1, 2, 255, 0xffff - data}) {
          byte[] bytes = withRecord(type, data, data + more);
          assertEquals(more == 0 ? Dns.NO_ERROR : Dns.FORMAT_ERROR, code(bytes), type + "+" + more);
        }
      }
    }
    // The first of two takes bytes of the second for its own, or all of them.
    for (int said = 0; said < 30; said++) {
      byte[] two = withRecord(Dns.A, 11, said);
      two[two.length - 9] = (byte) Dns.OPT;
      Dns.setU16(two, 10, 2);
      assertEquals(said == 0 ? Dns.NO_ERROR : Dns.FORMAT_ERROR, code(two), "a first of " + said);
    }
  }

  /** A question with a record behind it that has {@code data} bytes and says {@code said}. */
  private static byte[] withRecord(int type, int data, int said) {
    byte[] question = DnsMessages.question("a.example", Dns.A).bytes();
    byte[] bytes = Arrays.copyOf(question, question.length + 11 + data);
    Dns.setU16(bytes, 10, 1);
    Dns.setU16(bytes, question.length + 1, type);
    Dns.setU16(bytes, question.length + 3, 1_232);
    Dns.setU16(bytes, question.length + 9, said);
    return bytes;
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
