package org.vtl.tcp.internal.endpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.vtl.connection.TcpState;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.tcp.internal.stream.ChunkPool;
import org.vtl.testkit.ScriptCase;
import org.vtl.testkit.ScriptPacket;
import org.vtl.testkit.ScriptTarget;

/**
 * Runs scripts against a {@link TcpEndpoint}, which is their VM: {@code >} is what it must send.
 * What the application does ({@code $}) and what can be checked ({@code =}) is said in
 * docs/tcp-endpoint-cases.md. Whatever the script, {@link Wire} holds the endpoint to the rules of
 * every segment; what the endpoint hands to its application must be the pattern of the script.
 */
final class EndpointTarget implements ScriptTarget, EndpointListener {
  private static final ChunkPool POOL = new ChunkPool(64 << 20);
  private static final int MOST_CALLS = 10_000;

  private final MemorySegment buffer = MemorySegment.ofArray(new byte[1 << 16]);
  final ByteStream incoming = new ByteStream();
  final ByteStream outgoing = new ByteStream();
  final TcpEndpoint endpoint = new TcpEndpoint();
  final Wire wire = new Wire(this);
  Setting setting = new Setting();
  ScriptCase.Run run;
  private Adoption adoption;
  private long sendBase = 1; // relative numbers of the streams' bytes 0
  private long receiveBase = 1;
  private boolean open;
  private boolean listening;
  private boolean reopened;
  private Closing closing;
  private int established;
  private int told;
  private long now;

  @Override
  public void begin(ScriptCase.Run run) {
    this.run = run;
    now = run.nanos();
  }

  @Override
  public Direction plays() {
    return Direction.OUTBOUND;
  }

  @Override
  public void command(ScriptCase.Run run, List<String> words) {
    if (words.get(0).equals("state")) {
      setting = new Setting();
      setting.read(words.subList(2, words.size()));
      new NamedState(this).enter(words.get(1));
      return;
    }
    String first = words.size() > 1 ? words.get(1) : "";
    switch (words.get(0)) {
      case "connect" -> endpoint.connect(run.initialSequence(Direction.OUTBOUND), now);
      case "listen" -> listening = true;
      case "answer" -> endpoint.answer(run.initialSequence(Direction.OUTBOUND), now);
      case "refuse" -> endpoint.refuse(now);
      case "write" -> write(Integer.parseInt(first));
      case "finish" -> {
        outgoing.finish();
        endpoint.pump(now);
      }
      case "abort" -> endpoint.abort(now);
      case "read" -> read(first.isEmpty() ? Long.MAX_VALUE : Long.parseLong(first));
      case "reads" -> setting.reads = first.equals("on");
      case "fin-passed" -> endpoint.finPassedOn(now);
      case "starve" -> wire.starve(Integer.parseInt(first));
      case "unreachable" -> endpoint.unreachable(sequence(first), words.get(2).equals("hard"), now);
      case "too-big" -> endpoint.packetTooBig(sequence(first), Integer.parseInt(words.get(2)), now);
      case "adopt" -> adopt(words.subList(1, words.size()));
      default -> ScriptTarget.super.command(run, words);
    }
  }

  /** Shift of the windows that the endpoint announces. */
  int receiveShift() {
    if (adoption != null) {
      return adoption.receiveShift;
    }
    return wire.peerScales() ? Math.max(0, setting.endpoint.windowScale) : 0;
  }

  /** Opens the endpoint with what the case has set. */
  void open() {
    incoming.begin(POOL.share(), setting.limit, setting.buffer);
    outgoing.begin(POOL.share(), setting.outgoing, setting.outgoing);
    endpoint.open(setting.endpoint, wire, incoming, outgoing, this);
    open = true;
  }

  void listen() {
    listening = true;
  }

  private int sequence(String relative) {
    return run.initialSequence(Direction.OUTBOUND) + Integer.parseInt(relative);
  }

  private void write(int count) {
    for (int done = 0; done < count; ) {
      int part = (int) Math.min(count - done, buffer.byteSize());
      long offset = outgoing.end();
      for (int i = 0; i < part; i++) {
        buffer.set(ValueLayout.JAVA_BYTE, i, ScriptPacket.pattern(sendBase + offset + i));
      }
      if (outgoing.write(offset, buffer, 0, part) != part) {
        throw new IllegalArgumentException("the outgoing stream has no room for so much");
      }
      outgoing.advance(offset + part);
      done += part;
    }
    endpoint.pump(now);
  }

  /** Takes what has arrived, and compares it with the pattern. */
  private void read(long most) {
    long end = Math.min(incoming.end(), most == Long.MAX_VALUE ? most : incoming.start() + most);
    while (incoming.start() < end) {
      long offset = incoming.start();
      int part = (int) Math.min(end - offset, buffer.byteSize());
      incoming.read(offset, buffer, 0, part);
      for (int i = 0; i < part; i++) {
        byte there = buffer.get(ValueLayout.JAVA_BYTE, i);
        if (there != ScriptPacket.pattern(receiveBase + offset + i)) {
          throw new AssertionError(
              "the application was given a wrong byte at " + (receiveBase + offset + i));
        }
      }
      incoming.release(offset + part);
    }
    endpoint.pump(now);
  }

  private void adopt(List<String> words) {
    adoption = new Adoption();
    adoption.sendUnacknowledged = sequence("1");
    adoption.sendNext = adoption.sendUnacknowledged;
    adoption.receiveNext = run.initialSequence(Direction.INBOUND) + 1;
    adoption.receiveEdge = adoption.receiveNext + 65_535;
    adoption.sendWindow = 65_535;
    adoption.segmentSize = 1000;
    for (int i = 0; i < words.size(); i += 2) {
      String value = words.get(i + 1);
      switch (words.get(i)) {
        case "state" -> adoption.state = TcpState.valueOf(value);
        case "rcv" ->
            adoption.receiveNext = run.initialSequence(Direction.INBOUND) + Integer.parseInt(value);
        case "una" -> adoption.sendUnacknowledged = sequence(value);
        case "next" -> adoption.sendNext = sequence(value);
        case "window" -> adoption.sendWindow = Long.parseLong(value);
        case "edge" ->
            adoption.receiveEdge = run.initialSequence(Direction.INBOUND) + Integer.parseInt(value);
        case "sack" -> adoption.sack = value.equals("on");
        case "send-shift" -> adoption.sendShift = Integer.parseInt(value);
        case "receive-shift" -> adoption.receiveShift = Integer.parseInt(value);
        case "ts" -> {
          adoption.timestamps = true;
          adoption.recentTimestamp = Integer.parseInt(value);
        }
        case "last-ts" -> adoption.lastTimestamp = Integer.parseInt(value);
        default -> throw new IllegalArgumentException("nothing adopts \"" + words.get(i) + "\"");
      }
    }
    sendBase = run.relative(Direction.OUTBOUND, adoption.sendUnacknowledged);
    receiveBase = run.relative(Direction.INBOUND, adoption.receiveNext);
    wire.adopted(adoption);
    endpoint.adopt(adoption, now);
  }

  // ---- the path --------------------------------------------------------------------------------

  @Override
  public void deliver(Direction direction, Packet packet, long nanos) {
    now = nanos;
    wire.heard(packet);
    if (listening) {
      listening = false;
      endpoint.hear(packet, nanos);
      if (setting.answers) {
        endpoint.answer(run.initialSequence(Direction.OUTBOUND), nanos);
      }
    } else if (!endpoint.receive(packet, nanos)) {
      reopened = true;
    }
  }

  @Override
  public void advance(long nanos) {
    advance(nanos, false);
  }

  @Override
  public long advanceUntilSent(long nanos) {
    return advance(nanos, true);
  }

  private long advance(long nanos, boolean untilSent) {
    for (int calls = 0; open && endpoint.nextDeadline() <= nanos; calls++) {
      if (untilSent && wire.hasUnclaimed()) {
        return now;
      }
      if (calls == MOST_CALLS) {
        throw new AssertionError("a timer that is due does not get done");
      }
      now = Math.max(now, endpoint.nextDeadline());
      endpoint.expire(now);
    }
    if (!untilSent || !wire.hasUnclaimed()) {
      now = nanos;
    }
    return now;
  }

  long now() {
    return now;
  }

  @Override
  public Packet emitted(Direction direction) {
    return direction == Direction.OUTBOUND ? wire.claim() : null;
  }

  @Override
  public long emittedNanos() {
    return wire.claimedNanos();
  }

  // ---- what the endpoint says ------------------------------------------------------------------

  @Override
  public void established(TcpEndpoint endpoint, long now) {
    established++;
  }

  @Override
  public void received(TcpEndpoint endpoint, long now) {
    told++;
    if (setting.reads) {
      read(Long.MAX_VALUE);
    }
  }

  @Override
  public void acknowledged(TcpEndpoint endpoint, long now) {}

  @Override
  public void closed(TcpEndpoint endpoint, Closing why, long now) {
    if (closing != null) {
      throw new AssertionError("the endpoint closes a second time");
    }
    closing = why;
  }

  @Override
  public String value(String subject, String key) {
    return switch (subject) {
      case "state" -> endpoint.state().name();
      case "closed" -> closing == null ? "no" : closing.name();
      case "established" -> Integer.toString(established);
      case "reopened" -> Boolean.toString(reopened);
      case "quiet" -> Boolean.toString(endpoint.isQuiet());
      case "una" -> relative(Direction.OUTBOUND, endpoint.sendUnacknowledged());
      case "next" -> relative(Direction.OUTBOUND, endpoint.sendNext());
      case "rcv" -> relative(Direction.INBOUND, endpoint.receiveNext());
      case "received" -> Long.toString(incoming.end());
      case "unread" -> Long.toString(incoming.end() - incoming.start());
      case "finished" -> Boolean.toString(incoming.isFinished());
      case "acked" -> Long.toString(outgoing.start());
      case "told" -> Integer.toString(told);
      case "capacity" -> Long.toString(incoming.capacity());
      case "cwnd" -> Long.toString(setting.endpoint.control.window());
      case "ssthresh" -> Long.toString(setting.endpoint.control.threshold());
      case "rtt" -> Long.toString(endpoint.roundTripNanos() / 1_000_000);
      case "inflight" -> Long.toString(endpoint.inFlight());
      case "again" -> Long.toString(endpoint.retransmittedBytes());
      case "dropped" -> Long.toString(endpoint.droppedBytes());
      case "deadline" -> deadline();
      case "offered" -> offered(key);
      default -> throw new IllegalArgumentException("There is no " + subject + " to check.");
    };
  }

  private String deadline() {
    long at = endpoint.nextDeadline();
    return at == Long.MAX_VALUE ? "none" : Long.toString((at - now) / 1_000_000);
  }

  private String offered(String key) {
    Offer offer = endpoint.offered();
    return switch (key) {
      case "mss" -> Integer.toString(offer.maximumSegmentSize);
      case "wscale" -> Integer.toString(offer.windowScale);
      case "sack" -> Boolean.toString(offer.sackPermitted);
      case "ts" -> Boolean.toString(offer.timestamps);
      case "ecn" -> Boolean.toString(offer.ecn);
      default -> throw new IllegalArgumentException("Nobody offers " + key + ".");
    };
  }

  private String relative(Direction direction, int sequence) {
    return Integer.toString((int) run.relative(direction, sequence));
  }

  @Override
  public void end() {
    if (open) {
      endpoint.close();
      if (endpoint.nextDeadline() != Long.MAX_VALUE) {
        throw new AssertionError("a closed endpoint still wants time");
      }
    }
    incoming.clear();
    outgoing.clear();
    wire.clear();
    if (POOL.used() != 0) {
      throw new AssertionError("the case leaves " + POOL.used() + " bytes of streams in use");
    }
  }
}
