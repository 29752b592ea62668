package org.vtl.service.tor.internal.socks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.packet.Address;
import org.vtl.tcp.DialerHandshake.Answer;

/** The client's half of SOCKS4a. */
class Socks4aTest {
  private static final Target NAME = Target.of("a.test", 80);

  @Test
  void aNameFollowsAnImpossibleAddress() {
    Conversation with = new Conversation(4, NAME, null, false);
    assertEquals("04010050" + "00000001" + "00" + "612e74657374" + "00", with.first());
    assertEquals(Answer.CONNECTED, with.hearSplit("005a000000000000"));
    assertEquals(Reply.GRANTED, with.reply);
  }

  @Test
  void anAddressIsPlainSocks4() {
    Target target = Target.of(Address.parse("192.0.2.7"), 443);
    Conversation with = new Conversation(4, target, new Credentials("me", "key"), false);
    assertEquals("040101bb" + "c0000207" + "6d652f6b6579" + "00", with.first());
  }

  @Test
  void ipv6GoesAsText() {
    Conversation with = new Conversation(4, Target.of(Address.parse("::1:2"), 1), null, false);
    assertEquals("04010001" + "00000001" + "00" + "3a3a313a32" + "00", with.first());
  }

  @Test
  void whatFollowsTheAnswerIsData() {
    Conversation with = new Conversation(4, NAME, null, false);
    with.first();
    assertEquals(Answer.CONNECTED, with.hear("005a0000000000006869"));
    assertEquals("6869", with.left());
  }

  @ParameterizedTest
  @CsvSource({
    "005b000000000000, FAILURE, FAILED",
    "005c000000000000, WRONG_CREDENTIALS, FAILED",
    "005d000000000000, WRONG_CREDENTIALS, FAILED",
    "0099, UNKNOWN, FAILED",
    "04, NO_SOCKS, FAILED",
    "0500, NO_SOCKS, FAILED",
    "485454502f312e30, NO_SOCKS, FAILED",
  })
  void refusals(String bytes, Reply reply, Answer answer) {
    Conversation with = new Conversation(4, NAME, null, false);
    with.first();
    assertEquals(answer, with.hearSplit(bytes));
    assertEquals(reply, with.reply);
    assertEquals(Answer.FAILED, with.hear("005a000000000000"), "and stays so");
    assertEquals(1, with.ends);
  }
}
