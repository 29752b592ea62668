package org.vtl.service.tor.internal.socks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Address;
import org.vtl.tcp.DialerHandshake.Answer;

/** The client's half of SOCKS5, against every answer that Tor was seen to give. */
class Socks5Test {
  private static final Target NAME = Target.of("www.example.test", 8000);
  private static final String NAME_REQUEST =
      "0501000310" + "7777772e6578616d706c652e74657374" + "1f40";
  private static final Credentials WHO = new Credentials("lab", "key");
  private static final String LOGIN = "01" + "03" + "6c6162" + "03" + "6b6579";
  private static final String GRANTED = "05000001000000000000";

  private final Conversation plain = new Conversation(5, NAME, null, false);

  // ---- what it says ----------------------------------------------------------------------------

  @Test
  void aNameIsAskedForByName() {
    assertEquals("050100", plain.first());
    assertEquals(Answer.PENDING, plain.hear("0500"));
    assertEquals(NAME_REQUEST, plain.said());
    assertEquals(Answer.CONNECTED, plain.hear(GRANTED));
    assertEquals(Reply.GRANTED, plain.reply);
    assertEquals(1, plain.ends);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 443, 05010001c000020701bb",
    "2001:db8::1, 80, 0501000420010db80000000000000000000000010050",
  })
  void anAddressIsAskedForByAddress(String address, int port, String request) {
    Conversation with = new Conversation(5, Target.of(Address.parse(address), port), null, false);
    with.first();
    with.hear("0500");
    assertEquals(request, with.said());
  }

  @Test
  void credentialsAreTheOnlyWayOffered() {
    Conversation with = new Conversation(5, NAME, WHO, false);
    assertEquals("050102", with.first());
    assertEquals(Answer.PENDING, with.hear("0502"));
    assertEquals(LOGIN, with.said());
    assertEquals(Answer.PENDING, with.hear("0100"));
    assertEquals(NAME_REQUEST, with.said());
    assertEquals(Answer.CONNECTED, with.hear(GRANTED));
  }

  @Test
  void whoLetsAnybodyInIsNotUsed() {
    Conversation with = new Conversation(5, NAME, WHO, false);
    with.first();
    assertEquals(Answer.FAILED, with.hear("0500"), "streams would share circuits");
    assertEquals(Reply.NEEDS_CREDENTIALS, with.reply);
    assertEquals("", with.said());
  }

  @Test
  void allIsSaidAtOnceWhenDataFollows() {
    Conversation with = new Conversation(5, NAME, WHO, true);
    assertEquals("050102" + LOGIN + NAME_REQUEST, with.first());
    assertEquals(Answer.PENDING, with.hear("0502"));
    assertEquals(Answer.PENDING, with.hear("0100"));
    assertEquals("", with.said());
    assertEquals(Answer.CONNECTED, with.hear(GRANTED));
    Conversation open = new Conversation(5, NAME, null, true);
    assertEquals("050100" + NAME_REQUEST, open.first());
    assertEquals(Answer.CONNECTED, open.hear("0500" + GRANTED));
  }

  @Test
  void ofMessagesReadAtOnceTorAnswersTheLastAlone() {
    Conversation with = new Conversation(5, NAME, WHO, true);
    with.first();
    assertEquals(Answer.CONNECTED, with.hearSplit("0100" + GRANTED));
    Conversation rejected = new Conversation(5, NAME, WHO, true);
    rejected.first();
    assertEquals(Answer.FAILED, rejected.hear("0101"));
    assertEquals(Reply.WRONG_CREDENTIALS, rejected.reply);
    Conversation inTurn = new Conversation(5, NAME, WHO, false);
    inTurn.first();
    assertEquals(Answer.FAILED, inTurn.hear("0100"), "nothing was said that this answers");
  }

  // ---- what it hears ---------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(
      strings = {
        "05000001000000000000",
        "05000004" + "20010db8000000000000000000000001" + "1f40",
        "0500000310" + "7777772e6578616d706c652e74657374" + "0000",
        "0500000300" + "0000",
        "05000000000000000000",
      })
  void whatFollowsTheAnswerIsData(String reply) {

    plain.first();
    plain.hear("0500");
    assertEquals(Answer.CONNECTED, plain.hear(reply + "68656c6c6f"));
    assertEquals("68656c6c6f", plain.left());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0500" + "05000001000000000000",
        "0500" + "05000004" + "20010db8000000000000000000000001" + "1f40",
        "0500" + "0500000310" + "7777772e6578616d706c652e74657374" + "0000",
        "0500" + "05000000000000000000",
      })
  void readsMaySplitAnywhere(String all) {
    plain.first();
    assertEquals(Answer.CONNECTED, plain.hearSplit(all));
    assertEquals("", plain.left());
    assertEquals(1, plain.ends);
  }

  @ParameterizedTest
  @CsvSource({
    "01, FAILURE, FAILED",
    "02, NOT_ALLOWED, PROHIBITED",
    "03, NETWORK_UNREACHABLE, NETWORK_UNREACHABLE",
    "04, HOST_UNREACHABLE, HOST_UNREACHABLE",
    "05, REFUSED, REFUSED",
    "06, EXPIRED, HOST_UNREACHABLE",
    "07, NOT_SUPPORTED, FAILED",
    "08, ADDRESS_NOT_SUPPORTED, NETWORK_UNREACHABLE",
    "09, UNKNOWN, FAILED",
    "f0, ONION_NOT_FOUND, HOST_UNREACHABLE",
    "f1, ONION_INVALID, HOST_UNREACHABLE",
    "f2, ONION_INTRODUCTION_FAILED, HOST_UNREACHABLE",
    "f3, ONION_RENDEZVOUS_FAILED, HOST_UNREACHABLE",
    "f4, ONION_NEEDS_AUTHORIZATION, REFUSED",
    "f5, ONION_WRONG_AUTHORIZATION, REFUSED",
    "f6, ONION_BAD_ADDRESS, HOST_UNREACHABLE",
    "f7, ONION_TIMED_OUT, HOST_UNREACHABLE",
    "f8, UNKNOWN, FAILED",
    "ff, UNKNOWN, FAILED",
  })
  void refusalsAreToldApart(String code, Reply reply, Answer answer) {
    // Tor's refusals have the address kind 1 or 0, or end early as the server hangs up.
    for (String rest : new String[] {"0001000000000000", "0000000000000000", ""}) {
      Conversation with = new Conversation(5, NAME, null, false);
      with.first();
      with.hear("0500");
      assertEquals(answer, with.hearSplit("05" + code + rest));
      assertEquals(reply, with.reply);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', 05ff, NEEDS_CREDENTIALS",
    "'', 0502, NEEDS_CREDENTIALS",
    "'', 0401, NO_SOCKS",
    "'', 48545450, NO_SOCKS",
    "'', 48, NO_SOCKS",
    "0500, 04000001000000000000, NO_SOCKS",
    "0500, 485454502f312e30, NO_SOCKS",
    "0500, 0500000500000000000000, NO_SOCKS",
    "0500, 050000ff00000000000000, NO_SOCKS",
  })
  void garbageIsNoSocks(String before, String garbage, Reply reply) {
    plain.first();
    if (!before.isEmpty()) {
      plain.hear(before);
    }
    assertEquals(Answer.FAILED, plain.hearSplit(garbage));
    assertEquals(reply, plain.reply);
    assertEquals(Answer.FAILED, plain.hear("05000001"), "and stays so");
    assertEquals(1, plain.ends);
  }

  @ParameterizedTest
  @CsvSource({"0101, WRONG_CREDENTIALS", "01ff, WRONG_CREDENTIALS", "0500, NO_SOCKS"})
  void rejectedCredentials(String status, Reply reply) {
    Conversation with = new Conversation(5, NAME, WHO, false);
    with.first();
    with.hear("0502");
    assertEquals(Answer.FAILED, with.hearSplit(status));
    assertEquals(reply, with.reply);
  }

  @Test
  void theNameOfAnAddress() {
    Target address = Target.of(Address.parse("198.51.100.10"), 0);
    Conversation with = new Conversation(Socks5.RESOLVE_PTR, address, null);
    with.first();
    with.hear("0500");
    assertEquals("05f10001c633640a0000", with.said());
    String reply = "0500000310" + "7777772e6578616d706c652e74657374" + "0000";
    assertEquals(Answer.CONNECTED, with.hearSplit(reply));
    assertEquals("www.example.test", ((Socks5) with.words).boundName());
    Conversation none = new Conversation(Socks5.RESOLVE_PTR, address, null);
    none.first();
    none.hear("0500");
    assertEquals(Answer.HOST_UNREACHABLE, none.hear("05040000000000000000"));
    assertNull(((Socks5) none.words).boundName());
    Conversation hostile = new Conversation(Socks5.RESOLVE_PTR, address, null);
    hostile.first();
    hostile.hear("0500");
    assertEquals(Answer.CONNECTED, hostile.hear("0500000303" + "610062" + "0000"));
    assertNull(((Socks5) hostile.words).boundName(), "a zero is in no name");
  }

  @Test
  void randomBytesNeverBreakIt() {
    Random random = new Random(5);
    for (int round = 0; round < 20_000; round++) {
      Conversation with = new Conversation(5, NAME, random.nextBoolean() ? WHO : null, false);
      with.first();
      byte[] bytes = new byte[random.nextInt(1, 40)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        bytes[0] = 5;
      }
      ByteBuffer in = ByteBuffer.wrap(bytes);
      ByteBuffer out = ByteBuffer.allocate(1_024);
      with.words.received(in, out);
      assertTrue(with.ends <= 1);
    }
  }

  // ---- targets ---------------------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\nb", "caf\u00e9.test", "a\u0000b"})
  void whatIsNoNameIsNeverAskedFor(String name) {
    assertThrows(IllegalArgumentException.class, () -> Target.of(name, 80));
  }

  @Test
  void theLongestOfAllFits() {
    Credentials longest = new Credentials("u".repeat(255), "p".repeat(255));
    assertThrows(IllegalArgumentException.class, () -> Target.of("n".repeat(256), 1));
    assertThrows(IllegalArgumentException.class, () -> new Credentials("u".repeat(256), "p"));
    for (int version : new int[] {4, 5}) {
      Conversation with = new Conversation(version, Target.of("n".repeat(255), 1), longest, true);
      assertTrue(with.first().length() / 2 > 765);
    }
    assertEquals("credentials of u", new Credentials("u", "secret").toString());
  }

  @ParameterizedTest
  @EnumSource(Reply.class)
  void repliesAreSentences(Reply reply) {
    assertTrue(reply.sentence().endsWith("."), reply.sentence());
  }
}
