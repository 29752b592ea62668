package org.vtl.shell.internal.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.apache.felix.gogo.runtime.CommandProcessorImpl;
import org.apache.felix.gogo.runtime.CommandSessionImpl;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;

/**
 * Gogo sessions that go on after Ctrl-C.
 *
 * <p>Gogo wraps a session's streams by {@link java.nio.channels.Channels}, whose channels close for
 * good when the thread that uses them is interrupted, and with them the session falls silent. A
 * session opened here has channels that stay; those that Gogo makes for each line may close.
 */
final class SteadySession extends CommandSessionImpl {
  private SteadySession(
      CommandProcessorImpl processor, InputStream in, OutputStream out, OutputStream err) {
    super(processor, in, out, err);
    WritableByteChannel output = new Sink(out);
    channels = new Channel[] {new Source(in), output, err == out ? output : new Sink(err)};
  }

  /** A session, which the caller closes; the streams stay the caller's. */
  static CommandSession open(
      CommandProcessor processor, InputStream in, OutputStream out, OutputStream err) {
    // Gogo keeps a list of the sessions that it makes, to close them when it stops. Then this
    // bundle's component, which needs it, stops first and closes them itself.
    return new SteadySession((CommandProcessorImpl) processor, in, out, err);
  }

  private record Source(InputStream in) implements ReadableByteChannel {
    private static final int MOST = 8192;

    @Override
    public int read(ByteBuffer into) throws IOException {
      byte[] bytes = new byte[Math.min(into.remaining(), MOST)];
      int length = in.read(bytes);
      if (length > 0) {
        into.put(bytes, 0, length);
      }
      return length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // The stream is not Gogo's.
    }
  }

  private record Sink(OutputStream out) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer from) throws IOException {
      byte[] bytes = new byte[from.remaining()];
      from.get(bytes);
      out.write(bytes);
      out.flush();
      return bytes.length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // The stream is not Gogo's.
    }
  }
}
