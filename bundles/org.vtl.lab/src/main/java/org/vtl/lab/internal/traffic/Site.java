package org.vtl.lab.internal.traffic;

import java.io.IOException;
import java.util.concurrent.Callable;

/**
 * A place where sockets are opened: a host of the lab, or the process's own network. A socket stays
 * where it was opened, whatever thread uses it later.
 */
public interface Site {
  /** The network that the calling thread is in. */
  Site HERE =
      new Site() {
        @Override
        public <T> T call(Callable<T> work) throws IOException {
          try {
            return work.call();
          } catch (IOException | RuntimeException e) {
            throw e;
          } catch (Exception e) {
            throw new IOException(e);
          }
        }
      };

  /**
   * Runs {@code work} at the place and returns what it returns. The work must be short: one runs at
   * a time.
   *
   * @throws IOException thrown by the work, or around what it threw
   */
  <T> T call(Callable<T> work) throws IOException;
}
