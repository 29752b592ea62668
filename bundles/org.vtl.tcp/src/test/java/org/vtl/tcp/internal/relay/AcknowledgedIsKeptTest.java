package org.vtl.tcp.internal.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.LocalAcknowledgmentOptions;
import org.vtl.tcp.Opening;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.TcpRelays;
import org.vtl.tcp.internal.endpoint.Closing;

/**
 * Nothing that was acknowledged locally is lost unless an end died, and then the other end gets a
 * RST: over bad paths, with relays that leave and join at random moments, and ends that die in the
 * middle. What happens follows from a seed, which a failure names.
 */
class AcknowledgedIsKeptTest {
  private static final int ROUNDS = 120;
  private static final int STEP_NANOS = 2_000_000;
  private static final long PATIENCE_MILLIS = 30 * 60_000;

  /** What happens in the middle. */
  private enum Event {
    NOTHING,
    /** The service is removed. */
    LEAVE,
    /** The service is removed and comes back. */
    LEAVE_AND_JOIN,
    /** An end's program dies: its kernel sends a RST. */
    VM_ABORTS,
    PEER_ABORTS,
    /** An end's machine dies. */
    VM_IS_GONE,
    PEER_IS_GONE
  }

  @Test
  void whateverHappens() {
    int[] seen = new int[Event.values().length];
    for (int seed = 0; seed < ROUNDS; seed++) {
      Event event = Event.values()[seed % Event.values().length];
      seen[event.ordinal()]++;
      new Round(seed, event).run();
    }
    System.out.println(Arrays.toString(Event.values()) + " " + Arrays.toString(seen));
  }

  /** One connection and what becomes of it. */
  private static final class Round {
    private final Random random;
    private final Event event;
    private final String name;
    private final LocalAcknowledgmentOptions options;
    private boolean wanted = true;
    private TcpRelays relays;
    private RelayRig.Decider decider;

    /** Behind the last byte that each end was told has arrived, from its first byte on. */
    private long acknowledgedToVm;

    private long acknowledgedToPeer;

    Round(int seed, Event event) {
      random = new Random(seed);
      this.event = event;
      name = "seed " + seed + ", " + event;
      boolean both = random.nextBoolean();
      options =
          new LocalAcknowledgmentOptions(
              "test",
              SideOptions.DEFAULT.withCongestionControl(random.nextBoolean() ? "bbr" : "cubic"),
              both ? SideOptions.DEFAULT : null);
    }

    void run() {
      try (RelayRig rig = new RelayRig(random.nextInt(1_000_000))) {
        relays = rig.tcp;
        decider = rig.add(new RelayRig.Decider(this::decide));
        rig.distance(5 + random.nextInt(150));
        spoil(rig.toPeer);
        spoil(rig.fromPeer);
        rig.vm.keepsContent = true;
        rig.peer.keepsContent = true;
        rig.vm.toWrite = 1 + random.nextInt(600_000);
        rig.peer.toWrite = 1 + random.nextInt(600_000);
        rig.toVm.seen = frame -> acknowledgedToVm = told(frame, acknowledgedToVm);
        rig.toPeer.seen = frame -> acknowledgedToPeer = told(frame, acknowledgedToPeer);
        rig.connect();
        rig.pass(200 + random.nextInt(3_000), STEP_NANOS);
        happen(rig);
        check(rig);
        rig.pass(5_000, 20 * STEP_NANOS);
        boolean gone = event == Event.VM_IS_GONE || event == Event.PEER_IS_GONE;
        for (int i = 0; gone && i < 60 && rig.tcp.count() > 0; i++) {
          rig.pass(60_000, 20 * STEP_NANOS); // it is repeated to for a quarter of an hour
        }
        assertEquals(0, rig.tcp.count(), name);
        assertEquals(0, rig.chunks.used(), name);
      }
    }

    private Opening decide(Packet packet, Connection connection) {
      return wanted ? relays.acknowledge(connection, options) : null;
    }

    private void spoil(Path path) {
      path.lost = random.nextInt(60);
      path.repeated = random.nextInt(20);
      path.late = random.nextInt(50);
    }

    private static long told(Packet frame, long before) {
      TcpHeader tcp = frame.tcp();
      if (!tcp.isAck() || tcp.isRst()) {
        return before;
      }
      boolean toVm = tcp.sourcePort() == 80;
      int first = (toVm ? RelayRig.VM_SEQUENCE : RelayRig.PEER_SEQUENCE) + 1;
      return Math.max(before, tcp.acknowledgmentNumber() - first);
    }

    private void happen(RelayRig rig) {
      switch (event) {
        case NOTHING -> {}
        case LEAVE -> {
          wanted = false;
          rig.tcp.leaveAll("test");
        }
        case LEAVE_AND_JOIN -> {
          wanted = false;
          rig.tcp.leaveAll("test");
          rig.pass(random.nextInt(2_000), STEP_NANOS);
          wanted = true;
          rig.decideAnew(decider);
        }
        case VM_ABORTS -> rig.vm.endpoint.abort(rig.clock.nanos());
        case PEER_ABORTS -> rig.peer.endpoint.abort(rig.clock.nanos());
        case VM_IS_GONE -> {
          rig.fromVm.cut = true;
          rig.toVm.cut = true;
        }
        case PEER_IS_GONE -> {
          rig.fromPeer.cut = true;
          rig.toPeer.cut = true;
        }
      }
    }

    private void check(RelayRig rig) {
      switch (event) {
        case NOTHING, LEAVE, LEAVE_AND_JOIN -> {
          pass(rig, rig.vm);
          pass(rig, rig.peer);
          assertEquals(Closing.FINISHED, rig.vm.closed, name);
          assertEquals(Closing.FINISHED, rig.peer.closed, name);
          assertEquals(rig.vm.written(), rig.peer.read(), name);
          assertEquals(rig.peer.written(), rig.vm.read(), name);
        }
        case VM_ABORTS, VM_IS_GONE -> survives(rig, rig.peer, rig.vm);
        case PEER_ABORTS, PEER_IS_GONE -> survives(rig, rig.vm, rig.peer);
      }
    }

    /** {@code dead} has died, and {@code alive} goes on. */
    private void survives(RelayRig rig, Host alive, Host dead) {
      pass(rig, alive);
      byte[] read = alive.got.toByteArray();
      byte[] written = dead.wrote.toByteArray();
      assertTrue(read.length <= written.length, name);
      assertArrayEquals(Arrays.copyOf(written, read.length), read, name);
      long promised = Math.min(told(rig, dead), written.length); // behind them is the FIN
      assertTrue(read.length >= promised, name + ": " + read.length + " of " + promised);
      if (alive.closed == Closing.FINISHED) {
        // Only what really arrived ends in order.
        assertEquals(written.length, read.length, name);
        assertArrayEquals(alive.wrote.toByteArray(), dead.got.toByteArray(), name);
      } else if (alive.closed == Closing.TIMED_OUT) {
        // It gave up itself, since nobody had told it that its end arrived.
        long told = told(rig, alive);
        assertTrue(told <= alive.wrote.size(), name + ": told " + told);
      } else {
        assertEquals(Closing.RESET, alive.closed, name);
      }
    }

    private long told(RelayRig rig, Host end) {
      return end == rig.vm ? acknowledgedToVm : acknowledgedToPeer;
    }

    private void pass(RelayRig rig, Host end) {
      long until = rig.clock.nanos() + PATIENCE_MILLIS * RelayRig.MILLI;
      while (end.closed == null && rig.clock.nanos() < until) {
        rig.pass(20, STEP_NANOS);
      }
    }
  }
}
