package org.vtl.service.tor.internal.address;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.vtl.packet.Bytes;

/**
 * A guest's DHCP message (RFC 2131 section 2), read once, in bounds. Read into again and again;
 * used by one thread. Allocates nothing.
 */
final class DhcpMessage {
  static final int CLIENT_PORT = 68;
  static final int SERVER_PORT = 67;

  static final int DISCOVER = 1;
  static final int OFFER = 2;
  static final int REQUEST = 3;
  static final int DECLINE = 4;
  static final int ACKNOWLEDGE = 5;
  static final int NOT_ACKNOWLEDGE = 6;
  static final int RELEASE = 7;
  static final int INFORM = 8;

  static final int PAD = 0;
  static final int SUBNET_MASK = 1;
  static final int ROUTER = 3;
  static final int RESOLVER = 6;
  static final int REQUESTED_ADDRESS = 50;
  static final int LEASE_SECONDS = 51;
  static final int OVERLOAD = 52;
  static final int TYPE = 53;
  static final int SERVER = 54;
  static final int CLIENT = 61;
  static final int END = 255;

  /** Where the fields are, in bytes. */
  static final int TRANSACTION = 4;

  static final int FLAGS = 10;
  static final int CLIENT_ADDRESS = 12;
  static final int YOUR_ADDRESS = 16;
  static final int RELAY = 24;
  static final int HARDWARE = 28;
  static final int SERVER_NAME = 44;
  static final int FILE = 108;
  static final int COOKIE = 236;
  static final int OPTIONS = 240;

  static final int MAGIC = 0x6382_5363;
  private static final int BROADCAST = 0x8000;

  private MemorySegment memory;
  private long at;
  private int type;
  private int requested;
  private int server;
  private int overload;
  private long client;
  private int clientLength;

  /**
   * Reads the {@code length} bytes at {@code from}; false if they are no request of an Ethernet
   * host for itself.
   */
  boolean read(MemorySegment memory, long from, int length) {
    this.memory = memory;
    at = from;
    type = 0;
    requested = 0;
    server = 0;
    overload = 0;
    client = from;
    clientLength = 0;
    return length >= OPTIONS
        && Bytes.u8(memory, at) == 1
        && Bytes.u16(memory, at + 1) == 0x0106
        && Bytes.u32(memory, at + COOKIE) == MAGIC
        && Bytes.u32(memory, at + RELAY) == 0
        && hardware() != 0
        && (hardware() >>> 40 & 1) == 0
        && readOptions(OPTIONS, length)
        && ((overload & 1) == 0 || readOptions(FILE, COOKIE))
        && ((overload & 2) == 0 || readOptions(SERVER_NAME, FILE))
        && type != 0;
  }

  /** Reads options (RFC 2132 section 2); false if one is longer than what is there. */
  private boolean readOptions(int from, int to) {
    int option = from;
    while (option < to) {
      int code = Bytes.u8(memory, at + option);
      if (code == END) {
        return true;
      }
      if (code == PAD) {
        option++;
        continue;
      }
      int length = option + 1 < to ? Bytes.u8(memory, at + option + 1) : 0xff;
      int value = option + 2;
      if (value + length > to) {
        return false;
      }
      readOption(code, value, length, from == OPTIONS);
      option = value + length;
    }
    return true;
  }

  private void readOption(int code, int value, int length, boolean first) {
    long place = at + value;
    switch (code) {
      case TYPE -> type = length == 1 ? Bytes.u8(memory, place) : 0;
      case REQUESTED_ADDRESS -> requested = length == 4 ? Bytes.u32(memory, place) : 0;
      case SERVER -> server = length == 4 ? Bytes.u32(memory, place) : 0;
      case CLIENT -> {
        client = place;
        clientLength = length;
      }
      // Only the first options may say that there are others.
      case OVERLOAD -> overload = first && length == 1 ? Bytes.u8(memory, place) & 3 : overload;
      default -> {
        // Wishes; the guest gets what there is.
      }
    }
  }

  int type() {
    return type;
  }

  int transaction() {
    return Bytes.u32(memory, at + TRANSACTION);
  }

  /** Whether the guest can be answered by broadcast only. */
  boolean isBroadcast() {
    return (Bytes.u16(memory, at + FLAGS) & BROADCAST) != 0;
  }

  /** The address that the guest has; 0 for none. */
  int clientAddress() {
    return Bytes.u32(memory, at + CLIENT_ADDRESS);
  }

  long hardware() {
    return Bytes.u48(memory, at + HARDWARE);
  }

  /** The address that the guest wishes for; 0 for none. */
  int requested() {
    return requested;
  }

  /** The server that the guest has chosen; 0 for none. */
  int server() {
    return server;
  }

  /** Bytes of the client identifier; 0 without. */
  int clientLength() {
    return clientLength;
  }

  /** Copies the client identifier into {@code out} at {@code to}. */
  void copyClient(byte[] out, int to) {
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, client, out, to, clientLength);
  }

  /** The flags that an answer repeats. */
  int flags() {
    return Bytes.u16(memory, at + FLAGS) & BROADCAST;
  }
}
