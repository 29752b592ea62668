package org.vtl.testkit;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.vtl.packet.Packet;
import org.vtl.packet.Parser;

/**
 * Makes hostile frames out of good ones, the same ones for the same seed: bits flipped, frames cut,
 * lengthened and spliced, length fields that lie, options of length 0, headers that claim to be
 * others, offloads that point anywhere.
 *
 * <pre>{@code
 * FrameMutator mutator = new FrameMutator(42).add(frame);
 * for (int i = 0; i < 1_000_000; i++) { subject.process(mutator.next(packet)); }
 * }</pre>
 *
 * <p>To see one frame again, {@link #skipTo} its {@link #round}. Used by one thread; allocates
 * nothing per frame.
 */
public final class FrameMutator {
  /** Values at which arithmetic breaks, for 16-bit fields. */
  private static final int[] EDGES = {
    0, 1, 7, 8, 19, 20, 28, 40, 255, 256, 1500, 0x7fff, 0x8000, 0xffff
  };

  /** What makes a frame another: EtherTypes, IP protocols and extension headers. */
  private static final int[] TYPES = {0, 1, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 59, 60, 135, 255};

  private static final int[] ETHER_TYPES = {0x800, 0x86dd, 0x806, 0x8100, 0x88a8, 0x9100, 46};

  private final long seed;
  private final List<byte[]> frames = new ArrayList<>();
  private final byte[] work = new byte[Packet.MAX_FRAME];
  private final MemorySegment workMemory = MemorySegment.ofArray(work);
  private SplittableRandom random;
  private int length;
  private long round = -1;

  /** A mutator whose frames follow from {@code seed} and the frames added. */
  public FrameMutator(long seed) {
    this.seed = seed;
  }

  /** Adds a frame to start from. */
  public FrameMutator add(byte[] frame) {
    frames.add(frame.clone());
    return this;
  }

  /** Adds a frame to start from. */
  public FrameMutator add(Packet packet) {
    byte[] frame = new byte[packet.length()];
    MemorySegment.copy(
        packet.memory(), packet.start(), MemorySegment.ofArray(frame), 0, frame.length);
    frames.add(frame);
    return this;
  }

  /** The number of the last frame made, counted from 0. */
  public long round() {
    return round;
  }

  /** Has {@link #next} make the frame of this number. */
  public void skipTo(long round) {
    this.round = round - 1;
  }

  /** Puts the next frame into {@code packet} as if a port had polled it, and parses it. */
  public Packet next(Packet packet) {
    round++;
    // Each frame from its own seed, so that one can be made without those before it.
    random = new SplittableRandom(seed * 0x9e37_79b9_7f4a_7c15L + round);
    byte[] frame = frames.get(random.nextInt(frames.size()));
    length = Math.min(frame.length, work.length);
    System.arraycopy(frame, 0, work, 0, length);
    for (int i = random.nextInt(4); i >= 0; i--) {
      mutate();
    }
    MemorySegment.copy(workMemory, 0, packet.memory(), Packet.HEADROOM, length);
    packet.frame(Packet.HEADROOM, length);
    offload(packet);
    Parser.parse(packet);
    return packet;
  }

  private void mutate() {
    switch (random.nextInt(10)) {
      case 0 -> work[place(length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> work[place(length)] = (byte) random.nextInt();
      case 2 -> length = random.nextInt(length + 1);
      case 3 -> extend();
      case 4 -> splice();
      case 5 -> putWord(headerPlace() & ~1, EDGES[random.nextInt(EDGES.length)]);
      case 6 -> work[headerPlace()] = 0; // an option of length 0
      case 7 -> work[headerPlace()] = (byte) TYPES[random.nextInt(TYPES.length)];
      case 8 -> putWord(12, ETHER_TYPES[random.nextInt(ETHER_TYPES.length)]);
      default -> lengthNearTheTruth();
    }
  }

  private void extend() {
    int count = Math.min(random.nextInt(100), work.length - length);
    for (int i = 0; i < count; i++) {
      work[length++] = (byte) random.nextInt();
    }
  }

  /** The front of this frame and the back of another. */
  private void splice() {
    byte[] other = frames.get(random.nextInt(frames.size()));
    int at = random.nextInt(length + 1);
    int from = random.nextInt(other.length + 1);
    int count = Math.min(other.length - from, work.length - at);
    System.arraycopy(other, from, work, at, count);
    length = at + count;
  }

  /** A word of the headers that would be a length is one off. */
  private void lengthNearTheTruth() {
    putWord(headerPlace() & ~1, length - random.nextInt(80) + 1);
  }

  private void putWord(int at, int value) {
    if (at + 2 <= length) {
      work[at] = (byte) (value >>> 8);
      work[at + 1] = (byte) value;
    }
  }

  /** Mostly within the first 120 bytes, where the headers are. */
  private int headerPlace() {
    return place(Math.min(length, 120));
  }

  private int place(int limit) {
    return limit == 0 ? 0 : random.nextInt(limit);
  }

  private void offload(Packet packet) {
    if (random.nextInt(4) == 0) {
      packet.setPartialChecksum(random.nextInt(1 << (1 + random.nextInt(16))), random.nextInt(40));
    }
    if (random.nextInt(8) == 0) {
      packet.setSegmentSize(random.nextInt(2000));
    }
  }
}
