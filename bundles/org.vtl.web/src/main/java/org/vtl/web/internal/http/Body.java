package org.vtl.web.internal.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import org.vtl.management.Refusal;

/** A body that may be neither longer nor slower than is allowed. */
final class Body extends InputStream {
  private static final int TOO_SLOW = 408;
  private static final int TOO_LARGE = 413;

  private final InputStream in;
  private final long largest;
  private final long seconds;
  private final long start = System.nanoTime();
  private long read;

  Body(InputStream in, long largest, long seconds) {
    this.in = in;
    this.largest = largest;
    this.seconds = seconds;
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    int count = receive(bytes, offset, length);
    read += Math.max(0, count);
    if (read > largest) {
      throw new Refusal(TOO_LARGE, "The body has more than %d bytes.".formatted(largest));
    }
    if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(seconds)) {
      throw new Refusal(
          TOO_SLOW, "The body was not there within %d seconds; send it again.".formatted(seconds));
    }
    return count;
  }

  private int receive(byte[] bytes, int offset, int length) {
    try {
      return in.read(bytes, offset, length);
    } catch (IOException e) {
      // The client's doing: let through, each would be a fault in the log, with all its calls.
      throw new Refusal(TOO_SLOW, "The body broke off; send it again.");
    }
  }
}
