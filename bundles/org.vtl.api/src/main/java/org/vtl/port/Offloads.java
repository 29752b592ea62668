package org.vtl.port;

/**
 * What a port can transmit without VTL's help.
 *
 * @param partialChecksum packets with {@link org.vtl.packet.ChecksumState#PARTIAL}
 * @param tcpSegmentation TCP packets with a segment size
 * @param udpSegmentation UDP packets with a segment size
 */
public record Offloads(boolean partialChecksum, boolean tcpSegmentation, boolean udpSegmentation) {
  /** Every frame complete and at most one MTU long. */
  public static final Offloads NONE = new Offloads(false, false, false);

  /** All of them. */
  public static final Offloads ALL = new Offloads(true, true, true);
}
