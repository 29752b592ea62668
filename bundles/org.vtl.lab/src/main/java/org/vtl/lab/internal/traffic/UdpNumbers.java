package org.vtl.lab.internal.traffic;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * Numbered UDP datagrams at a steady rate, each accounted for: lost, repeated, out of order or
 * damaged. The first goes alone, for a tenth of a second at most, until it has arrived.
 *
 * <pre>{@code
 * UdpNumbers numbers = UdpNumbers.start(vm, net, new InetSocketAddress("10.10.0.2", 0), 20_000, 64);
 * ...
 * UdpNumbers.Result result = numbers.finish();
 * }</pre>
 *
 * <p>Two threads of its own, which end with it. Its methods are for one thread.
 */
public final class UdpNumbers implements AutoCloseable {
  /** Number, time of sending, CRC-32C of all before it. */
  private static final int LEAST_BYTES = Long.BYTES * 2 + Integer.BYTES;

  /** At 20,000 per second a tenth of a second must fit while the reader waits for a processor. */
  private static final int RECEIVE_BUFFER = 4 << 20;

  /** After a pause of the sender's thread the schedule moves rather than a burst follows. */
  private static final long MOST_BEHIND_NANOS = 5_000_000;

  /** How long the first datagram may be alone under way. */
  private static final long ALONE_NANOS = 100_000_000;

  private static final long SILENCE_NANOS = 500_000_000;

  private final Site to;
  private final DatagramChannel source;
  private final DatagramChannel sink;
  private final int bytes;
  private final Thread sender;
  private final Thread receiver;
  private final long startNanos = System.nanoTime();

  private volatile boolean finishing;
  private volatile long sent;
  private volatile long received;
  private volatile String failure = "";

  // The receiver's own until it has ended.
  private final BitSet seen = new BitSet();
  private final Latency.Samples samples = new Latency.Samples();
  private long duplicated;
  private long reordered;
  private long corrupted;

  private UdpNumbers(Site to, DatagramChannel source, DatagramChannel sink, int rate, int bytes) {
    this.to = to;
    this.source = source;
    this.sink = sink;
    this.bytes = bytes;
    receiver = Thread.ofPlatform().daemon().name("vtl-numbers-in").start(this::receive);
    sender = Thread.ofPlatform().daemon().name("vtl-numbers-out").start(() -> send(rate));
  }

  /**
   * Starts sending.
   *
   * @param from where the sender's socket is
   * @param to where the receiver's socket is
   * @param at the receiver's address; port 0 for any
   * @param rate datagrams per second, 1 to 1,000,000
   * @param bytes payload of each, 20 to 65,507
   */
  public static UdpNumbers start(Site from, Site to, InetSocketAddress at, int rate, int bytes)
      throws IOException {
    if (rate < 1 || rate > 1_000_000 || bytes < LEAST_BYTES || bytes > 65_507) {
      throw new IllegalArgumentException(
          "Numbered datagrams need a rate of 1 to 1000000 per second and 20 to 65507 bytes each,"
              + " not "
              + rate
              + " and "
              + bytes
              + ".");
    }
    DatagramChannel sink = to.call(DatagramChannel::open);
    DatagramChannel source = null;
    try {
      sink.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
      sink.bind(at);
      source = from.call(DatagramChannel::open);
      source.connect(sink.getLocalAddress());
      // Connected, so that nothing else on the network is counted.
      sink.connect(source.getLocalAddress());
      return over(to, source, sink, rate, bytes);
    } catch (IOException e) {
      sink.close();
      if (source != null) {
        source.close();
      }
      throw new IOException(
          "No datagrams can be sent to " + TcpTransfer.text(at) + ": " + e.getMessage() + ".", e);
    }
  }

  /** Datagrams between two connected sockets, which it owns from here on. */
  static UdpNumbers over(
      Site to, DatagramChannel source, DatagramChannel sink, int rate, int bytes) {
    return new UdpNumbers(to, source, sink, rate, bytes);
  }

  /** Datagrams sent up to now. */
  public long sent() {
    return sent;
  }

  /** Different datagrams received up to now. */
  public long received() {
    return received;
  }

  /**
   * Stops sending, waits for what is under way until all are there or none has come for half a
   * second, and closes.
   */
  public Result finish() {
    finishing = true;
    try {
      sender.join();
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      awaitRest();
      long overrun = overrun();
      close();
      receiver.join();
      return new Result(
          sent,
          received,
          sent - received,
          duplicated,
          reordered,
          corrupted,
          overrun,
          seconds,
          samples.latency(),
          failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while datagrams were under way.", e);
    } finally {
      close();
    }
  }

  private void awaitRest() throws InterruptedException {
    long before = -1;
    long changed = System.nanoTime();
    while (received < sent && System.nanoTime() - changed < SILENCE_NANOS) {
      if (received != before) {
        before = received;
        changed = System.nanoTime();
      }
      Thread.sleep(1);
    }
  }

  /** Ends it wherever it is. */
  @Override
  public void close() {
    finishing = true;
    for (DatagramChannel channel : List.of(source, sink)) {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing depends on a socket that is given up.
      }
    }
  }

  private void send(int rate) {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    ByteBuffer datagram = ByteBuffer.allocateDirect(bytes).put(content);
    CRC32C checksum = new CRC32C();
    long interval = 1_000_000_000L / rate;
    long due = System.nanoTime();
    for (long number = 0; !finishing; ) {
      long now = System.nanoTime();
      if (now < due) {
        LockSupport.parkNanos(due - now);
        continue;
      }
      due = Math.max(due + interval, now - MOST_BEHIND_NANOS);
      datagram.putLong(0, number).putLong(8, now);
      datagram.limit(bytes - Integer.BYTES).position(0);
      checksum.reset();
      checksum.update(datagram);
      datagram.limit(bytes).putInt((int) checksum.getValue());
      try {
        source.write(datagram.flip());
        sent = ++number;
        if (number == 1) {
          awaitFirst();
        }
      } catch (PortUnreachableException e) {
        // An answer to an earlier one; that one counts as lost, and this one was not sent.
        failure = "the receiver's port was unreachable";
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        failure = String.valueOf(e.getMessage());
        return;
      }
    }
  }

  /**
   * While the sender's kernel asks for the receiver's Ethernet address it keeps datagrams, and once
   * it knows, lets what comes next overtake these.
   */
  private void awaitFirst() {
    long begin = System.nanoTime();
    while (received == 0 && !finishing && System.nanoTime() - begin < ALONE_NANOS) {
      LockSupport.parkNanos(20_000);
    }
  }

  private void receive() {
    ByteBuffer datagram = ByteBuffer.allocateDirect(1 << 16);
    CRC32C checksum = new CRC32C();
    long highest = -1;
    while (true) {
      try {
        sink.read(datagram.clear());
      } catch (PortUnreachableException e) {
        continue;
      } catch (IOException e) {
        return;
      }
      long now = System.nanoTime();
      datagram.flip();
      int end = datagram.limit() - Integer.BYTES;
      checksum.reset();
      if (end == bytes - Integer.BYTES) {
        checksum.update(datagram.limit(end));
        datagram.limit(bytes);
      }
      if (end != bytes - Integer.BYTES || datagram.getInt(end) != (int) checksum.getValue()) {
        corrupted++;
        continue;
      }
      long number = datagram.getLong(0);
      if (seen.get((int) number)) {
        duplicated++;
        continue;
      }
      seen.set((int) number);
      reordered += number < highest ? 1 : 0;
      highest = Math.max(highest, number);
      samples.add(now - datagram.getLong(8));
      received++;
    }
  }

  /** What the receiver's kernel discarded because the reader was late. */
  private long overrun() {
    try {
      InetSocketAddress local = (InetSocketAddress) sink.getLocalAddress();
      String port = ":%04X ".formatted(local.getPort());
      return to.call(
          () -> {
            long drops = 0;
            for (String table : List.of("udp", "udp6")) {
              for (String line :
                  Files.readAllLines(Path.of("/proc/thread-self/net").resolve(table))) {
                String[] columns = line.strip().split("\\s+");
                if (columns.length > 2 && (columns[1] + " ").endsWith(port)) {
                  drops += Long.parseLong(columns[columns.length - 1]);
                }
              }
            }
            return drops;
          });
    } catch (IOException e) {
      // Elsewhere than on Linux there is no such count.
      return 0;
    }
  }

  /**
   * What became of the datagrams.
   *
   * @param sent how many were sent
   * @param received how many different ones arrived whole
   * @param lost those that did not
   * @param duplicated arrivals of one that had arrived
   * @param reordered arrivals after one that was sent later
   * @param corrupted arrivals with other content; they count as lost, too
   * @param overrun of the lost, those that arrived and that the receiver's own kernel discarded
   *     because its program was late
   * @param seconds how long was sent
   * @param latency from sender to receiver
   * @param failure what the sender met, in a few words; empty when nothing
   */
  public record Result(
      long sent,
      long received,
      long lost,
      long duplicated,
      long reordered,
      long corrupted,
      long overrun,
      double seconds,
      Latency latency,
      String failure) {
    /** Datagrams sent per second. */
    public double rate() {
      return seconds <= 0 ? 0 : sent / seconds;
    }

    /** Whether each arrived, once and whole. */
    public boolean isWhole() {
      return sent > 0 && lost == 0 && duplicated == 0 && corrupted == 0;
    }
  }
}
