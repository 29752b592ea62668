package org.vtl.io.linux.internal.bpf;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A map in the kernel, shared with the programs that name it. Keys and values are native memory of
 * exactly {@link #keyLength} and {@link #valueLength} bytes per entry.
 *
 * <p>Used by one thread at a time; other threads use a {@link #view}. Calls return 0 or a negated
 * errno and allocate nothing when they succeed.
 */
public final class BpfMap implements AutoCloseable {
  /** How entries are found. */
  public enum Kind {
    HASH(1),
    ARRAY(2),
    PERCPU_HASH(5),
    PERCPU_ARRAY(6),
    /** A hash that forgets the entry longest unused when it is full. */
    LRU_HASH(9),
    /** Interfaces, by an index of one's own. */
    DEVMAP(14),
    /** AF_XDP sockets, by receive queue. */
    XSKMAP(17);

    private final int type;

    Kind(int type) {
      this.type = type;
    }
  }

  /** Flag of {@link #create}: a hash takes the memory of an entry when it comes. */
  public static final int NO_PREALLOC = 1;

  /** Flag of {@link #create}: an array can be read and written through {@link #memory}. */
  public static final int MMAPABLE = 1 << 10;

  /** Flag of {@link #update}: create or replace. */
  public static final int ANY = 0;

  /** Flag of {@link #update}: only if there is none; otherwise -EEXIST (17). */
  public static final int NO_EXIST = 1;

  /** Flag of {@link #update}: only if there is one; otherwise -ENOENT (2). */
  public static final int EXIST = 2;

  /** What a call returns, negated, when there is no such entry, or no further one. */
  public static final int ENOENT = Bpf.ENOENT;

  /** What an update returns, negated, when a hash is full. */
  public static final int E2BIG = Bpf.E2BIG;

  // union bpf_attr for BPF_MAP_CREATE: map_type 0, key_size 4, value_size 8, max_entries 12,
  // map_flags 16, map_name 28
  private static final int CREATE_LENGTH = 48;
  // for BPF_MAP_*_ELEM: map_fd 0, key 8, value or next_key 16, flags 24
  private static final int ELEMENT_LENGTH = 32;
  // for BPF_MAP_*_BATCH: in_batch 0, out_batch 8, keys 16, values 24, count 32, map_fd 36
  private static final int BATCH_LENGTH = 56;
  private static final int BATCH_COUNT = 32;

  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;

  private final Kind kind;
  private final Arena arena;
  private final Bpf bpf;
  private final int descriptor;
  private final int keyLength;
  private final int valueLength;
  private final int entries;
  private final boolean owner;
  private boolean exhausted;
  private boolean closed;

  private BpfMap(
      Kind kind, int descriptor, int keyLength, int valueLength, int entries, boolean owner) {
    this.kind = kind;
    this.descriptor = descriptor;
    this.keyLength = keyLength;
    this.valueLength = valueLength;
    this.entries = entries;
    this.owner = owner;
    arena = Arena.ofShared();
    bpf = new Bpf(arena);
  }

  /**
   * Makes a map.
   *
   * @param name for messages and for bpftool, which shows its first 15 bytes
   * @param valueLength bytes of a value; of one CPU's for kinds per CPU
   * @param entries the most that it holds
   * @param flags {@link #NO_PREALLOC}, {@link #MMAPABLE} or 0
   * @throws BpfException if the kernel refuses it
   */
  public static BpfMap create(
      Kind kind, String name, int keyLength, int valueLength, int entries, int flags)
      throws BpfException {
    int descriptor;
    try (Arena arena = Arena.ofConfined()) {
      Bpf bpf = new Bpf(arena);
      MemorySegment attributes = bpf.attributes();
      attributes.set(U32, 0, kind.type);
      attributes.set(U32, 4, keyLength);
      attributes.set(U32, 8, valueLength);
      attributes.set(U32, 12, entries);
      attributes.set(U32, 16, flags);
      Bpf.writeName(attributes, 28, name);
      descriptor = bpf.call(Bpf.MAP_CREATE, CREATE_LENGTH);
    }
    if (descriptor < 0) {
      throw BpfException.of("BPF map " + name + " cannot be made", -descriptor);
    }
    boolean perCpu = kind == Kind.PERCPU_ARRAY || kind == Kind.PERCPU_HASH;
    int length = perCpu ? (valueLength + 7 & ~7) * possibleCpus() : valueLength;
    return new BpfMap(kind, descriptor, keyLength, length, entries, true);
  }

  /** The same map for another thread, which must not use it once this one is closed. */
  public BpfMap view() {
    return new BpfMap(kind, descriptor, keyLength, valueLength, entries, false);
  }

  /** CPUs that a map per CPU has values for, those that are not plugged in included. */
  public static int possibleCpus() {
    try {
      String ranges = Files.readString(Path.of("/sys/devices/system/cpu/possible")).strip();
      // Such as "0-3" or "0-1,4-7": the kernel counts up to the last.
      return Integer.parseInt(ranges.substring(ranges.lastIndexOf('-') + 1)) + 1;
    } catch (IOException | NumberFormatException e) {
      return Runtime.getRuntime().availableProcessors();
    }
  }

  public int descriptor() {
    return descriptor;
  }

  public int keyLength() {
    return keyLength;
  }

  /** Bytes of an entry's value; for kinds per CPU of all CPUs', each a multiple of 8. */
  public int valueLength() {
    return valueLength;
  }

  public int entries() {
    return entries;
  }

  /** Copies the entry's value to {@code value}; 0, or -ENOENT if there is none. */
  public int lookup(MemorySegment key, MemorySegment value) {
    return element(Bpf.MAP_LOOKUP_ELEM, key, value, 0);
  }

  /** Sets an entry; 0, -E2BIG if the map is full, or what {@code flags} says. */
  public int update(MemorySegment key, MemorySegment value, int flags) {
    return element(Bpf.MAP_UPDATE_ELEM, key, value, flags);
  }

  /** Removes an entry; 0, or -ENOENT if there is none. */
  public int delete(MemorySegment key) {
    return element(Bpf.MAP_DELETE_ELEM, key, MemorySegment.NULL, 0);
  }

  /**
   * Copies the key after {@code key}, in no order, to {@code next}; the first if {@code key} is
   * {@link MemorySegment#NULL} or not in the map. 0, or -ENOENT after the last.
   */
  public int nextKey(MemorySegment key, MemorySegment next) {
    return element(Bpf.MAP_GET_NEXT_KEY, key, next, 0);
  }

  /**
   * Copies several entries at once. A hash gives whole buckets, so fewer than there is room for is
   * no sign of the end; {@link #isExhausted} is.
   *
   * @param token {@link #keyLength} bytes, at least 4, that say where the last call ended
   * @param first whether to begin anew
   * @param keys room for as many keys as {@code values} has for values
   * @return how many were copied, or a negated errno, -ENOSPC (28) if one bucket needs more room
   */
  public int lookupBatch(
      MemorySegment token, boolean first, MemorySegment keys, MemorySegment values) {
    MemorySegment attributes = batch(keys, values, (int) (keys.byteSize() / keyLength));
    attributes.set(U64, 0, first ? 0 : token.address());
    attributes.set(U64, 8, token.address());
    int error = bpf.callOnce(Bpf.MAP_LOOKUP_BATCH, BATCH_LENGTH);
    exhausted = error == -ENOENT;
    return error < 0 && !exhausted ? error : attributes.get(U32, BATCH_COUNT);
  }

  /** Whether the last {@link #lookupBatch} came to the map's end. */
  public boolean isExhausted() {
    return exhausted;
  }

  /** Sets the first {@code count} entries at once; how many were, or a negated errno if none. */
  public int updateBatch(MemorySegment keys, MemorySegment values, int count) {
    return changed(Bpf.MAP_UPDATE_BATCH, batch(keys, values, count));
  }

  /** Removes entries at once up to one that is not there; how many, or a negated errno if none. */
  public int deleteBatch(MemorySegment keys, int count) {
    return changed(Bpf.MAP_DELETE_BATCH, batch(keys, MemorySegment.NULL, count));
  }

  /**
   * The values of an array made with {@link #MMAPABLE}, each at a multiple of 8 bytes, as programs
   * see them too: reading and writing it is no system call. Until {@code lifetime} closes.
   *
   * @throws BpfException if the map has no such memory
   */
  public MemorySegment memory(Arena lifetime) throws BpfException {
    long bytes = (long) (valueLength + 7 & ~7) * entries;
    MemorySegment memory = Bpf.map(lifetime, descriptor, bytes);
    if (memory == null) {
      throw BpfException.of(
          "A BPF map cannot be mapped into memory", "it is no array made for that", Bpf.EINVAL);
    }
    return memory;
  }

  private int element(int command, MemorySegment key, MemorySegment value, long flags) {
    MemorySegment attributes = bpf.attributes();
    attributes.set(U32, 0, descriptor);
    attributes.set(U64, 8, key.address());
    attributes.set(U64, 16, value.address());
    attributes.set(U64, 24, flags);
    return bpf.call(command, ELEMENT_LENGTH);
  }

  private MemorySegment batch(MemorySegment keys, MemorySegment values, int count) {
    MemorySegment attributes = bpf.attributes();
    attributes.set(U64, 16, keys.address());
    attributes.set(U64, 24, values.address());
    attributes.set(U32, BATCH_COUNT, count);
    attributes.set(U32, 36, descriptor);
    return attributes;
  }

  private int changed(int command, MemorySegment attributes) {
    int error = bpf.callOnce(command, BATCH_LENGTH);
    int count = attributes.get(U32, BATCH_COUNT);
    return error < 0 && count == 0 ? error : count;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      if (owner) {
        Bpf.close(descriptor);
      }
      arena.close();
    }
  }
}
