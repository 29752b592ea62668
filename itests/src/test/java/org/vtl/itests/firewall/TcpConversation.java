package org.vtl.itests.firewall;

import static org.vtl.packet.Direction.INBOUND;
import static org.vtl.packet.Direction.OUTBOUND;

import java.util.Random;
import org.vtl.packet.Direction;
import org.vtl.packet.TcpHeader;
import org.vtl.testkit.Frames;

/**
 * A TCP connection in the making, between two ends that lose nothing and wait for nothing, with
 * ways to put in what such ends would never send.
 */
final class TcpConversation extends Conversation {
  /** One end. */
  static final class End {
    int initial;

    /** What it sends next. */
    int next;

    /** The window field of what it sends, in bytes. */
    int window;

    int segmentSize = 1_400;
    int timestamp;
  }

  final End vm = new End();
  final End peer = new End();
  final Direction opener;

  /** Of each end, as its SYN offers them; -1 for no scale. */
  int vmScale;

  int peerScale;
  boolean sack;
  boolean timestamps;
  private boolean scaled;

  /** Opened by the VM, or, of so many one, by the peer. */
  TcpConversation(int number, Random random, int openedByVm) {
    this(number, random, random.nextInt(openedByVm) == 0 ? INBOUND : OUTBOUND);
  }

  /** As if it had sent so much already that it soon begins to count from 0 again. */
  void nearWrap() {
    for (End end : new End[] {vm, peer}) {
      end.initial = -1 - random.nextInt(2_000);
      end.next = end.initial;
    }
  }

  private TcpConversation(int number, Random random, Direction opener) {
    super(number, random, opener == INBOUND ? 80 : 1 + random.nextInt(60_000));
    this.opener = opener;
    if (opener == INBOUND) {
      serve();
    }
    for (End end : new End[] {vm, peer}) {
      end.initial = initialSequence();
      end.next = end.initial;
      end.window = pick(65_535, 65_535, 29_200, 8_192, 4_096, 1_000);
      end.timestamp = random.nextInt();
    }
    vmScale = pick(-1, 0, 2, 7, 7, 14);
    peerScale = pick(-1, 0, 2, 7, 7, 14);
    sack = random.nextBoolean();
    timestamps = random.nextBoolean();
  }

  /** The VM's port is the service's; see {@link Rules#SERVER}. */
  private void serve() {
    peerPort = 1024 + random.nextInt(60_000);
    service = true;
  }

  private boolean service;

  @Override
  String endpoint(Direction direction) {
    if (!service || direction == INBOUND) {
      return super.endpoint(direction);
    }
    return ipv6 ? "[" + address(direction) + "]:80" : address(direction) + ":80";
  }

  private int initialSequence() {
    return switch (random.nextInt(4)) {
      case 0 -> -1 - random.nextInt(4_000); // wraps soon
      case 1 -> Integer.MAX_VALUE - random.nextInt(4_000); // its sign turns soon
      default -> random.nextInt();
    };
  }

  End end(Direction direction) {
    return direction == OUTBOUND ? vm : peer;
  }

  int scale(Direction direction) {
    return scaled ? direction == OUTBOUND ? vmScale : peerScale : 0;
  }

  /** The window in bytes that {@code direction}'s sender offers. */
  int windowBytes(Direction direction) {
    return end(direction).window << scale(direction);
  }

  // ---- what honest ends send -------------------------------------------------------------------

  /** A SYN of {@code direction}'s sender, its first or the same again. */
  void syn(Direction direction) {
    End end = end(direction);
    send(direction, TcpHeader.SYN, end.initial, 0, 0, synOptions(direction));
    end.next = end.initial + 1;
  }

  void synAck(Direction direction) {
    End end = end(direction);
    int flags = TcpHeader.SYN | TcpHeader.ACK;
    send(direction, flags, end.initial, end(direction.reverse()).next, 0, synOptions(direction));
    end.next = end.initial + 1;
    negotiate();
  }

  /** Scales hold if both ends offered one. */
  void negotiate() {
    scaled = vmScale >= 0 && peerScale >= 0;
  }

  void handshake() {
    syn(opener);
    synAck(opener.reverse());
    ack(opener);
  }

  void ack(Direction direction) {
    segment(direction, TcpHeader.ACK, 0);
  }

  /** The next {@code length} bytes. */
  void data(Direction direction, int length) {
    segment(direction, TcpHeader.ACK | TcpHeader.PSH, length);
  }

  void fin(Direction direction) {
    segment(direction, TcpHeader.ACK | TcpHeader.FIN, 0);
    end(direction).next++;
  }

  void rst(Direction direction) {
    segment(direction, TcpHeader.ACK | TcpHeader.RST, 0);
  }

  /** Some data both ways, never more than a window on its way. */
  void exchange(int segments) {
    int[] unacknowledged = new int[2];
    for (int i = 0; i < segments; i++) {
      Direction from = random.nextBoolean() ? OUTBOUND : INBOUND;
      int room = end(from.reverse()).window - unacknowledged[from.ordinal()];
      if (room == 0 || oneIn(3)) {
        ack(from.reverse());
        unacknowledged[from.ordinal()] = 0;
        room = end(from.reverse()).window;
      }
      int length = 1 + random.nextInt(Math.min(end(from).segmentSize, room));
      data(from, length);
      unacknowledged[from.ordinal()] += length;
      unacknowledged[from.reverse().ordinal()] = 0;
    }
    ack(OUTBOUND);
    ack(INBOUND);
  }

  /** Closes from {@code first}, in four segments or in three. */
  void close(Direction first) {
    fin(first);
    if (random.nextBoolean()) {
      ack(first.reverse());
    }
    fin(first.reverse());
    ack(first);
  }

  private void segment(Direction direction, int flags, int length) {
    End end = end(direction);
    send(direction, flags, end.next, end(direction.reverse()).next, length, options(direction));
    end.next += length;
  }

  // ---- anything else ---------------------------------------------------------------------------

  /** A segment with these very numbers; moves none of the ends'. */
  byte[] send(Direction direction, int flags, int sequence, int ack, int length, String options) {
    return send(direction, flags, sequence, ack, length, options, end(direction).window);
  }

  byte[] send(
      Direction direction,
      int flags,
      int sequence,
      int acknowledgment,
      int length,
      String options,
      int window) {
    return add(
        direction, frames(direction, flags, sequence, acknowledgment, length, options, window));
  }

  Frames frames(
      Direction direction,
      int flags,
      int sequence,
      int acknowledgment,
      int length,
      String options,
      int window) {
    Frames frames =
        between(direction, Frames.tcp()).seq(sequence).ack(acknowledgment).window(window);
    if (!options.isEmpty()) {
      frames.options(options);
    }
    return frames.flags(flags).payload(length);
  }

  String synOptions(Direction direction) {
    StringBuilder options = new StringBuilder("mss 1460");
    if (sack) {
      options.append(",sackOK");
    }
    if (timestamps) {
      options.append(',').append(timestamp(direction));
    }
    int scale = direction == OUTBOUND ? vmScale : peerScale;
    if (scale >= 0) {
      options.append(",nop,wscale ").append(scale);
    }
    return options.toString();
  }

  String options(Direction direction) {
    return timestamps ? "nop,nop," + timestamp(direction) : "";
  }

  private String timestamp(Direction direction) {
    long value = end(direction).timestamp++ & 0xffff_ffffL;
    return "TS val " + value + " ecr " + (end(direction.reverse()).timestamp & 0xffff_ffffL);
  }
}
