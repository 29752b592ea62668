package org.vtl.ipfix.internal;

import java.util.List;

/**
 * An Information Element of a template (RFC 7012, and IANA's registry).
 *
 * @param number the element's number
 * @param length of its value in bytes; {@link #VARIABLE} for a text
 * @param enterprise whose element it is; 0 for IANA's
 */
record Element(int number, int length, int enterprise) {
  /** The length of what says its own (RFC 7011 section 7). */
  static final int VARIABLE = 0xffff;

  /** Whose elements are those of the answering direction (RFC 5103 section 6.1). */
  static final int REVERSE = 29_305;

  private static final int OCTETS = 1;
  private static final int PACKETS = 2;

  /**
   * What a record of a connection has, in the order of {@link RecordWriter}.
   *
   * @param six whether its addresses are IPv6
   * @param enterprise whose number the reason for drops has
   */
  static List<Element> ofConnection(boolean six, int enterprise) {
    int address = six ? 16 : 4;
    return List.of(
        iana(152, 8), // flowStartMilliseconds
        iana(153, 8), // flowEndMilliseconds
        iana(six ? 27 : 8, address), // sourceIPv4Address, sourceIPv6Address
        iana(six ? 28 : 12, address), // destinationIPv4Address, destinationIPv6Address
        iana(7, 2), // sourceTransportPort
        iana(11, 2), // destinationTransportPort
        iana(4, 1), // protocolIdentifier
        iana(239, 1), // biflowDirection
        iana(61, 1), // flowDirection
        iana(PACKETS, 8), // packetDeltaCount
        iana(OCTETS, 8), // octetDeltaCount
        new Element(PACKETS, 8, REVERSE),
        new Element(OCTETS, 8, REVERSE),
        iana(six ? 281 : 225, address), // postNATSourceIPv4Address, postNATSourceIPv6Address
        iana(six ? 282 : 226, address), // postNATDestinationIPv4Address, ...IPv6Address
        iana(227, 2), // postNAPTSourceTransportPort
        iana(228, 2), // postNAPTDestinationTransportPort
        iana(58, 2), // vlanId
        iana(148, 8), // flowId
        iana(136, 1), // flowEndReason
        iana(89, 1), // forwardingStatus
        iana(133, 8), // droppedPacketDeltaCount
        iana(82, VARIABLE), // interfaceName
        new Element(1, VARIABLE, enterprise));
  }

  private static Element iana(int number, int length) {
    return new Element(number, length, 0);
  }
}
