package org.vtl.service.capture.internal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.pcapng.PcapngWriter;
import org.vtl.service.Verdict;

/**
 * The thread that empties the ring into files: rotates them, keeps the disk's free space, and tells
 * once when it has to pause. While it pauses packets are counted as lost, never kept back.
 */
final class CaptureWriter implements Runnable {
  private static final Logger LOG = System.getLogger(CaptureWriter.class.getName());
  private static final Verdict[] VERDICTS = Verdict.values();
  private static final int CHECK_BYTES = 8 << 20;
  private static final long CHECK_NANOS = 1_000_000_000;
  private static final long IDLE_NANOS = 5_000_000;
  private static final int BURST = 1_024;

  /** Room for the blocks that describe an interface and end a file. */
  private static final int INTERFACE_BYTES = 384;

  /** What a capture is doing. */
  enum State {
    /** Writes what passes. */
    RUNNING,
    /** Waits for disk space. */
    PAUSED,
    /** Has filled its only file. */
    FULL,
    /** Has been ended. */
    STOPPED
  }

  private final CaptureSpec spec;
  private final CaptureTap tap;
  private final PacketRing ring;
  private final Disk disk;
  private final LongSupplier nanoClock;
  private final Runnable whenFull;
  private final FileNames names;
  private final Completion completion = new Completion();
  private final ByteBuffer buffer = CaptureFile.newBuffer();

  /** What the wall clock is ahead of the capture's, in nanoseconds. */
  private final long wallOffset;

  private CaptureFile file;
  private int number;
  private long uncheckedBytes;
  private long checkedNanos;
  private volatile State state = State.RUNNING;
  private volatile String reason = "";
  private volatile boolean ending;
  private long pauses;
  private long packets;
  private long bytes;
  private volatile Path current;

  /**
   * A writer, its first file made.
   *
   * @param nanoClock of the ring's records
   * @param start now, on the wall
   * @param whenFull told on the writer's thread when the only file is full
   * @throws IOException if the file cannot be made
   */
  CaptureWriter(
      CaptureSpec spec,
      CaptureTap tap,
      PacketRing ring,
      Disk disk,
      LongSupplier nanoClock,
      Instant start,
      Runnable whenFull)
      throws IOException {
    this.spec = spec;
    this.tap = tap;
    this.ring = ring;
    this.disk = disk;
    this.nanoClock = nanoClock;
    this.whenFull = whenFull;
    wallOffset =
        TimeUnit.SECONDS.toNanos(start.getEpochSecond()) + start.getNano() - nanoClock.getAsLong();
    names = new FileNames(spec.path(), spec.files() > 1, start);
    checkedNanos = nanoClock.getAsLong();
    try {
      open();
      file.flush();
    } catch (IOException | RuntimeException e) {
      completion.close();
      throw e;
    }
  }

  State state() {
    return state;
  }

  /** Why it does not write, in one sentence; empty when it does. */
  String reason() {
    return reason;
  }

  /** How often it had to pause. */
  long pauses() {
    return pauses;
  }

  /** Packets written so far. From any thread; may lag. */
  long packets() {
    return packets;
  }

  /** Bytes of files written so far. From any thread; may lag. */
  long bytes() {
    return bytes;
  }

  /** The file that is written to now. */
  Path file() {
    return current;
  }

  /** Has {@link #run} write what the ring holds and return. */
  void end() {
    ending = true;
  }

  @Override
  public void run() {
    try (completion) {
      while (!ending) {
        if (!turn()) {
          // Asleep for moments instead of woken: waking costs the packets' path a system call.
          LockSupport.parkNanos(IDLE_NANOS);
        }
      }
      while (turn()) {
        // what was captured before the end is written
      }
      finish();
    }
  }

  /** Does what is to be done now; false when there was nothing in the ring. */
  boolean turn() {
    int done = 0;
    try {
      checkSpace();
      long at = ring.next();
      for (; at != PacketRing.FULL && done < BURST; at = ring.next()) {
        take(at);
        ring.free(at);
        done++;
      }
      if (at == PacketRing.FULL && state == State.RUNNING) {
        file.flush();
      }
    } catch (IOException e) {
      pause(sentence(e));
    }
    return done > 0;
  }

  private void take(long at) {
    Place place = tap.places()[RecordLayout.u32(ring.memory(), at + RecordLayout.PLACE)];
    if (state == State.RUNNING) {
      try {
        write(at, place);
      } catch (IOException e) {
        pause(sentence(e));
      }
    }
    if (state == State.PAUSED) {
      place.lost.incrementAndGet();
    }
  }

  private void write(long at, Place place) throws IOException {
    MemorySegment memory = ring.memory();
    int captured = RecordLayout.u32(memory, at + RecordLayout.CAPTURED);
    boolean incomplete = Completion.isNeeded(memory, at);
    byte[] comment = comment(at, place);
    int needed =
        PcapngWriter.packetLength(captured, comment) + INTERFACE_BYTES * tap.places().length;
    if (spec.fileBytes() > 0
        && file.hasPackets()
        && file.bytes() + needed > spec.fileBytes()
        && !rotate()) {
      return;
    }
    MemorySegment source = memory;
    long offset = at + RecordLayout.HEADER;
    if (incomplete) {
      Packet completed = completion.complete(memory, at);
      source = completed.memory();
      offset = completed.start();
    }
    long before = file.bytes();
    while (!file.add(
        place,
        wall(RecordLayout.u64(memory, at + RecordLayout.NANOS)),
        source,
        offset,
        captured,
        RecordLayout.u32(memory, at + RecordLayout.LENGTH),
        RecordLayout.u8(memory, at + RecordLayout.DIRECTION) == Direction.INBOUND.ordinal()
            ? PcapngWriter.RECEIVED
            : PcapngWriter.SENT,
        comment)) {
      file.flush();
    }
    packets++;
    bytes += file.bytes() - before;
    uncheckedBytes += file.bytes() - before;
  }

  /** What Wireshark shows as the packet's comment: words that a display filter finds. */
  private byte[] comment(long at, Place place) {
    MemorySegment memory = ring.memory();
    StringBuilder text = new StringBuilder();
    if (!place.owner.isEmpty()) {
      text.append(" service=").append(place.owner);
    }
    int verdict = RecordLayout.u8(memory, at + RecordLayout.VERDICT);
    if (verdict != RecordLayout.NO_VERDICT) {
      text.append(" verdict=").append(VERDICTS[verdict]);
    }
    int code = RecordLayout.u32(memory, at + RecordLayout.REASON);
    if (code != 0) {
      text.append(" reason=").append(tap.reason(code));
    }
    long connection = RecordLayout.u64(memory, at + RecordLayout.CONNECTION);
    if (connection != 0) {
      text.append(" connection=").append(connection);
    }
    int segmentSize = RecordLayout.u32(memory, at + RecordLayout.SEGMENT_SIZE);
    if (segmentSize != 0) {
      text.append(" segment-size=").append(segmentSize);
    }
    return text.isEmpty() ? null : text.substring(1).getBytes(StandardCharsets.UTF_8);
  }

  // ---- files -----------------------------------------------------------------------------------

  private void open() throws IOException {
    Path path = names.file(number + 1);
    file = new CaptureFile(path, disk.create(path, spec.force()), buffer, spec.snapBytes());
    number++;
    current = path;
    if (spec.files() > 1) {
      List<Path> ours = disk.files(names.directory(), names::isOurs);
      for (Path old : ours.subList(0, Math.max(0, ours.size() - spec.files()))) {
        disk.delete(old);
      }
    }
  }

  /** Goes on to the next file; false when there is none to be. */
  private boolean rotate() throws IOException {
    file.finish(wall(nanoClock.getAsLong()));
    file = null;
    if (spec.files() == 1) {
      state = State.FULL;
      reason = "The file has reached file.mb.";
      LOG.log(Level.INFO, "Capture {0} has ended: {1} is full.", spec.name(), current);
      whenFull.run();
      return false;
    }
    open();
    return true;
  }

  private void finish() {
    try {
      if (file != null) {
        file.finish(wall(nanoClock.getAsLong()));
      }
      reason = state == State.FULL ? reason : "";
    } catch (IOException e) {
      reason = sentence(e);
      LOG.log(
          Level.WARNING, "Capture {0} has ended with its last file cut. {1}", spec.name(), reason);
    }
    state = state == State.FULL ? state : State.STOPPED;
  }

  // ---- the disk's free space -------------------------------------------------------------------

  private void checkSpace() throws IOException {
    long now = nanoClock.getAsLong();
    if (state != State.RUNNING && state != State.PAUSED
        || uncheckedBytes < CHECK_BYTES && now - checkedNanos < CHECK_NANOS) {
      return;
    }
    uncheckedBytes = 0;
    checkedNanos = now;
    long free = disk.freeBytes(names.directory());
    if (state == State.RUNNING && free < spec.freeBytes()) {
      file.flush();
      pause(
          "Only %d MB are free where %s is, less than free.mb=%d; make room."
              .formatted(free >> 20, current, spec.freeBytes() >> 20));
    } else if (state == State.PAUSED && free >= spec.freeBytes() + (spec.freeBytes() >> 4)) {
      resume();
    }
  }

  private void pause(String why) {
    reason = why;
    if (state == State.RUNNING) {
      state = State.PAUSED;
      pauses++;
      LOG.log(Level.WARNING, "Capture {0} pauses. {1}", spec.name(), why);
    }
  }

  private void resume() throws IOException {
    if (file == null) {
      open();
    }
    file.flush();
    state = State.RUNNING;
    reason = "";
    LOG.log(Level.INFO, "Capture {0} goes on in {1}.", spec.name(), current);
  }

  private String sentence(IOException e) {
    String why = e.getMessage() == null ? e.toString() : e.getMessage();
    return "File %s cannot be written (%s); make room or stop the capture."
        .formatted(names.file(Math.max(1, number)), why);
  }

  private long wall(long nanos) {
    return nanos + wallOffset;
  }
}
