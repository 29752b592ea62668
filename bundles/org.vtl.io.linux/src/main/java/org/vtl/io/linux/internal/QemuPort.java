package org.vtl.io.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.packet.PacketBatch;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;
import org.vtl.port.PortStatistics;

/**
 * One end of a Unix stream socket whose other end is a QEMU, a passt or another VTL. The stream
 * carries bare frames, without a virtio-net header, so there are no offloads.
 *
 * <p>A port that listens stays open when its VM goes and waits for the next. It serves one
 * connection at a time: another waits for a second at most and is then refused, since the kernel
 * tells reliably when a local process is gone, so nobody needs to push out the one that is there.
 * What breaks the framing ends its own connection only. A port that connects is lost when the other
 * end goes.
 */
final class QemuPort implements PacketPort {
  private static final long CHECK_INTERVAL_NANOS = 1_000_000_000;

  private final String address;
  private final Arena arena;
  private final Libc libc;
  private final int epoll;
  private final ListeningSocket listening;
  private final int mtu;
  private final MemorySegment event;
  private final FrameReader reader;
  private final FrameWriter writer;
  private final PortCounters counters = new PortCounters();
  private final String waiting;
  private volatile String obstacle = "";
  private int connection = -1;
  private boolean watchesRoom;
  private long nextCheckNanos;
  private boolean closed;

  /** Takes over all that it is given and closes it with itself; listens or is connected. */
  QemuPort(
      String address,
      Arena arena,
      Libc libc,
      int epoll,
      ListeningSocket listening,
      int connection,
      int mtu) {
    this.address = address;
    this.arena = arena;
    this.libc = libc;
    this.epoll = epoll;
    this.listening = listening;
    this.mtu = mtu;
    event = arena.allocate(Uapi.EPOLL_EVENT_LENGTH, 8);
    reader = new FrameReader(arena, libc);
    writer = new FrameWriter(arena, libc);
    waiting = "Port " + address + " waits for QEMU to connect";
    if (connection >= 0) {
      begin(connection);
    } else {
      obstacle = waiting + ".";
      watch(Uapi.EPOLL_CTL_ADD, listening.descriptor(), Uapi.EPOLLIN);
    }
  }

  @Override
  public Offloads offloads() {
    return Offloads.NONE;
  }

  @Override
  public int mtu() {
    return mtu;
  }

  /** While frames wait in the reader's own buffer, no descriptor tells of them. */
  @Override
  public int descriptor() {
    return connection >= 0 && reader.isReady() ? NO_DESCRIPTOR : epoll;
  }

  @Override
  public String obstacle() {
    return obstacle;
  }

  @Override
  public int poll(PacketBatch batch) throws PortException {
    if (connection < 0 && !accept()) {
      return 0;
    }
    refuseOthers();
    if (watchesRoom && writer.finish()) {
      watchRoom(false);
    }
    int filled = 0;
    long bytes = 0;
    boolean more = true;
    while (filled < batch.size()) {
      if (reader.isReady()) {
        if (reader.isBroken()) {
          counters.missed(1);
          long length = reader.length() & 0xffff_ffffL;
          end("announced a frame of " + length + " bytes");
          break;
        }
        reader.take(batch.get(filled));
        bytes += batch.get(filled).length();
        filled++;
      } else if (more) {
        long count = reader.fill(connection);
        if (count == 0) {
          end("");
          break;
        }
        more = count > 0 && !reader.hasRoom();
        if (count < 0) {
          break;
        }
      } else {
        break;
      }
    }
    if (filled > 0) {
      counters.received(filled, bytes);
    } else if (connection < 0) {
      checkLost();
    }
    return filled;
  }

  @Override
  public int transmit(PacketBatch batch) throws PortException {
    if (connection < 0) {
      checkLost();
      return 0;
    }
    writer.beginBatch();
    int size = batch.size();
    int done = 0;
    while (done < size) {
      if (!FrameWriter.fits(batch.get(done), mtu)) {
        counters.refused(1);
        done++;
        continue;
      }
      int written = writer.write(batch, done, mtu);
      if (written == 0) {
        break;
      }
      counters.transmitted(written, writer.bytes());
      done += written;
    }
    if (writer.isBroken()) {
      end("");
    } else if (writer.isUnfinished() != watchesRoom) {
      watchRoom(!watchesRoom);
    }
    return done;
  }

  // ---- the connection --------------------------------------------------------------------------

  private boolean accept() throws PortException {
    checkLost();
    int accepted = listening.accept();
    if (accepted < 0) {
      return false;
    }
    watch(Uapi.EPOLL_CTL_DEL, listening.descriptor(), 0);
    begin(accepted);
    return true;
  }

  private void begin(int descriptor) {
    connection = descriptor;
    reader.reset();
    writer.reset(descriptor);
    watchesRoom = false;
    watch(Uapi.EPOLL_CTL_ADD, descriptor, Uapi.EPOLLIN);
    nextCheckNanos = System.nanoTime() + CHECK_INTERVAL_NANOS;
    obstacle = "";
  }

  /** The connection is over, without a fault of the other end's when {@code why} is empty. */
  private void end(String why) {
    libc.close(connection); // which takes it out of the epoll set
    connection = -1;
    if (listening != null) {
      obstacle = waiting + (why.isEmpty() ? "." : "; the last one " + why + " and was cut off.");
      watch(Uapi.EPOLL_CTL_ADD, listening.descriptor(), Uapi.EPOLLIN);
    } else {
      obstacle = why.isEmpty() ? "closed the connection" : why;
    }
  }

  /** A port that connects is lost with its connection; frames that came before are taken first. */
  private void checkLost() throws PortException {
    if (listening == null) {
      throw new PortException(
          "Port "
              + address
              + " is lost: the other end "
              + obstacle
              + "; it is connected again when somebody listens there.");
    }
  }

  /** Once a second: whoever still waits for this connection to end is told that it will not. */
  private void refuseOthers() {
    long now = System.nanoTime();
    if (listening == null || now - nextCheckNanos < 0) {
      return;
    }
    nextCheckNanos = now + CHECK_INTERVAL_NANOS;
    int other = listening.accept();
    if (other >= 0) {
      libc.close(other);
    }
  }

  private void watchRoom(boolean watched) {
    watchesRoom = watched;
    watch(Uapi.EPOLL_CTL_MOD, connection, watched ? Uapi.EPOLLIN | Uapi.EPOLLOUT : Uapi.EPOLLIN);
  }

  private void watch(int operation, int descriptor, int events) {
    event.set(ValueLayout.JAVA_INT, 0, events);
    libc.epollCtl(epoll, operation, descriptor, event.address());
  }

  @Override
  public PortStatistics statistics() {
    return counters.snapshot();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (connection >= 0) {
        libc.close(connection);
      }
      if (listening != null) {
        listening.close();
      }
      libc.close(epoll);
      arena.close();
    }
  }
}
