package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;

/**
 * The AF_XDP socket of one queue of an interface, with its UMEM and four rings. Frames are copied
 * between the UMEM's chunks and the packets' slots. Used by one thread.
 */
@SuppressWarnings("restricted")
final class XdpSocket implements AutoCloseable {
  /** What the kernel keeps free at the start of each chunk that it receives into. */
  static final int RECEIVE_HEADROOM = 256;

  // struct xdp_mmap_offsets: four struct xdp_ring_offset, rx 0, tx 32, fr 64, cr 96
  private static final int RING_OFFSETS = 32;
  // struct xdp_umem_reg: addr 0, len 8, chunk_size 16, headroom 20, flags 24, tx_metadata_len 28;
  // older kernels know the first 24 or 28 bytes
  private static final int UMEM_REG_LENGTH = 24;
  // struct sockaddr_xdp: sxdp_family 0, sxdp_flags 2, sxdp_ifindex 4, sxdp_queue_id 8
  private static final int SOCKADDR_LENGTH = 16;
  // struct xdp_statistics: rx_dropped 0, rx_ring_full 24
  private static final int STATISTICS_LENGTH = 48;
  private static final int RX_DROPPED = 0;
  private static final int RX_RING_FULL = 24;

  private static final int SEND_BUFFER = 4 << 20;

  /** Calls that one batch makes, if each gets some frames on their way. */
  private static final int MOST_KICKS = 1_000;

  private final Libc libc;
  private final int socket;
  private final int chunk;
  private final MemorySegment umem;
  private final MemorySegment option;
  private XdpRing fill;
  private XdpRing completion;
  private XdpRing receive;
  private XdpRing transmit;
  private final Readiness readiness;

  /** The chunks to transmit from that the kernel does not have. */
  private final long[] free;

  private int freeCount;
  private long missed;

  private XdpSocket(
      Arena arena,
      Libc libc,
      int socket,
      MemorySegment umem,
      int chunk,
      int receives,
      int transmits) {
    this.libc = libc;
    this.socket = socket;
    this.chunk = chunk;
    this.umem = umem;
    option = arena.allocate(STATISTICS_LENGTH + 8, 8);
    readiness = new Readiness(arena, libc, socket);
    free = new long[transmits];
    for (int i = 0; i < transmits; i++) {
      free[i] = (long) (receives + i) * chunk;
    }
    freeCount = transmits;
  }

  /**
   * A socket with its memory, not bound yet.
   *
   * @param chunk bytes of one frame's place, 2048 or 4096
   * @param receives chunks to receive into, and entries of the rings for that, a power of 2
   * @param transmits the same to transmit from
   * @throws SystemCallException if the kernel refuses it
   */
  static XdpSocket create(Arena arena, Libc libc, int chunk, int receives, int transmits)
      throws SystemCallException {
    long length = (long) (receives + transmits) * chunk;
    long at =
        libc.mmap(
            length, Uapi.PROT_READ | Uapi.PROT_WRITE, Uapi.MAP_PRIVATE | Uapi.MAP_ANONYMOUS, -1, 0);
    SystemCallException.check(at, "there is no memory for its frames");
    MemorySegment umem = mapped(arena, libc, at, length);
    int descriptor = libc.socket(Uapi.AF_XDP, Uapi.SOCK_RAW | Uapi.SOCK_CLOEXEC, 0);
    SystemCallException.check(descriptor, "a socket of AF_XDP is refused");
    XdpSocket socket = new XdpSocket(arena, libc, descriptor, umem, chunk, receives, transmits);
    try {
      socket.register(arena, receives, transmits);
      return socket;
    } catch (SystemCallException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Pages of their own: a driver without copies may write a frame a little after the socket is
   * closed, which must not be memory that the process uses for something else by then.
   */
  private static MemorySegment mapped(Arena arena, Libc libc, long at, long length) {
    return MemorySegment.ofAddress(at)
        .reinterpret(length, arena, memory -> libc.munmap(memory.address(), length));
  }

  private void register(Arena arena, int receives, int transmits) throws SystemCallException {
    MemorySegment umemReg = arena.allocate(UMEM_REG_LENGTH, 8);
    umemReg.set(ValueLayout.JAVA_LONG, 0, umem.address());
    umemReg.set(ValueLayout.JAVA_LONG, 8, umem.byteSize());
    umemReg.set(ValueLayout.JAVA_INT, 16, chunk);
    set(Uapi.XDP_UMEM_REG, umemReg, "memory for frames is refused");
    setSize(Uapi.XDP_UMEM_FILL_RING, receives);
    setSize(Uapi.XDP_UMEM_COMPLETION_RING, transmits);
    setSize(Uapi.XDP_RX_RING, receives);
    setSize(Uapi.XDP_TX_RING, transmits);
    // Linux 6.17: as many frames per call as there are; refused by older ones, and no matter.
    setInt(arena, Uapi.SOL_XDP, Uapi.XDP_MAX_TX_SKB_BUDGET, transmits);
    setInt(arena, Uapi.SOL_SOCKET, Uapi.SO_SNDBUFFORCE, SEND_BUFFER);
    MemorySegment offsets = arena.allocate(4 * RING_OFFSETS, 8);
    MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, 4 * RING_OFFSETS);
    int error =
        libc.getsockopt(
            socket, Uapi.SOL_XDP, Uapi.XDP_MMAP_OFFSETS, offsets.address(), length.address());
    if (error < 0 || length.get(ValueLayout.JAVA_INT, 0) != 4 * RING_OFFSETS) {
      throw new SystemCallException("its rings are not those of Linux 5.4 and later", Uapi.EINVAL);
    }
    receive = map(arena, offsets, 0, receives, Uapi.XDP_PGOFF_RX_RING);
    transmit = map(arena, offsets, 1, transmits, Uapi.XDP_PGOFF_TX_RING);
    fill = map(arena, offsets, 2, receives, Uapi.XDP_UMEM_PGOFF_FILL_RING);
    completion = map(arena, offsets, 3, transmits, Uapi.XDP_UMEM_PGOFF_COMPLETION_RING);
    for (int i = 0; i < receives; i++) {
      fill.setAddress(i, (long) i * chunk);
    }
    fill.advance(receives);
  }

  private XdpRing map(Arena arena, MemorySegment offsets, int index, int size, long pageOffset)
      throws SystemCallException {
    MemorySegment own = offsets.asSlice((long) index * RING_OFFSETS, RING_OFFSETS);
    int entry = index < 2 ? XdpRing.DESCRIPTOR : XdpRing.ADDRESS;
    long length = own.get(ValueLayout.JAVA_LONG, 16) + (long) size * entry;
    long at =
        libc.mmap(
            length,
            Uapi.PROT_READ | Uapi.PROT_WRITE,
            Uapi.MAP_SHARED | Uapi.MAP_POPULATE,
            socket,
            pageOffset);
    SystemCallException.check(at, "a ring cannot be mapped");
    MemorySegment memory = mapped(arena, libc, at, length);
    return new XdpRing(memory, own, size, entry, index == 1 || index == 2);
  }

  /** Binds it to a queue, which it has for itself until it is closed. */
  void bind(int deviceIndex, int queue, int flags) throws SystemCallException {
    MemorySegment address = option.asSlice(0, SOCKADDR_LENGTH).fill((byte) 0);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) Uapi.AF_XDP);
    address.set(ValueLayout.JAVA_SHORT, 2, (short) flags);
    address.set(ValueLayout.JAVA_INT, 4, deviceIndex);
    address.set(ValueLayout.JAVA_INT, 8, queue);
    SystemCallException.check(libc.bind(socket, address), "queue " + queue + " is refused");
  }

  /** Whether driver and socket share the frames' memory. */
  boolean isZeroCopy() {
    option.set(ValueLayout.JAVA_INT, STATISTICS_LENGTH, 4);
    int error =
        libc.getsockopt(
            socket,
            Uapi.SOL_XDP,
            Uapi.XDP_OPTIONS,
            option.address(),
            option.address() + STATISTICS_LENGTH);
    return error >= 0 && (option.get(ValueLayout.JAVA_INT, 0) & Uapi.XDP_OPTIONS_ZEROCOPY) != 0;
  }

  int descriptor() {
    return socket;
  }

  // ---- receiving -------------------------------------------------------------------------------

  /**
   * Fills the packets of {@code batch} from {@code first} on; how many. Without a system call,
   * unless the driver asks for one.
   */
  int receive(PacketBatch batch, int first) {
    int count = Math.min(receive.available(1), batch.size() - first);
    if (count == 0) {
      if (fill.needsWakeup()) {
        readiness.toRead(); // poll(2) has the driver look at the fill ring
      }
      return 0;
    }
    for (int i = 0; i < count; i++) {
      long at = receive.address(i);
      int length = receive.length(i);
      Packet packet = batch.get(first + i);
      MemorySegment.copy(umem, at, packet.memory(), Packet.HEADROOM, length);
      packet.frame(Packet.HEADROOM, length);
      PartialSum.find(packet);
      fill.setAddress(i, at & -chunk);
    }
    receive.advance(count);
    fill.advance(count); // as many entries as chunks, so there is room
    return count;
  }

  /** The events that poll(2) tells of reading: POLLERR when the interface has gone. */
  int events() {
    return readiness.toRead();
  }

  /** Frames dropped for want of room since it was last asked. */
  long newlyMissed() {
    option.set(ValueLayout.JAVA_INT, STATISTICS_LENGTH, STATISTICS_LENGTH);
    int error =
        libc.getsockopt(
            socket,
            Uapi.SOL_XDP,
            Uapi.XDP_STATISTICS,
            option.address(),
            option.address() + STATISTICS_LENGTH);
    if (error < 0) {
      return 0;
    }
    long total =
        option.get(ValueLayout.JAVA_LONG, RX_DROPPED)
            + option.get(ValueLayout.JAVA_LONG, RX_RING_FULL);
    long fresh = total - missed;
    missed = total;
    return fresh;
  }

  // ---- transmitting ----------------------------------------------------------------------------

  /** A new batch is about to be sent. */
  void beginBatch() {
    readiness.beginBatch();
  }

  /**
   * Takes back what the kernel has sent; how many frames can be put now, {@code wanted} or more.
   */
  int room(int wanted) {
    if (freeCount < wanted) {
      int done = completion.available(free.length);
      for (int i = 0; i < done; i++) {
        free[freeCount++] = completion.address(i);
      }
      if (done > 0) {
        completion.advance(done);
      }
    }
    return Math.min(freeCount, transmit.available(wanted));
  }

  /** Copies a frame into the {@code index}th place of those to be published; there is room. */
  void put(int index, Packet packet) {
    long at = free[--freeCount];
    MemorySegment.copy(packet.memory(), packet.start(), umem, at, packet.length());
    transmit.setDescriptor(index, at, packet.length());
  }

  /**
   * Publishes so many frames and has the kernel send all there are.
   *
   * @return 0, or a negated errno if the kernel takes none of those that remain
   */
  int send(int count) {
    if (count > 0) {
      transmit.advance(count);
    }
    int pending = transmit.pending();
    for (int i = 0; pending > 0 && transmit.needsWakeup() && i < MOST_KICKS; i++) {
      int error = libc.kick(socket);
      int left = transmit.pending();
      if (left == pending) {
        return error < 0 ? libc.kickCaught(socket) : 0;
      }
      pending = left;
    }
    return 0;
  }

  /** Whether the kernel has frames still to take. */
  boolean isPending() {
    return transmit.pending() > 0;
  }

  /** Waits a little for room; false once the batch has waited long enough. */
  boolean awaitRoom() {
    return readiness.awaitRoom(false);
  }

  /** Bytes of the longest frame. */
  static int longestFrame(int chunk) {
    return chunk - RECEIVE_HEADROOM;
  }

  private void set(int name, MemorySegment value, String otherwise) throws SystemCallException {
    SystemCallException.check(libc.setsockopt(socket, Uapi.SOL_XDP, name, value), otherwise);
  }

  private void setSize(int name, int entries) throws SystemCallException {
    option.set(ValueLayout.JAVA_INT, 0, entries);
    set(name, option.asSlice(0, 4), "a ring of " + entries + " entries is refused");
  }

  private void setInt(Arena arena, int level, int name, int value) {
    libc.setsockopt(socket, level, name, arena.allocateFrom(ValueLayout.JAVA_INT, value));
  }

  /** Closes the socket; its memory goes with the arena, which must be closed after it. */
  @Override
  public void close() {
    libc.close(socket);
  }
}
