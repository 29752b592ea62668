package org.vtl.packet.pcapng;

import java.io.IOException;

/** How packets lie in one kind of file. */
interface CaptureFormat {
  /** Sets the reader's packet fields to the next packet; false at the end or at a contradiction. */
  boolean next(CaptureReader reader) throws IOException;
}
