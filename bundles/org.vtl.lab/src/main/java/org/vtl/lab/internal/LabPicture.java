package org.vtl.lab.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the lab says of itself to a person. */
final class LabPicture {
  private static final String PICTURE =
      """

        host vm                        VTL                       host net
        +-----------------+      +-------------+      +-----------------+
        | eth0  10.10.0.1 |------| vm0    net0 |------| eth0  10.10.0.2 |
        |       fd10::1   |      |  link "lab" |      |       fd10::2   |
        +-----------------+      +-------------+      +-----------------+
      """;

  private static final String TRY =
      """

      Real kernels at both ends; all that passes between them passes VTL. Try:

        vtl:lab ping                       round trips from vm to net
        vtl:lab traffic tcp                a transfer, checked to the last byte
        vtl:lab traffic udp --rate 20000   numbered datagrams, each accounted for
        vtl:lab exec vm ip address         any program, inside a host
        vtl:lab cable vm pull              and "plug": a port that comes and goes
        vtl:lab --help                     the rest

      """;

  private static final String TRY_TOR =
      """

      Whatever the VM sends goes through Tor or nowhere: its link requires the services tor and
      tor-guard. A Tor network of its own is being started on this machine; that takes about 20
      seconds, and it says when it is ready. Until then nothing of the VM passes.

        vtl:links                          UP once all that the link requires is there
        vtl:lab exec net tcpdump -n        what the VM's own network gets to see: nothing
        vtl:lab tor                        how far the Tor network is
        vtl:lab --help                     the rest

      """;

  private LabPicture() {}

  /** Picture, ways in, and what to try. */
  static String text(Lab lab) {
    StringBuilder text = new StringBuilder(PICTURE).append(TorLab.isWanted() ? TRY_TOR : TRY);
    text.append("From another terminal, as the same user:\n");
    text.append("  commands of VTL: vtl shell lab exec vm ip neighbour\n");
    for (Host host : lab.hosts()) {
      text.append("  a shell in ")
          .append(host.plan().name())
          .append(": ")
          .append(shellWords(host))
          .append('\n');
    }
    return text.toString();
  }

  /** The command that opens a shell in {@code host} from outside. */
  static String shellWords(Host host) {
    long process = ProcessHandle.current().pid();
    String user =
        isInUserNamespace() ? " --user=/proc/" + process + "/ns/user --preserve-credentials" : "";
    return "nsenter"
        + user
        + " --net="
        + host.namespace().path()
        + " "
        + String.join(" ", host.words(List.of("bash")));
  }

  private static boolean isInUserNamespace() {
    // As uid 0 of the first user namespace, all 2^32 - 1 numbers are mapped.
    try {
      return !Files.readString(Path.of("/proc/self/uid_map")).strip().endsWith("4294967295");
    } catch (IOException e) {
      return false;
    }
  }
}
