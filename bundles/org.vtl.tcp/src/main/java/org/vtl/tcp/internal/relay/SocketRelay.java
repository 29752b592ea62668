package org.vtl.tcp.internal.relay;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.Verdict;
import org.vtl.tcp.Dialer;
import org.vtl.tcp.DialerHandshake.Answer;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.internal.endpoint.Closing;
import org.vtl.tcp.internal.endpoint.EndpointListener;
import org.vtl.tcp.internal.endpoint.EndpointSettings;
import org.vtl.tcp.internal.endpoint.TcpEndpoint;

/**
 * An endpoint that speaks to the VM in the peer's name, and a socket that carries the bytes. The
 * VM's SYN is heard and not answered until the socket's far side is connected. Not recycled: each
 * has a socket of its own.
 */
final class SocketRelay extends LiveRelay implements EndpointListener, Readiness.Listener {
  /** Most payload of a segment over an Ethernet. */
  private static final int SEGMENT = 1_460;

  private static final int SEGMENT_V6 = 1_440;
  private static final int WINDOW_SCALE = 8;
  private static final long SECOND = 1_000_000_000L;
  private static final long STARVED_NANOS = 10_000_000L;

  /** Without an acknowledgment for so long, the socket is asked to tell. */
  private static final long FOLLOWING_NANOS = 1_000_000L;

  /** Beside the operations of a key: there is work that the socket does not tell of. */
  private static final int AGAIN = 1 << 30;

  private final Side vmSide = new Side(this, Direction.INBOUND);
  private final SynQuote quote = new SynQuote();
  private final AtomicInteger ready = new AtomicInteger();
  private final Runnable work = this::work;
  private DialedSocket socket;
  private boolean optimistic;
  private boolean answered;
  private int initialSequence;
  private long dialDeadline;

  /** When it tries again to read at the latest, where nobody tells of what can be read. */
  private long readDeadline = Long.MAX_VALUE;

  SocketRelay(Worker worker) {
    super(worker);
  }

  /** Hears {@code syn} and begins to dial. */
  void open(
      Packet syn,
      Connection connection,
      String owner,
      SideOptions options,
      Dialer dialer,
      long now) {
    begin(Kind.SOCKET, connection, owner, State.OPENING, now);
    quote.keep(syn);
    EndHeaders vm = new EndHeaders();
    vm.learn(syn);
    vmSide.speaker.mirror(vm);
    vmSide.options = options;
    worker.begin(toNetwork, options);
    worker.begin(toVm, options);
    vmSide.incoming = toNetwork;
    vmSide.outgoing = toVm;
    worker.furnish(vmSide);
    offer(syn, options);
    vmSide.endpoint.open(vmSide.settings, vmSide, toNetwork, toVm, this);
    vmSide.endpoint.hear(syn, now);
    initialSequence = worker.initialNumbers().sequence(syn, now);
    optimistic = dialer.isOptimistic();
    dialDeadline = now + dialer.timeoutSeconds() * SECOND;
    try {
      socket =
          new DialedSocket(
              dialer.address(connection),
              dialer.handshake(connection),
              worker.readiness(),
              this,
              toNetwork,
              toVm);
    } catch (IOException | RuntimeException e) { // a dialer's, too: the relay is there, and ends
      fail(DialedSocket.meaning(e), now);
    }
    settle(now);
  }

  /** What the SYN-ACK will offer. */
  private void offer(Packet syn, SideOptions options) {
    EndpointSettings settings = vmSide.settings;
    int most = syn.isIpv6() ? SEGMENT_V6 : SEGMENT;
    settings.maximumSegmentSize =
        options.segmentSize() == 0 ? most : Math.min(most, options.segmentSize());
    settings.largestSegment = settings.maximumSegmentSize;
    settings.absentSegmentSize = syn.isIpv6() ? 1_220 : 536;
    settings.windowScale = WINDOW_SCALE;
    settings.timestampOffset = worker.initialNumbers().timestampOffset(syn);
  }

  // ---- packets ---------------------------------------------------------------------------------

  @Override
  Verdict take(Packet packet, long now) {
    if (packet.isTcp() && !packet.isFragment()) {
      if (packet.direction() == Direction.OUTBOUND && !vmSide.receive(packet, now)) {
        end(answered ? Ending.FINISHED : Ending.NOT_OPENED);
      }
    } else if ((packet.isIcmp() || packet.isIcmpv6()) && packet.direction() == Direction.OUTBOUND) {
      vmSide.hear(packet, now); // inbound ones are forged: the peer knows of no connection
    }
    return worker.outcomes.relayed.drop(packet);
  }

  // ---- the socket ------------------------------------------------------------------------------

  @Override
  public void ready(int operations) {
    if (ready.getAndAccumulate(operations, (a, b) -> a | b) == 0) {
      Connection of = connection;
      if (of != null) {
        of.link().execute(work);
      }
    }
  }

  /** On the worker: the socket was ready for something, or its turn has come. */
  private void work() {
    int operations = ready.getAndSet(0);
    if (state == State.CLOSED) {
      return;
    }
    if (socket != null) {
      socket.told(operations);
    }
    long now = worker.now();
    begin();
    advance(now);
    settle(now);
  }

  /** Goes on with whatever can go on. */
  private void advance(long now) {
    if (isEnding() || socket == null) {
      return;
    }
    try {
      if (!socket.isOpen()) {
        Answer answer = socket.shake();
        if (answer != Answer.PENDING && answer != Answer.CONNECTED) {
          fail(answer, now);
          return;
        }
        if (answer == Answer.CONNECTED || optimistic && socket.isSpeaking()) {
          answer(now);
        }
      }
      carry(now);
    } catch (IOException | RuntimeException e) {
      fail(DialedSocket.meaning(e), now);
    }
  }

  private void carry(long now) throws IOException {
    boolean wrote = socket.isSpeaking() && socket.write();
    boolean came = socket.isOpen() && socket.read();
    readDeadline =
        socket.isStarved()
            ? now + STARVED_NANOS
            : socket.isFollowing() ? now + FOLLOWING_NANOS : Long.MAX_VALUE;
    if (socket.isInterrupted()) {
      ready(AGAIN);
    }
    if ((wrote || came) && !vmSide.closed) {
      vmSide.endpoint.pump(now);
    }
    endIfDone();
  }

  private void answer(long now) {
    if (!answered) {
      answered = true;
      become(State.OPEN);
      dialDeadline = socket.isOpen() ? Long.MAX_VALUE : dialDeadline;
      vmSide.endpoint.answer(initialSequence, now);
    } else if (socket.isOpen()) {
      dialDeadline = Long.MAX_VALUE;
    }
  }

  /** The far side is not there, or no more: the VM hears it as from the peer or its network. */
  private void fail(Answer why, long now) {
    if (isEnding()) {
      return;
    }
    if (answered) {
      end(Ending.RESET);
      vmSide.endpoint.abort(now);
      return;
    }
    end(Ending.NOT_OPENED);
    switch (why) {
      case REFUSED, FAILED, PENDING, CONNECTED -> vmSide.endpoint.refuse(now);
      case HOST_UNREACHABLE -> tell(SynQuote.Missing.HOST);
      case NETWORK_UNREACHABLE -> tell(SynQuote.Missing.NETWORK);
      case PROHIBITED -> tell(SynQuote.Missing.PROHIBITED);
      case TIMED_OUT -> {} // silence, as from a host that is not there
    }
  }

  private void tell(SynQuote.Missing missing) {
    Packet packet = worker.injector().newFrame(connection.link());
    if (packet != null) {
      packet.setDirection(Direction.INBOUND);
      quote.write(packet, worker.writer.builder(), vmSide.speaker, missing);
      worker.injector().inject(packet, connection);
    }
  }

  private void endIfDone() {
    if (vmSide.closed && socket.isWritten()) {
      end(Ending.FINISHED);
    }
  }

  // ---- what the endpoint tells -----------------------------------------------------------------

  @Override
  public void established(TcpEndpoint endpoint, long now) {}

  @Override
  public void received(TcpEndpoint endpoint, long now) {
    ready(AGAIN); // behind all packets that came with it: one call takes what all of them brought
  }

  @Override
  public void acknowledged(TcpEndpoint endpoint, long now) {
    ready(AGAIN); // there is room to read into
  }

  @Override
  public void closed(TcpEndpoint endpoint, Closing why, long now) {
    vmSide.closed = true;
    if (why == Closing.FINISHED) {
      if (socket == null || socket.isWritten()) {
        end(Ending.FINISHED);
      }
    } else if (!answered) {
      end(Ending.NOT_OPENED);
    } else {
      end(
          switch (why) {
            case ABORTED -> Ending.ABORTED;
            case TIMED_OUT, UNREACHABLE -> Ending.TIMED_OUT;
            default -> Ending.RESET;
          });
    }
  }

  // ---- time and the end ------------------------------------------------------------------------

  @Override
  void due(long now) {
    vmSide.endpoint.expire(now);
    if (readDeadline <= now) {
      readDeadline = Long.MAX_VALUE;
      if (socket != null) {
        socket.stopFollowing();
      }
      advance(now);
    }
    if (dialDeadline <= now) {
      fail(Answer.TIMED_OUT, now);
    }
  }

  @Override
  long deadline() {
    long next = vmSide.endpoint.nextDeadline();
    return isEnding() ? next : Math.min(next, Math.min(dialDeadline, readDeadline));
  }

  @Override
  boolean isEmpty() {
    return false; // there is nothing that could go on without it
  }

  @Override
  boolean isDispensable(long now) {
    return false;
  }

  @Override
  void drain(long now) {
    if (state == State.OPENING) {
      fail(Answer.FAILED, now);
    } else {
      become(State.LEAVING);
    }
  }

  @Override
  void spliceOut(long now) {
    throw new IllegalStateException("A relay with a socket has nothing to leave behind.");
  }

  @Override
  void reset(long now) {
    if (answered) {
      vmSide.endpoint.abort(now);
    } else {
      vmSide.endpoint.refuse(now);
    }
  }

  @Override
  boolean isTelling() {
    return vmSide.endpoint.isResetting();
  }

  @Override
  void clear() {
    if (socket != null) {
      socket.close(!(vmSide.closed && socket.isWritten()));
      socket = null;
    }
    vmSide.clear();
  }

  // ---- what can be seen ------------------------------------------------------------------------

  @Override
  public long undelivered(Direction direction) {
    return direction == Direction.OUTBOUND ? held(direction) : 0;
  }

  @Override
  RelayInfo info(long now) {
    long held = held(Direction.OUTBOUND);
    RelayInfo.Side far =
        new RelayInfo.Side(
            "SOCKET",
            toVm.end(),
            toNetwork.start(),
            held,
            held,
            toNetwork.capacity(),
            0,
            0,
            0,
            0,
            -1,
            String.valueOf(socket));
    return worker.info(this, vmSide.info(undelivered(Direction.INBOUND)), far, now);
  }
}
