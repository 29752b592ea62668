package org.vtl.lab.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.vtl.lab.internal.traffic.Site;

/** Where programs run: a network namespace, or this process's own network. */
public interface Place extends Site {
  /** This process's own network. */
  Place HERE =
      new Place() {
        @Override
        public Process start(ProcessBuilder program) throws IOException {
          List<String> words = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL"));
          words.addAll(List.of("unshare", "--pid", "--fork", "--kill-child", "--"));
          words.addAll(program.command());
          return program.command(words).start();
        }

        @Override
        public <T> T call(Callable<T> work) throws IOException {
          return Site.HERE.call(work);
        }
      };

  /**
   * Starts a program here. It and all that it starts are killed when it is destroyed, and when the
   * calling thread or this process ends, however it ends.
   *
   * @param program words; its streams and environment are the caller's to change
   */
  Process start(ProcessBuilder program) throws IOException;
}
