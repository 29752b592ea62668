package org.vtl.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;

/** Scripts of a target that plays one end itself. */
class PlayedScriptTest {
  /** The VM's end: sends the line of its last {@code say} so long after it. */
  private static final class Speaker implements ScriptTarget {
    private final PacketPool pool = new PacketPool(1);
    private final Packet packet = pool.acquire();
    private ScriptCase.Run run;
    private String line;
    private long due = Long.MAX_VALUE;
    private boolean sent;

    @Override
    public void begin(ScriptCase.Run run) {
      this.run = run;
    }

    @Override
    public Direction plays() {
      return Direction.OUTBOUND;
    }

    @Override
    public void command(ScriptCase.Run run, List<String> words) {
      switch (words.get(0)) {
        case "say" -> {
          due = run.nanos() + ScriptTokens.nanos(words.get(1));
          line = words.get(2);
          advance(run.nanos());
        }
        case "peer" -> run.perform("< . 1:1(0) ack 1", this);
        default -> ScriptTarget.super.command(run, words);
      }
    }

    @Override
    public void deliver(Direction direction, Packet packet, long nanos) {
      assertEquals(Direction.INBOUND, direction);
    }

    @Override
    public void advance(long nanos) {
      sent = due <= nanos;
    }

    @Override
    public long advanceUntilSent(long nanos) {
      long until = Math.min(nanos, Math.max(run.nanos(), due));
      advance(until);
      return until;
    }

    @Override
    public Packet emitted(Direction direction) {
      if (!sent || line == null) {
        return null;
      }
      ScriptTokens tokens = new ScriptTokens(line.replace('\'', '"').replace('{', '<'));
      ScriptPacket.parse(tokens).build(packet, direction, run);
      line = null;
      return packet;
    }

    @Override
    public long emittedNanos() {
      return due;
    }

    @Override
    public String value(String subject, String key) {
      return Long.toString((run.nanos() - ScriptCase.START_NANOS) / 1_000_000);
    }
  }

  private static void run(String body) {
    PacketScript.parse("test", "case: one\n" + body.replace("|", "\n")).run(new Speaker());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$ say 0 \"P. 1:6(5) ack 1\"|> P. 1:6(5) ack 1",
        "$ say 0 \"P. 1:6(5) ack 1\"|> . 1:6(5) ack 1",
        "$ say 2 \"R 1:1(0)\"|+2 > R 1:1(0)",
        "$ say 2 \"R 1:1(0)\"|+1~3 > R 1:1(0)|= ms 2000",
        "$ say 2 \"R 1:1(0)\"|+1 < . 1:1(0) ack 1|+1 > R 1:1(0)",
        "+1 $ say 2 \"R 1:1(0)\"|peer: now|+2 > R 1:1(0)",
        "$ say 0 \". 1:1(0) ack 1 {nop,nop,TS val 5 ecr 6>\"|> . 1:1(0) ack 1",
        "$ say 0 \". 1:1(0) ack 1 {nop,nop,TS val 5 ecr 6>\"|> . 1:1(0) ack 1 <TS val * ecr 6>",
        "$ say 0 \". 1:1(0) ack 1 {nop,nop,sack 2:3>\"|> . 1:1(0) ack 1 <sack 2:3>",
        "$ say 0 \". 1:1(0) ack 1 tos 2\"|> . 1:1(0) ack 1 tos 2",
      })
  void acceptsWhatIsSent(String body) {
    run(body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "$ say 0 \"P. 1:6(5) ack 1\"|> . 1:7(6) ack 1#other payload length",
        "$ say 0 \". 1:6(5) ack 1\"|> P. 1:6(5) ack 1#other flags",
        "$ say 0 \". 1:6(5) ack 1\"|> . 1:6(5)#needs an \"ack N\"",
        "$ say 0 \". 1:6(5) ack 1\"|> . 1:6(5) ack 2#other ack",
        "$ say 0 \". 2:7(5) ack 1\"|> . 1:6(5) ack 1#other sequence number",
        "$ say 0 \". 1:6(5) ack 1 'hello'\"|> . 1:6(5) ack 1#other payload",
        "$ say 0 \". 1:6(5) ack 1 win 7\"|> . 1:6(5) ack 1 win 8#other window",
        "$ say 0 \". 1:6(5) ack 1 tos 2\"|> . 1:6(5) ack 1#other ECN field",
        "$ say 0 \". 1:6(5) ack 1 tso 2\"|> . 1:6(5) ack 1#other segment size",
        "$ say 0 \". 1:1(0) ack 1 {sack 2:3>\"|> . 1:1(0) ack 1#<sack 2:3>: other options",
        "$ say 0 \". 1:1(0) ack 1 {TS val 5 ecr 6>\"|> . 1:1(0) ack 1 <TS val * ecr 7>#other"
            + " options",
        "$ say 2 \"R 1:1(0)\"|+3 > R 1:1(0)#1 s too early",
        "$ say 2.5 \"R 1:1(0)\"|+3~4 > R 1:1(0)#0.5 s too early",
        "$ say 2 \"R 1:1(0)\"|+1 > R 1:1(0)#no packet",
        "> R 1:1(0)#no packet",
        "$ say 0 \"R 1:1(0)\"|$ say 2 x#unexpected packet was sent now: R 1:1(0)",
        "$ say 0 \"R 1:1(0)\"|< . 1:1(0)#unexpected",
        "$ say 0 \"R 1:1(0)\"#at the end of the case: an unexpected",
        "$ say 1 \"R 1:1(0)\"|@ clock +2#unexpected packet was sent 1 s too early",
        "$ sing#knows no \"sing\"",
      })
  void failsAtWhatIsNot(String body, String reason) {
    AssertionError error = assertThrows(AssertionError.class, () -> run(body));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  @Test
  void aRangeIsDivided() {
    assertEquals(
        List.of(
            "+1 > . 1:1001(1000) ack 1", "> . 1001:2001(1000) ack 1", "> FP. 2001:2501(500) ack 1"),
        PacketScript.parts("+1 > FP. 1:2501(2500) ack 1 by 1000"));
  }
}
