package org.vtl.itests.firewall;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.testkit.PacketScript;
import org.vtl.testkit.ScriptCase;
import org.vtl.testkit.ScriptTarget;

/**
 * What Linux's own tests ask of connection tracking (tools/testing/selftests/net/netfilter,
 * packetdrill), as the scripts of core's tests tell it: here the packets count, not what the
 * scripts expect.
 */
final class ScriptTraces {
  private static final Path SCRIPT =
      Path.of(
          System.getProperty("vtl.root", ".."),
          "bundles/org.vtl.core/src/test/resources/org/vtl/core/internal/connection/conntrack.pkt");

  private static final int ETHERNET = 14;

  private ScriptTraces() {}

  /** The case {@code index} modulo their number, between the hosts {@code number} of the run. */
  static Trace conntrack(int number, int index, long seed) {
    Random random = new Random(seed);
    Conversation conversation = new Conversation(number, random, 80, false);
    String setting =
        "\nvm %s:80\nnet %s:%d\nisn vm %d\nisn net %d"
            .formatted(
                conversation.address(Direction.OUTBOUND),
                conversation.address(Direction.INBOUND),
                1024 + random.nextInt(60_000),
                random.nextInt() & 0xffff_ffffL,
                random.nextInt() & 0xffff_ffffL);
    List<ScriptCase> cases =
        PacketScript.parse("conntrack.pkt", text().replaceAll("(?m)^case:.*$", "$0" + setting))
            .cases();
    ScriptCase played = cases.get(index % cases.size());
    played.run(new Recorder(conversation));
    String name = played.name().replaceFirst(" - .*", "");
    return conversation.trace(Category.SELFTEST.title, name + " " + index);
  }

  private static String text() {
    try {
      return Files.readString(SCRIPT).replaceAll("(?m)^[=!].*$", ""); // without what it expects
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Keeps what the script delivers. */
  private record Recorder(Conversation conversation) implements ScriptTarget {
    @Override
    public void deliver(Direction direction, Packet packet, long nanos) {
      byte[] datagram =
          packet
              .memory()
              .asSlice(packet.start() + (long) ETHERNET, packet.length() - (long) ETHERNET)
              .toArray(ValueLayout.JAVA_BYTE);
      conversation.add(direction, datagram, conversation.nextDatagram());
    }

    @Override
    public void advance(long nanos) {}

    @Override
    public String value(String subject, String key) {
      return "";
    }
  }
}
