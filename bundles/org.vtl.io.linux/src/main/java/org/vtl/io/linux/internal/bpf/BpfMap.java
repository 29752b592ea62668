package org.vtl.io.linux.internal.bpf;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A map in the kernel, shared with the programs that name it. Keys and values are native memory of
 * exactly the bytes that it was made for; a value of a kind per CPU is a multiple of 8 bytes for
 * each CPU that there may be.
 *
 * <p>Used by one thread at a time. Calls return 0 or a negated errno and allocate nothing when they
 * succeed.
 */
public final class BpfMap implements AutoCloseable {
  /** How entries are found. */
  public enum Kind {
    HASH(1),
    ARRAY(2),
    PERCPU_ARRAY(6),
    /** Maps, by an index. */
    ARRAY_OF_MAPS(12),
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

  // union bpf_attr for BPF_MAP_CREATE: map_type 0, key_size 4, value_size 8, max_entries 12,
  // map_flags 16, inner_map_fd 20, map_name 28
  private static final int CREATE_LENGTH = 48;
  // for BPF_MAP_*_ELEM: map_fd 0, key 8, value 16, flags 24
  private static final int ELEMENT_LENGTH = 32;
  private static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG;

  private final Arena arena;
  private final Bpf bpf;
  private final int descriptor;
  private final int valueLength;
  private final int entries;
  private boolean closed;

  private BpfMap(int descriptor, int valueLength, int entries) {
    this.descriptor = descriptor;
    this.valueLength = valueLength;
    this.entries = entries;
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
    return create(kind, name, keyLength, valueLength, entries, flags, 0);
  }

  /** Makes a map that holds one map, of the kind and size of {@code inner}. */
  static BpfMap createHolder(String name, BpfMap inner) throws BpfException {
    return create(Kind.ARRAY_OF_MAPS, name, 4, 4, 1, 0, inner.descriptor());
  }

  private static BpfMap create(
      Kind kind, String name, int keyLength, int valueLength, int entries, int flags, int inner)
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
      attributes.set(U32, 20, inner);
      Bpf.writeName(attributes, 28, name);
      descriptor = bpf.call(Bpf.MAP_CREATE, CREATE_LENGTH);
    }
    if (descriptor < 0) {
      throw BpfException.of("BPF map " + name + " cannot be made", -descriptor);
    }
    return new BpfMap(descriptor, valueLength, entries);
  }

  public int descriptor() {
    return descriptor;
  }

  /** Copies the entry's value to {@code value}; 0, or -ENOENT (2) if there is none. */
  public int lookup(MemorySegment key, MemorySegment value) {
    return element(Bpf.MAP_LOOKUP_ELEM, key, value);
  }

  /** Creates or replaces an entry; 0, or -E2BIG (7) if the map is full. */
  public int update(MemorySegment key, MemorySegment value) {
    return element(Bpf.MAP_UPDATE_ELEM, key, value);
  }

  /** Removes an entry; 0, or -ENOENT (2) if there is none. */
  public int delete(MemorySegment key) {
    return element(Bpf.MAP_DELETE_ELEM, key, MemorySegment.NULL);
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

  private int element(int command, MemorySegment key, MemorySegment value) {
    MemorySegment attributes = bpf.attributes();
    attributes.set(U32, 0, descriptor);
    attributes.set(U64, 8, key.address());
    attributes.set(U64, 16, value.address());
    return bpf.call(command, ELEMENT_LENGTH);
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Bpf.close(descriptor);
      arena.close();
    }
  }
}
