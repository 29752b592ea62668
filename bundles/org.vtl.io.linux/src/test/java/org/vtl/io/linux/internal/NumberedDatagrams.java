package org.vtl.io.linux.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;

/** Datagrams with running numbers from one namespace to another, counted where they arrive. */
final class NumberedDatagrams implements AutoCloseable {
  private static final int BUFFER = 8 << 20;

  private final DatagramChannel sender;
  private final DatagramChannel receiver;
  private final BitSet seen = new BitSet();
  private int highest = -1;
  volatile int arrived;
  volatile int twice;
  volatile int overtaken;
  private int next;

  NumberedDatagrams(Namespace from, String source, Namespace to, String target) throws Exception {
    receiver = to.run(DatagramChannel::open);
    receiver.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
    receiver.bind(new InetSocketAddress(target, 0));
    sender = from.run(DatagramChannel::open);
    sender.bind(new InetSocketAddress(source, 0));
    sender.connect(receiver.getLocalAddress());
    Thread.ofPlatform().daemon().start(this::receive);
  }

  int sourcePort() throws Exception {
    return ((InetSocketAddress) sender.getLocalAddress()).getPort();
  }

  int targetPort() throws Exception {
    return ((InetSocketAddress) receiver.getLocalAddress()).getPort();
  }

  /** Sends {@code count} datagrams of {@code length} bytes, {@code nanos} apart. */
  void send(int count, int length, long nanos) throws Exception {
    ByteBuffer datagram = ByteBuffer.allocateDirect(length);
    long at = System.nanoTime();
    for (int i = 0; i < count; i++) {
      datagram.clear().putInt(0, next++);
      sender.write(datagram);
      at += nanos;
      while (System.nanoTime() < at) {
        Thread.onSpinWait();
      }
    }
  }

  int sent() {
    return next;
  }

  private void receive() {
    ByteBuffer datagram = ByteBuffer.allocateDirect(65_536);
    try {
      while (true) {
        datagram.clear();
        receiver.receive(datagram);
        int number = datagram.getInt(0);
        if (seen.get(number)) {
          twice++;
        }
        seen.set(number);
        if (number < highest) {
          overtaken++;
        }
        highest = Math.max(highest, number);
        arrived++;
      }
    } catch (Exception e) {
      // It was closed.
    }
  }

  /** Waits until all that was sent has arrived, or nothing does any more; how many are missing. */
  int missing() {
    int before = -1;
    for (int quiet = 0; quiet < 20 && arrived < next; quiet = arrived == before ? quiet + 1 : 0) {
      before = arrived;
      LockSupport.parkNanos(10_000_000);
    }
    return next - arrived + twice;
  }

  @Override
  public void close() throws IOException {
    sender.close();
    receiver.close();
  }
}
