package org.vtl.service.tor.internal.dns;

/** Numbers of the DNS (IANA's registry; RFC 1035 section 3.2 and 4.1.1, RFC 6891). */
final class Dns {
  static final int PORT = 53;
  static final int HEADER = 12;

  /** Bytes of a datagram that anybody can take (RFC 1035 section 4.2.1). */
  static final int DATAGRAM = 512;

  /** Bytes of a datagram that needs no fragments (RFC 9715 section 3.2). */
  static final int LARGE_DATAGRAM = 1_232;

  static final int RESPONSE = 0x8000;
  static final int OPCODE = 0x7800;
  static final int TRUNCATED = 0x0200;
  static final int RECURSION_DESIRED = 0x0100;
  static final int RECURSION_AVAILABLE = 0x0080;
  static final int CHECKING_DISABLED = 0x0010;

  static final int CLASS_INTERNET = 1;

  static final int A = 1;
  static final int SOA = 6;
  static final int PTR = 12;
  static final int HINFO = 13;
  static final int AAAA = 28;
  static final int OPT = 41;
  static final int SVCB = 64;
  static final int HTTPS = 65;

  /** Types from here on are questions about a transfer or a message, not about a name's data. */
  static final int FIRST_META = 249;

  static final int IXFR = 251;
  static final int MAILA = 254;
  static final int ANY = 255;

  static final int NO_ERROR = 0;
  static final int FORMAT_ERROR = 1;
  static final int SERVER_FAILURE = 2;
  static final int NO_SUCH_NAME = 3;
  static final int NOT_IMPLEMENTED = 4;
  static final int REFUSED = 5;
  static final int BAD_VERSION = 16;

  private Dns() {}

  static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  static void setU16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }

  static void setU32(byte[] bytes, int at, int value) {
    setU16(bytes, at, value >>> 16);
    setU16(bytes, at + 2, value);
  }

  static void setU64(byte[] bytes, int at, long value) {
    setU32(bytes, at, (int) (value >>> 32));
    setU32(bytes, at + 4, (int) value);
  }
}
