package org.vtl.shell.internal.session;

import java.io.IOException;
import java.io.OutputStream;

/** A stream whose bytes go to the client as frames of one type. From any thread. */
final class FrameOutput extends OutputStream {
  private final Peer peer;
  private final int type;

  FrameOutput(Peer peer, int type) {
    this.peer = peer;
    this.type = type;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    for (int done = 0; done < length; ) {
      int part = Math.min(Frames.MOST_BYTES, length - done);
      peer.write(type, bytes, offset + done, part);
      done += part;
    }
  }
}
