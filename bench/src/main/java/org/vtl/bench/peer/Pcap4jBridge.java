package org.vtl.bench.peer;

import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PacketListener;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.PcapDirection;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.RawPacketListener;

/**
 * A bridge as Pcap4J's documentation leads one to write it: a thread per interface, and what
 * arrives at one is sent by the other.
 */
public final class Pcap4jBridge {
  private static final int SNAPSHOT_BYTES = 65_536;
  private static final int BUFFER_BYTES = 16 << 20;

  private Pcap4jBridge() {}

  /**
   * Forwards from the line "ready" until killed.
   *
   * @param words "packets", to have packets as objects with their headers, or "bytes"; and the two
   *     interfaces
   */
  public static void main(String[] words) throws PcapNativeException, NotOpenException {
    boolean packets = words[0].equals("packets");
    PcapHandle one = open(words[1]);
    PcapHandle other = open(words[2]);
    Thread.ofPlatform().start(() -> forward(packets, other, one));
    System.out.println("ready");
    forward(packets, one, other);
  }

  private static PcapHandle open(String name) throws PcapNativeException, NotOpenException {
    PcapHandle handle =
        new PcapHandle.Builder(name)
            .snaplen(SNAPSHOT_BYTES)
            .bufferSize(BUFFER_BYTES)
            .promiscuousMode(PromiscuousMode.PROMISCUOUS)
            .timeoutMillis(10)
            .immediateMode(true)
            .build();
    handle.setDirection(PcapDirection.IN);
    return handle;
  }

  private static void forward(boolean packets, PcapHandle from, PcapHandle to) {
    try {
      if (packets) {
        PacketListener listener = packet -> send(() -> to.sendPacket(packet));
        from.loop(-1, listener);
      } else {
        RawPacketListener listener = bytes -> send(() -> to.sendPacket(bytes));
        from.loop(-1, listener);
      }
    } catch (PcapNativeException | NotOpenException | InterruptedException e) {
      System.out.println("ended: " + e.getMessage());
      System.exit(1);
    }
  }

  private interface Transmission {
    void run() throws PcapNativeException, NotOpenException;
  }

  private static void send(Transmission transmission) {
    try {
      transmission.run();
    } catch (PcapNativeException | NotOpenException e) {
      // a frame that is refused is lost, as on any bridge
    }
  }
}
