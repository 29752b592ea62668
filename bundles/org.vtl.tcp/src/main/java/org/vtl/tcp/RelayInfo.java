package org.vtl.tcp;

import org.vtl.connection.ConnectionKey;

/**
 * What was known of a relay when it was asked for.
 *
 * @param connection the connection's {@link org.vtl.connection.Connection#id}
 * @param link the link's name
 * @param ageNanos how long it has been open
 * @param vm the side that speaks to the VM
 * @param network the side that speaks to the peer; of a socket what can be told of it, its state
 *     being SOCKET
 */
public record RelayInfo(
    long connection,
    String link,
    ConnectionKey key,
    Relay.Kind kind,
    Relay.State state,
    String owner,
    long ageNanos,
    Side vm,
    Side network) {
  /**
   * One side.
   *
   * @param state the endpoint's, as RFC 9293 names it
   * @param received bytes in order from this end
   * @param sent bytes to this end that it has acknowledged
   * @param held bytes for this end that are held
   * @param undelivered of these, the bytes that their sender was told are delivered
   * @param capacity bytes that the stream to this end may hold now
   * @param inFlight bytes sent to this end that it has not acknowledged
   * @param retransmitted bytes sent to this end again
   * @param congestionWindow bytes that may be in flight
   * @param window bytes that this end has room for, as it says
   * @param roundTripNanos smoothed round-trip time; -1 if none is known
   * @param congestionControl its name, and what it believes
   */
  public record Side(
      String state,
      long received,
      long sent,
      long held,
      long undelivered,
      long capacity,
      long inFlight,
      long retransmitted,
      long congestionWindow,
      long window,
      long roundTripNanos,
      String congestionControl) {}
}
