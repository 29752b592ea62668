package org.vtl.lab.internal;

import java.nio.file.Files;
import java.util.List;

/** A process that holds hosts and programs until it is killed; its first line names them. */
final class NamespaceHolder {
  private NamespaceHolder() {}

  public static void main(String[] words) throws Exception {
    StringBuilder line = new StringBuilder();
    for (HostPlan plan : HostPlan.ALL) {
      Host host = Host.boot(plan, HostNames.OF_THIS_MACHINE);
      check(host.isPlugged(), "plugged after the start");
      host.pull();
      host.pull();
      check(!host.isPlugged(), "pulled");
      host.plug();
      host.plug();
      check(host.isPlugged(), "plugged again");
      line.append(Files.readSymbolicLink(host.namespace().path())).append(' ');
      // A program that leaves another behind, in a session of its own.
      host.namespace()
          .start(
              new ProcessBuilder(List.of("sh", "-c", "setsid sleep 600 & sleep 600"))
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD));
    }
    System.out.println(line.toString().strip());
    System.out.flush();
    Thread.sleep(600_000);
  }

  private static void check(boolean holds, String state) {
    if (!holds) {
      throw new IllegalStateException("The cable is not " + state + ".");
    }
  }
}
