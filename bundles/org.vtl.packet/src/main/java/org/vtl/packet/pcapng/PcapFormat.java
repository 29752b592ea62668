package org.vtl.packet.pcapng;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The classic pcap format (draft-ietf-opsawg-pcap), and its variant with longer record headers. */
final class PcapFormat implements CaptureFormat {
  private final int linkType;
  private final int nanosPerUnit;
  private final int recordHeader;

  private PcapFormat(int linkType, int nanosPerUnit, int recordHeader) {
    this.linkType = linkType;
    this.nanosPerUnit = nanosPerUnit;
    this.recordHeader = recordHeader;
  }

  /** Reads the file's header, or returns null when it is cut off. */
  static PcapFormat begin(CaptureReader reader, ByteOrder order, int nanosPerUnit, int recordHeader)
      throws IOException {
    if (!reader.fill(24)) {
      return reader.fail("is cut off in its header");
    }
    ByteBuffer buffer = reader.buffer().order(order);
    int linkType = buffer.getInt(buffer.position() + 20) & 0xffff;
    buffer.position(buffer.position() + 24);
    return new PcapFormat(linkType, nanosPerUnit, recordHeader);
  }

  @Override
  public boolean next(CaptureReader reader) throws IOException {
    if (reader.atEnd()) {
      return false;
    }
    if (!reader.fill(recordHeader)) {
      reader.fail("is cut off in a packet's header");
      return false;
    }
    ByteBuffer buffer = reader.buffer();
    int at = buffer.position();
    int captured = buffer.getInt(at + 8);
    if (captured < 0 || captured > CaptureReader.MAX_BLOCK) {
      reader.fail("has a packet of " + (captured & 0xffff_ffffL) + " bytes");
      return false;
    }
    long seconds = buffer.getInt(at) & 0xffff_ffffL;
    long fraction = buffer.getInt(at + 4) & 0xffff_ffffL;
    reader.nanos = seconds * 1_000_000_000L + fraction * nanosPerUnit;
    reader.originalLength = buffer.getInt(at + 12);
    buffer.position(at + recordHeader);
    if (!reader.fill(captured)) {
      reader.fail("is cut off in a packet");
      return false;
    }
    reader.dataAt = buffer.position();
    reader.capturedLength = captured;
    reader.linkType = linkType;
    buffer.position(buffer.position() + captured);
    return true;
  }
}
