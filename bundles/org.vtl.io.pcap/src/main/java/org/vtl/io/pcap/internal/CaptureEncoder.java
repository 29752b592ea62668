package org.vtl.io.pcap.internal;

import java.nio.ByteBuffer;
import org.vtl.packet.Packet;

/** Writes a capture file's format into a buffer. */
interface CaptureEncoder {
  /** The buffer written to: from its start to its position lies what the file lacks. */
  ByteBuffer buffer();

  /** Writes what the file begins with. */
  void begin();

  /** Writes a frame that was sent at {@code nanos} since 1970, unless the buffer is too full. */
  boolean frame(Packet packet, long nanos);
}
