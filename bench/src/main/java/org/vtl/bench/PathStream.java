package org.vtl.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One TCP stream over a long path by {@code src/main/native/stream.c}, which checks its bytes. */
final class PathStream {
  private static final int SPARE_SECONDS = 45;

  private final String program;

  PathStream(Path natives) {
    program = natives.resolve("stream").toString();
  }

  /**
   * What a transfer gave.
   *
   * @param mbit content per second where it arrived, slow start included
   * @param lateMbit the same in the second half of the time
   * @param connectMillis how long the opening host's connect took
   */
  record Goodput(double mbit, double lateMbit, double connectMillis) {}

  /**
   * Measures for {@code millis} from the moment the receiver's connection is open. Host a opens it.
   *
   * @param down whether the bytes go from b to a
   */
  Goodput measure(PathBed bed, int millis, boolean down) {
    Namespace sender = down ? bed.b() : bed.a();
    Namespace receiver = down ? bed.a() : bed.b();
    String listen = "-l";
    String connect = "-d" + bed.target();
    List<String> send = words("send", down ? listen : connect, millis);
    send.addAll(List.of("-C", bed.column().control()));
    List<String> receive = words("receive", down ? connect : listen, millis);
    List<String> first = down ? sender.inside(send) : receiver.inside(receive);
    List<String> second = down ? receiver.inside(receive) : sender.inside(send);
    int seconds = millis / 1000 + SPARE_SECONDS;
    try (Program listener = Program.start(first)) {
      listener.await("ready", 10);
      try (Program opener = Program.start(second)) {
        String counted = (down ? opener : listener).await("bytes=", seconds);
        String opened = down ? counted : opener.await("sent=", seconds);
        double nanos = Words.number(counted, "nanos");
        return new Goodput(
            Words.number(counted, "bytes") * 8e3 / nanos,
            Words.number(counted, "late") * 8e3 / (nanos / 2),
            Words.number(opened, "connect") / 1e6);
      }
    }
  }

  private List<String> words(String what, String where, int millis) {
    return new ArrayList<>(List.of(program, what, where, "-t", Integer.toString(millis)));
  }
}
