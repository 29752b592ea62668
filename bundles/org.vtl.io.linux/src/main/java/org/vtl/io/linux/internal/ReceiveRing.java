package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.port.PortException;

/**
 * What an AF_PACKET socket has received: a TPACKET_V2 ring that the kernel shares (packet(7),
 * Documentation/networking/packet_mmap.rst), read without any system call.
 *
 * <p>Its frames hold what is no longer than an ordinary MTU. Of a longer one, such as a segment of
 * 64 KB, the ring has the beginning only, marked TP_STATUS_COPY; the whole waits in the socket's
 * queue (PACKET_COPY_THRESH). All such of a batch are fetched by one recvmmsg straight into their
 * slots. The kernel puts both in line under one lock, so a mark's place in the ring is its frame's
 * place among all.
 */
final class ReceiveRing implements AutoCloseable {
  /** Frames of the ring; a power of 2. */
  static final int FRAMES = 8_192;

  /** Bytes of one frame, with the kernel's own header. */
  private static final int FRAME_LENGTH = 2_048;

  /** Bytes of a frame that a sender would have merged with others, had it the means. */
  static final int LONG = 1_024;

  private static final int BLOCK_LENGTH = 64 << 10;
  private static final long LENGTH = (long) FRAMES * FRAME_LENGTH;
  private static final int RECEIVE_LENGTH = VnetHeader.LENGTH + Packet.MAX_FRAME;

  // struct tpacket2_hdr
  private static final int TP_STATUS = 0;
  private static final int TP_LEN = 4;
  private static final int TP_SNAPLEN = 8;
  private static final int TP_MAC = 12;
  private static final int TP_VLAN_TCI = 24;
  private static final int TP_VLAN_TPID = 26;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT;
  private static final VarHandle STATUS = U32.varHandle();

  private final Arena arena;
  private final Libc libc;
  private final int socket;
  private final MemorySegment request;
  private final MessageVector whole;
  private final int[] places;
  private final int[] lengths;
  private final FloodGate gate;
  private final Shedding shedding = new Shedding();
  private MemorySegment ring = MemorySegment.NULL;
  private int next;
  private boolean grouped;
  private long passed;
  private int missed;
  private int shed;
  private int refused;

  /** Frames that may wait without any being let go. */
  private int few = Shedding.FEW;

  /** As much as was wanted has been received, so that more may wait. */
  private boolean full;

  private long bytes;
  private int longFrames;

  /**
   * Gives a socket that is not bound yet its ring.
   *
   * @param batch frames received at most by one {@link #receive}
   * @param gate refuses what else would be let go; null if there is none
   * @throws PortException if the kernel gives none
   */
  ReceiveRing(Arena arena, Libc libc, int socket, int batch, FloodGate gate) throws PortException {
    this.arena = arena;
    this.libc = libc;
    this.socket = socket;
    this.gate = gate;
    request = arena.allocate(4L * Integer.BYTES, Integer.BYTES);
    whole = new MessageVector(arena, batch, true);
    places = new int[batch];
    lengths = new int[batch];
    map();
  }

  /** The socket has joined a group, in which it must keep its place. */
  void join() {
    grouped = true;
  }

  private void map() throws PortException {
    // struct tpacket_req
    request.setAtIndex(U32, 0, BLOCK_LENGTH);
    request.setAtIndex(U32, 1, (int) (LENGTH / BLOCK_LENGTH));
    request.setAtIndex(U32, 2, FRAME_LENGTH);
    request.setAtIndex(U32, 3, FRAMES);
    check(
        libc.setsockopt(socket, Uapi.SOL_PACKET, Uapi.PACKET_RX_RING, request),
        "the kernel gives no memory for a receive ring");
    long address = libc.mmap(LENGTH, Uapi.PROT_READ | Uapi.PROT_WRITE, Uapi.MAP_SHARED, socket, 0);
    check(address, "the receive ring cannot be mapped");
    ring = mapped(address);
    next = 0;
  }

  @SuppressWarnings("restricted")
  private MemorySegment mapped(long address) {
    return MemorySegment.ofAddress(address).reinterpret(LENGTH, arena, null);
  }

  private void unmap() {
    if (ring.address() != 0) {
      libc.munmap(ring.address(), LENGTH);
      ring = MemorySegment.NULL;
    }
  }

  /**
   * Fills the first packets of {@code batch} with what has arrived, at most as many as the ring was
   * made for. A packet whose frame was lost on the way becomes an empty frame.
   *
   * @param now the time, by {@link System#nanoTime}
   * @return how many were filled
   * @throws PortException if the ring fails
   */
  int receive(PacketBatch batch, long now) throws PortException {
    int limit = Math.min(batch.size(), places.length);
    int filled = 0;
    int copies = 0;
    bytes = 0;
    int let = 0;
    shedding.begin(full && waits(shedding.crowd(now)), now);
    if (gate != null && gate.share() + shedding.share() > 0) {
      tend();
    }
    while (filled < limit && let < FRAMES) {
      long frame = (long) next * FRAME_LENGTH;
      int status = (int) STATUS.getAcquire(ring, frame + TP_STATUS);
      if ((status & Uapi.TP_STATUS_USER) == 0) {
        break;
      }
      int length = ring.get(U32, frame + TP_LEN);
      if (shedding.isWatching() && isShed(frame, length)) {
        let++;
      } else if ((status & Uapi.TP_STATUS_COPY) != 0) {
        long slot = batch.get(filled).memory().address();
        whole.set(copies, slot + Packet.HEADROOM - VnetHeader.LENGTH, RECEIVE_LENGTH);
        places[copies] = filled++;
        lengths[copies++] = length;
      } else if (ring.get(U32, frame + TP_SNAPLEN) < length) {
        missed++; // the socket's queue had no room for the whole
      } else {
        copy(batch.get(filled++), frame, length, status);
      }
      STATUS.setRelease(ring, frame + TP_STATUS, Uapi.TP_STATUS_KERNEL);
      next = next + 1 & FRAMES - 1;
      passed++;
    }
    if (copies > 0) {
      fetch(batch, copies);
    }
    shed += let;
    full = filled == limit;
    return filled;
  }

  /** In a flood, and once behind it: sets the gate, and counts what it has refused. */
  private void tend() {
    int share = shedding.share();
    gate.admit(share);
    few = Math.max(Shedding.FEW, 2 * share); // what comes at a bounded rate may wait for a moment
    int count = gate.takeRefused();
    shedding.refused(count);
    refused += count;
  }

  /** Whether a frame waits at the next place but {@code count}. */
  private boolean waits(int count) {
    long frame = (long) (next + count & FRAMES - 1) * FRAME_LENGTH;
    return ((int) STATUS.getAcquire(ring, frame + TP_STATUS) & Uapi.TP_STATUS_USER) != 0;
  }

  /** Whether the next frame is let go, of which the ring has the whole or the beginning. */
  private boolean isShed(long frame, int length) {
    int mac = ring.get(U16, frame + TP_MAC) & 0xffff;
    int present = Math.min(length, ring.get(U32, frame + TP_SNAPLEN));
    // Which also counts; a long frame must be fetched, or the queue behind it would be out of step.
    return shedding.isFlood(ring, frame + mac, present)
        && shedding.isOn()
        && present == length
        && waits(few);
  }

  private void copy(Packet packet, long frame, int length, int status) {
    int mac = ring.get(U16, frame + TP_MAC) & 0xffff;
    MemorySegment.copy(
        ring,
        frame + mac - VnetHeader.LENGTH,
        packet.memory(),
        Packet.HEADROOM - VnetHeader.LENGTH,
        VnetHeader.LENGTH + length);
    int tag =
        StrippedTag.of(
            status, ring.get(U16, frame + TP_VLAN_TPID), ring.get(U16, frame + TP_VLAN_TCI));
    finish(packet, length, tag);
  }

  /** Receives the frames whose marks were met, in line, each into its place. */
  private void fetch(PacketBatch batch, int copies) throws PortException {
    int received = 0;
    int failures = 0;
    boolean inStep = true;
    while (received < copies && failures < 2) {
      int count =
          libc.recvmmsg(socket, whole.address(received), copies - received, Uapi.MSG_DONTWAIT);
      if (count <= 0) {
        failures++; // the first may be an error that waited at the socket
        continue;
      }
      for (int i = received; i < received + count; i++) {
        inStep &= place(batch.get(places[i]), i);
      }
      received += count;
    }
    for (int i = received; i < copies; i++) {
      drop(batch.get(places[i]));
    }
    if (!inStep || received < copies) {
      renew();
    }
  }

  /** Fills a packet by a received message; whether it is the one that its mark announced. */
  private boolean place(Packet packet, int message) {
    if (whole.isTruncated(message)) {
      drop(packet); // longer than any slot (BIG TCP)
      return true;
    }
    int length = whole.length(message) - VnetHeader.LENGTH;
    if (length != lengths[message]) {
      drop(packet);
      return false;
    }
    finish(packet, length, whole.strippedTag(message));
    return true;
  }

  private void finish(Packet packet, int length, int tag) {
    StrippedTag.frame(packet, length, tag);
    if (VnetHeader.isTunnelled(packet)) {
      drop(packet);
    }
    bytes += packet.length();
    if (length >= LONG && packet.segmentSize() == 0) {
      longFrames++;
    }
  }

  /** Makes the packet an empty frame, which the parser calls malformed: it keeps its place. */
  private void drop(Packet packet) {
    packet.frame(Packet.HEADROOM, 0);
    missed++;
  }

  /** Bytes of the frames that the last call of {@link #receive} filled in. */
  long bytes() {
    return bytes;
  }

  /** Frames lost on the way since this was last asked. */
  int takeMissed() {
    int count = missed;
    missed = 0;
    return count;
  }

  /** Frames let go because of too many, since this was last asked. */
  int takeShed() {
    int count = shed;
    shed = 0;
    return count;
  }

  /** Frames that the kernel did not even give, because of too many, since this was last asked. */
  int takeRefused() {
    int count = refused;
    refused = 0;
    return count;
  }

  /** Frames of at least {@link #LONG} bytes, no large segments, since this was last asked. */
  int takeLongFrames() {
    int count = longFrames;
    longFrames = 0;
    return count;
  }

  /** Frames that have passed through the ring, lost ones included. */
  long passed() {
    return passed;
  }

  /** Whether nothing waits in the ring. */
  boolean isEmpty() {
    return !waits(0);
  }

  /**
   * Begins with an empty ring and an empty queue.
   *
   * @throws PortException if the kernel gives no new ring, or the socket is in a group of several
   */
  void renew() throws PortException {
    if (grouped) {
      // The kernel would have the socket leave its group and join it again, as the last.
      throw new PortException("its socket cannot be given a new ring among those of other workers");
    }
    unmap();
    request.fill((byte) 0);
    libc.setsockopt(socket, Uapi.SOL_PACKET, Uapi.PACKET_RX_RING, request);
    map();
  }

  private static void check(long returned, String what) throws PortException {
    if (returned < 0) {
      throw new PortException(what + " (" + Libc.strerror((int) -returned) + ")");
    }
  }

  @Override
  public void close() {
    unmap();
  }
}
