package org.vtl.testkit;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.vtl.packet.Address;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.PacketText;

/** One case of a {@link PacketScript}. */
public final class ScriptCase {
  /** When a case begins on the script's clock: not 0, which too much code takes for "never". */
  static final long START_NANOS = 1_000_000_000L;

  private final String script;
  private final String name;
  private final List<Step> steps = new ArrayList<>();

  ScriptCase(String script, String name) {
    this.script = script;
    this.name = name;
  }

  /** A line that says something. */
  record Step(int line, String text, ScriptEvent event) {}

  void add(Step step) {
    steps.add(step);
  }

  public String name() {
    return name;
  }

  /**
   * Runs the case.
   *
   * @throws AssertionError naming script, line and what differs, at the first line that fails
   */
  public void run(ScriptTarget target) {
    try (PacketPool pool = new PacketPool(2)) {
      Run run = new Run(pool);
      target.begin(run);
      try {
        for (Step step : steps) {
          perform(step, run, target);
        }
        end(run, target);
      } finally {
        target.end();
      }
    }
  }

  private void end(Run run, ScriptTarget target) {
    try {
      run.nothingElse(target);
    } catch (AssertionError e) {
      throw new AssertionError(
          script + " (" + name + "), at the end of the case: " + e.getMessage(), e);
    }
  }

  private void perform(Step step, Run run, ScriptTarget target) {
    try {
      run.perform(step.event, target);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          script + ":" + step.line + " (" + name + "): " + e.getMessage() + "\n  " + step.text, e);
    }
  }

  @Override
  public String toString() {
    return script + ": " + name;
  }

  /** The state of one run of a case: clock, addresses and initial sequence numbers. */
  public static final class Run {
    private final Packet packet;
    private final Packet expected;
    private long nanos = START_NANOS;
    private final End vm = new End("10.0.0.1", 5555, "2001:db8::1", 0x0200_0000_0001L, 1_000_000);
    // Above 2^31, so that signed comparisons fail early.
    private final End net =
        new End("10.0.0.2", 80, "2001:db8::2", 0x0200_0000_0002L, (int) 3_000_000_000L);

    Run(PacketPool pool) {
      packet = pool.acquire();
      expected = pool.acquire();
    }

    /** Time now. */
    public long nanos() {
      return nanos;
    }

    /** The initial sequence number of the side that sends in {@code direction}. */
    public int initialSequence(Direction direction) {
      return sender(direction).initialSequence;
    }

    /** {@code sequence}, of the side that sends in {@code direction}, relative to its first one. */
    public long relative(Direction direction, int sequence) {
      return sequence - initialSequence(direction);
    }

    /** The address of the side that sends in {@code direction}. */
    public Address address(Direction direction) {
      return sender(direction).address;
    }

    /** The port of the side that sends in {@code direction}. */
    public int port(Direction direction) {
      return sender(direction).port;
    }

    End sender(Direction direction) {
      return direction == Direction.OUTBOUND ? vm : net;
    }

    /** Has {@code line} happen now, as if it stood in the script. */
    public void perform(String line, ScriptTarget target) {
      for (String each : PacketScript.parts(line)) {
        perform(ScriptEvent.parse(new ScriptTokens(each)), target);
      }
    }

    void perform(ScriptEvent event, ScriptTarget target) {
      switch (event) {
        case ScriptEvent.Endpoint e -> {
          End end = e.vm() ? vm : net;
          end.address = Address.parse(e.address());
          end.port = e.port();
        }
        case ScriptEvent.InitialSequence e -> (e.vm() ? vm : net).initialSequence = e.number();
        case ScriptEvent.Quiet e -> {
          nothingElse(target);
          advance(e.nanos(), target);
          nothingElse(target);
        }
        case ScriptEvent.Command e -> {
          nothingElse(target);
          advance(e.delayNanos(), target);
          nothingElse(target);
          target.command(this, e.words());
        }
        case ScriptEvent.Checks e -> {
          for (ScriptEvent.Check check : e.checks()) {
            target.check(check.subject(), check.key(), check.expected());
          }
        }
        case ScriptEvent.Fate e -> {
          String fate = target.fate();
          boolean anyReason = e.expected().indexOf(' ') < 0 && fate.startsWith(e.expected() + " ");
          if (!anyReason && !e.expected().equals(fate)) {
            throw new AssertionError("the packet's fate is " + fate + ", not " + e.expected());
          }
        }
        case ScriptEvent.Arrival e when e.direction() == target.plays() -> sent(e, target);
        case ScriptEvent.Arrival e -> {
          nothingElse(target);
          advance(e.delayNanos(), target);
          nothingElse(target);
          e.packet().build(packet, e.direction(), this);
          packet.setArrivalNanos(nanos);
          target.deliver(e.direction(), packet, nanos);
        }
        case ScriptEvent.Emission e -> emission(e, target);
      }
    }

    private void advance(long delayNanos, ScriptTarget target) {
      if (delayNanos > 0) {
        nanos += delayNanos;
        target.advance(nanos);
      }
    }

    /** Fails if the side that the target plays has sent what no line has named. */
    void nothingElse(ScriptTarget target) {
      if (target.plays() != null) {
        Packet sent = target.emitted(target.plays());
        if (sent != null) {
          throw new AssertionError(
              "an unexpected packet was sent "
                  + seconds(target.emittedNanos() - nanos)
                  + ": "
                  + ScriptComparison.text(sent, this));
        }
      }
    }

    /** The side that the target plays must send this, at this time. */
    private void sent(ScriptEvent.Arrival event, ScriptTarget target) {
      long earliest = nanos + event.delayNanos();
      long latest = nanos + event.latestNanos();
      if (latest > nanos) {
        nanos = target.advanceUntilSent(latest);
      }
      Packet sent = target.emitted(event.direction());
      if (sent == null) {
        throw new AssertionError("no packet was sent");
      }
      long at = target.emittedNanos();
      event.packet().build(expected, event.direction(), this);
      ScriptComparison.requireWhole(event.packet(), expected, sent, this);
      if (at < earliest || at > latest) {
        throw new AssertionError(
            "it was sent " + seconds(at - (at < earliest ? earliest : latest)) + ": at that time");
      }
    }

    private static String seconds(long nanos) {
      String number = BigDecimal.valueOf(Math.abs(nanos), 9).stripTrailingZeros().toPlainString();
      return nanos == 0 ? "now" : number + (nanos < 0 ? " s too early" : " s too late");
    }

    private void emission(ScriptEvent.Emission event, ScriptTarget target) {
      if (event.direction() == null) {
        for (Direction each : Direction.values()) {
          Packet sent = target.emitted(each);
          if (sent != null) {
            throw new AssertionError("an unexpected packet was sent: " + PacketText.of(sent));
          }
        }
        return;
      }
      Packet sent = target.emitted(event.direction());
      if (sent == null) {
        throw new AssertionError("no packet was sent " + event.direction());
      }
      event.packet().build(expected, event.direction(), this);
      ScriptComparison.requireStated(event.packet(), expected, sent);
    }

    /** What a script knows of one side. */
    static final class End {
      Address address;
      int port;
      final Address address6;
      final long mac;
      int initialSequence;

      /** The last IP datagram this side sent, for ICMP errors to quote. */
      byte[] lastDatagram = new byte[0];

      End(String address, int port, String address6, long mac, int initialSequence) {
        this.address = Address.parse(address);
        this.port = port;
        this.address6 = Address.parse(address6);
        this.mac = mac;
        this.initialSequence = initialSequence;
      }
    }
  }
}
