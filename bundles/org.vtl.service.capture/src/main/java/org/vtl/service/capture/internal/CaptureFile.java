package org.vtl.service.capture.internal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.vtl.packet.pcapng.PcapngWriter;

/**
 * One pcapng file being written. Only whole blocks reach the disk, so a reader finds a sound file
 * at any moment, and so does one who comes after the process was killed. Used by the writer.
 */
final class CaptureFile {
  private static final int BUFFER = 1 << 20;
  private static final int NOT_DESCRIBED = -1;

  private final Path path;
  private final SeekableByteChannel channel;
  private final ByteBuffer buffer;
  private final PcapngWriter blocks;
  private final int snapBytes;
  private final List<Place> described = new ArrayList<>();
  private int[] interfaces = new int[0];
  private long writtenBytes;

  /** A file at {@code path}, open in {@code channel}; {@code buffer} is empty and of its own. */
  CaptureFile(Path path, SeekableByteChannel channel, ByteBuffer buffer, int snapBytes) {
    this.path = path;
    this.channel = channel;
    this.buffer = buffer.clear();
    this.snapBytes = snapBytes;
    blocks = new PcapngWriter(buffer);
    blocks.sectionHeader("VTL");
  }

  /** A buffer for a file, and after it for the next. */
  static ByteBuffer newBuffer() {
    return ByteBuffer.allocateDirect(BUFFER);
  }

  Path path() {
    return path;
  }

  /** Bytes of the file, those in the buffer included. */
  long bytes() {
    return writtenBytes + buffer.position();
  }

  /**
   * Adds a packet, and its interface if it is new.
   *
   * @return false when the buffer has no room; {@link #flush} makes it
   */
  boolean add(
      Place place,
      long nanos,
      MemorySegment memory,
      long offset,
      int captured,
      int original,
      int direction,
      byte[] comment) {
    int id = describe(place);
    long lost = place.lost.get();
    if (id == NOT_DESCRIBED
        || !blocks.packet(
            id,
            nanos,
            memory,
            offset,
            captured,
            original,
            direction,
            lost - place.lostTold,
            comment)) {
      return false;
    }
    place.lostTold = lost;
    place.written++;
    return true;
  }

  private int describe(Place place) {
    if (place.index >= interfaces.length) {
      int known = interfaces.length;
      interfaces = Arrays.copyOf(interfaces, place.index + 8);
      Arrays.fill(interfaces, known, interfaces.length, NOT_DESCRIBED);
    }
    if (interfaces[place.index] == NOT_DESCRIBED
        && blocks.interfaceDescription(place.name, place.description, snapBytes)) {
      interfaces[place.index] = described.size();
      described.add(place);
    }
    return interfaces[place.index];
  }

  /**
   * Brings all whole blocks to the disk.
   *
   * @throws IOException if the disk does not take them; they stay in the buffer, and the file ends
   *     with the last block that it took
   */
  void flush() throws IOException {
    if (buffer.position() == 0) {
      return;
    }
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      buffer.position(buffer.limit()).limit(buffer.capacity());
      channel.truncate(writtenBytes);
      channel.position(writtenBytes);
      throw e;
    }
    writtenBytes += buffer.position();
    buffer.clear();
  }

  /** Whether a packet is in it. */
  boolean hasPackets() {
    return !described.isEmpty();
  }

  /**
   * Adds each interface's statistics, and closes the file.
   *
   * @throws IOException if the packets in the buffer cannot be written; the file stays open then
   */
  void finish(long nanos) throws IOException {
    flush();
    for (int id = 0; id < described.size(); id++) {
      Place place = described.get(id);
      long lost = place.lost.get();
      blocks.interfaceStatistics(id, nanos, place.written + lost, lost);
    }
    try (channel) {
      flush();
    } catch (IOException e) {
      buffer.clear(); // the statistics are not worth more than the next file
    }
  }
}
