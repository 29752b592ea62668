package org.vtl.service.capture.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/**
 * A capture's only file as a stream to whoever reads it now. Once nobody does, what comes is thrown
 * away until the capture is stopped.
 */
final class CaptureStream implements Disk {
  private final PrintStream out;
  private final CountDownLatch left = new CountDownLatch(1);

  CaptureStream(PrintStream out) {
    this.out = out;
  }

  /**
   * Returns when nobody reads any more, or the capture was stopped.
   *
   * @throws InterruptedException if whoever asked for it has gone, or wants it to end
   */
  void awaitEnd() throws InterruptedException {
    left.await();
  }

  @Override
  public SeekableByteChannel create(Path file, boolean replace) {
    return new Channel();
  }

  @Override
  public long freeBytes(Path directory) {
    return Long.MAX_VALUE;
  }

  @Override
  public List<Path> files(Path directory, Predicate<Path> matches) {
    return List.of();
  }

  @Override
  public void delete(Path file) {
    // There is none.
  }

  @Override
  public String where(Path file) {
    return "whoever reads the stream";
  }

  /** Goes forward only; the writer asks for more only after a failure, and there is none here. */
  private final class Channel implements SeekableByteChannel {
    private long position;
    private boolean closed;

    @Override
    public int write(ByteBuffer source) {
      byte[] bytes = new byte[source.remaining()];
      source.get(bytes);
      position += bytes.length;
      if (left.getCount() > 0) {
        out.write(bytes, 0, bytes.length);
        if (out.checkError()) {
          left.countDown();
        }
      }
      return bytes.length;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      throw new IOException("a stream that is written cannot be read");
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public SeekableByteChannel position(long to) {
      if (to != position) {
        throw new NonWritableChannelException();
      }
      return this;
    }

    @Override
    public long size() {
      return position;
    }

    @Override
    public SeekableByteChannel truncate(long size) {
      return position(size);
    }

    @Override
    public boolean isOpen() {
      return !closed;
    }

    @Override
    public void close() {
      closed = true;
      left.countDown(); // the capture was stopped
    }
  }
}
