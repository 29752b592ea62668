package org.vtl.service.tor.internal.socks;

import org.vtl.tcp.DialerHandshake.Answer;

/**
 * What a SOCKS server says of a request, what the VM is told for it, and what people are told: the
 * codes of SOCKS5 (RFC 1928 section 6), of SOCKS4, and Tor's own (proposal 304).
 */
public enum Reply {
  GRANTED(0x00, Answer.CONNECTED, "Connected."),
  FAILURE(
      0x01,
      Answer.FAILED,
      "Tor could not connect and does not say why: the destination refuses, or every exit does."),
  NOT_ALLOWED(
      0x02,
      Answer.PROHIBITED,
      "No exit permits this destination, or Tor's configuration rejects it."),
  NETWORK_UNREACHABLE(
      0x03, Answer.NETWORK_UNREACHABLE, "The exit has no way to the destination's network."),
  HOST_UNREACHABLE(
      0x04, Answer.HOST_UNREACHABLE, "The name has no address, or the exit cannot reach the host."),
  REFUSED(0x05, Answer.REFUSED, "The destination refuses the connection."),
  // Silence would have the VM ask again for minutes what Tor has given up.
  EXPIRED(0x06, Answer.HOST_UNREACHABLE, "The destination did not answer in time."),
  NOT_SUPPORTED(
      0x07,
      Answer.FAILED,
      "The SOCKS server does not know the command CONNECT; check that \"socks\" names Tor."),
  ADDRESS_NOT_SUPPORTED(
      0x08,
      Answer.NETWORK_UNREACHABLE,
      "The SOCKS server does not take addresses of this kind; use the name or the other kind."),
  ONION_NOT_FOUND(
      0xf0,
      Answer.HOST_UNREACHABLE,
      "The onion service's descriptor is not to be found: it is offline, or the address is wrong."),
  ONION_INVALID(
      0xf1, Answer.HOST_UNREACHABLE, "The onion service's descriptor is invalid; ask its owner."),
  ONION_INTRODUCTION_FAILED(
      0xf2,
      Answer.HOST_UNREACHABLE,
      "None of the onion service's introduction points answers; try again later."),
  ONION_RENDEZVOUS_FAILED(
      0xf3,
      Answer.HOST_UNREACHABLE,
      "The onion service did not come to the rendezvous; try again later."),
  ONION_NEEDS_AUTHORIZATION(
      0xf4,
      Answer.REFUSED,
      "The onion service demands client authorization; give Tor its key (ClientOnionAuthDir)."),
  ONION_WRONG_AUTHORIZATION(
      0xf5,
      Answer.REFUSED,
      "The onion service does not take this client authorization; give Tor the right key."),
  ONION_BAD_ADDRESS(
      0xf6, Answer.HOST_UNREACHABLE, "This is no onion address: its checksum or version is wrong."),
  ONION_TIMED_OUT(
      0xf7,
      Answer.HOST_UNREACHABLE,
      "The onion service's introduction points did not answer in time; try again later."),
  NEEDS_CREDENTIALS(
      -1,
      Answer.FAILED,
      "The SOCKS server takes none of the ways to log in that VTL offers; for one that is not Tor,"
          + " set \"isolation\" to none."),
  WRONG_CREDENTIALS(
      -2,
      Answer.FAILED,
      "The SOCKS server rejects user and password; for one that is not Tor, set \"isolation\" to"
          + " none."),
  NO_SOCKS(
      -3,
      Answer.FAILED,
      "What answers at \"socks\" does not speak this version of SOCKS; give Tor's SOCKS port."),
  UNKNOWN(-4, Answer.FAILED, "The SOCKS server answers with a code that no standard has.");

  private static final Reply[] ALL = values();

  private final int code;
  private final Answer answer;
  private final String sentence;

  Reply(int code, Answer answer, String sentence) {
    this.code = code;
    this.answer = answer;
    this.sentence = sentence;
  }

  /** The reply of SOCKS5's {@code code}, 0 to 255; {@link #UNKNOWN} if no standard has it. */
  static Reply ofSocks5(int code) {
    for (Reply reply : ALL) {
      if (reply.code == code) {
        return reply;
      }
    }
    return UNKNOWN;
  }

  /** The reply of SOCKS4's {@code code}. */
  static Reply ofSocks4(int code) {
    return code == 0x5a
        ? GRANTED
        : code == 0x5b ? FAILURE : code == 0x5c || code == 0x5d ? WRONG_CREDENTIALS : UNKNOWN;
  }

  /** What the VM is told. */
  public Answer answer() {
    return answer;
  }

  /** What people are told. */
  public String sentence() {
    return sentence;
  }
}
