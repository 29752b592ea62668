package org.vtl.service.capture.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** The real file system, of which the test says how much is free and how much fits. */
final class TestDisk implements Disk {
  long free = Long.MAX_VALUE;

  /** Bytes the disk still takes before it says that it is full. */
  long fits = Long.MAX_VALUE;

  @Override
  public SeekableByteChannel create(Path file, boolean replace) throws IOException {
    return new LimitedChannel(Disk.REAL.create(file, replace));
  }

  @Override
  public long freeBytes(Path directory) {
    return free;
  }

  @Override
  public List<Path> files(Path directory, Predicate<Path> matches) throws IOException {
    return Disk.REAL.files(directory, matches);
  }

  @Override
  public void delete(Path file) throws IOException {
    Disk.REAL.delete(file);
  }

  private final class LimitedChannel implements SeekableByteChannel {
    private final SeekableByteChannel channel;

    LimitedChannel(SeekableByteChannel channel) {
      this.channel = channel;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      if (fits == 0) {
        throw new IOException("No space left on device");
      }
      // As write(2): what still fits is written, and the next call fails.
      int limit = source.limit();
      source.limit((int) Math.min(limit, source.position() + fits));
      int written = channel.write(source);
      source.limit(limit);
      fits -= written;
      return written;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      return channel.read(target);
    }

    @Override
    public long position() throws IOException {
      return channel.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
      channel.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
      channel.truncate(size);
      return this;
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
