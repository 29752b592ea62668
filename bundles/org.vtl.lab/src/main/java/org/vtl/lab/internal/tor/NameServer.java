package org.vtl.lab.internal.tor;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.vtl.lab.internal.traffic.Site;

/** The name server that the exits ask: it knows the web server's names and addresses (RFC 1035). */
final class NameServer implements AutoCloseable {
  private static final int PORT = 53;
  private static final int LONGEST = 512;
  private static final int TYPE_A = 1;
  private static final int TYPE_PTR = 12;
  private static final int TYPE_AAAA = 28;
  private static final int LIFE_SECONDS = 60;
  private static final int NAME_ERROR = 3;

  private static final Map<String, String> POINTERS =
      Map.of(
          "10.100.51.198.in-addr.arpa",
          TorPlan.WEB_NAME,
          "0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
          TorPlan.WEB_NAME);

  private final DatagramSocket socket;

  private NameServer(DatagramSocket socket) {
    this.socket = socket;
  }

  /** Starts one at UDP port 53 of {@code site}. */
  static NameServer start(Site site) throws IOException {
    NameServer server = new NameServer(site.call(() -> new DatagramSocket(PORT)));
    Thread.ofPlatform().daemon().name("vtl-lab-names").start(server::serve);
    return server;
  }

  private void serve() {
    byte[] bytes = new byte[LONGEST];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        byte[] answer = answer(ByteBuffer.wrap(bytes, 0, packet.getLength()));
        if (answer.length > 0) {
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException e) {
      // closed
    }
  }

  /** The answer to {@code question}; empty for what is no question. */
  static byte[] answer(ByteBuffer question) {
    if (question.limit() < 12) {
      return new byte[0];
    }
    try {
      int identity = question.getShort(0);
      question.position(12);
      String name = name(question);
      int type = question.getShort();
      int questionEnd = question.position() + 2;
      byte[] data = data(name, type);
      boolean known = data.length > 0 || isKnown(name);
      ByteBuffer answer = ByteBuffer.allocate(2 * LONGEST);
      answer.putShort((short) identity);
      answer.putShort((short) (0x8580 | (known ? 0 : NAME_ERROR)));
      answer.putShort((short) 1).putShort((short) (data.length > 0 ? 1 : 0)).putInt(0);
      answer.put(question.array(), question.arrayOffset() + 12, questionEnd - 12);
      if (data.length > 0) {
        // The name is the question's, at offset 12.
        answer.putShort((short) 0xc00c).putShort((short) type).putShort((short) 1);
        answer.putInt(LIFE_SECONDS).putShort((short) data.length).put(data);
      }
      return java.util.Arrays.copyOf(answer.array(), answer.position());
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IOException e) {
      return new byte[0];
    }
  }

  private static String name(ByteBuffer from) {
    StringBuilder name = new StringBuilder();
    for (int length = from.get(); length > 0; length = from.get()) {
      byte[] label = new byte[length];
      from.get(label);
      name.append(name.isEmpty() ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
    }
    return name.toString().toLowerCase(Locale.ROOT);
  }

  private static boolean isKnown(String name) {
    return name.equals(TorPlan.WEB_NAME)
        || name.equals(TorPlan.WEB_NAME4)
        || name.equals(TorPlan.WEB_NAME6)
        || POINTERS.containsKey(name);
  }

  private static byte[] data(String name, int type) throws IOException {
    if (type == TYPE_A && isKnown(name) && !name.equals(TorPlan.WEB_NAME6)) {
      return InetAddress.getByName(TorPlan.WEB).getAddress();
    }
    if (type == TYPE_AAAA && isKnown(name) && !name.equals(TorPlan.WEB_NAME4)) {
      return InetAddress.getByName(TorPlan.WEB6).getAddress();
    }
    if (type == TYPE_PTR && POINTERS.containsKey(name)) {
      return wire(POINTERS.get(name));
    }
    return new byte[0];
  }

  private static byte[] wire(String name) {
    ByteBuffer wire = ByteBuffer.allocate(name.length() + 2);
    for (String label : name.split("\\.")) {
      wire.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
    }
    return wire.put((byte) 0).array();
  }

  @Override
  public void close() {
    socket.close();
  }
}
