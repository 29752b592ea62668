package org.vtl.packet;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Memory outside the heap for bytes that are copied in large pieces, such as segments of 64 KB. On
 * Linux it asks for large pages, of which a copy touches one where it touches 16 small ones, which
 * costs most inside a virtual machine, where an address is looked up in two tables. Any thread; for
 * the cold side.
 */
@SuppressWarnings("restricted")
public final class LargeMemory {
  /** Bytes of a large page on most machines: memory of fewer has none. */
  public static final long PAGE = 2 << 20;

  private static final int MADV_HUGEPAGE = 14;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle CALLOC =
      find(
          "calloc",
          FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
  private static final MethodHandle FREE =
      find("free", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));

  /** Null where there is none, or where its numbers may mean something else. */
  private static final MethodHandle MADVISE =
      System.getProperty("os.name").equals("Linux")
          ? find(
              "madvise",
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT))
          : null;

  private LargeMemory() {}

  /**
   * Takes {@code bytes} of zeros, whose pages are taken from the system when they are first
   * touched. It begins at a multiple of {@link #PAGE} if it is as long as that.
   *
   * @param arena frees it when it closes
   * @throws OutOfMemoryError when there is no such memory
   */
  public static MemorySegment allocate(Arena arena, long bytes) {
    long spare = bytes < PAGE ? 0 : PAGE;
    MemorySegment memory = inSmallPages(arena, bytes + spare);
    if (spare == 0) {
      return memory;
    }
    memory = memory.asSlice(-memory.address() & PAGE - 1, bytes);
    advise(memory.address(), bytes & -PAGE);
    return memory;
  }

  /** The same without large pages, beginning anywhere. */
  static MemorySegment inSmallPages(Arena arena, long bytes) {
    try {
      MemorySegment memory = (MemorySegment) CALLOC.invokeExact(1L, bytes);
      if (memory.equals(MemorySegment.NULL)) {
        throw new OutOfMemoryError("The system has no " + bytes + " bytes of memory to give.");
      }
      return memory.reinterpret(bytes, arena, LargeMemory::free);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("Memory could not be allocated.", e);
    }
  }

  /** What the system makes of it is its own affair: small pages work as well. */
  private static void advise(long address, long bytes) {
    if (MADVISE == null) {
      return;
    }
    try {
      int ignored = (int) MADVISE.invokeExact(address, bytes, MADV_HUGEPAGE);
    } catch (Throwable e) {
      throw new IllegalStateException("Large pages could not be asked for.", e);
    }
  }

  private static void free(MemorySegment memory) {
    try {
      FREE.invokeExact(memory);
    } catch (Throwable e) {
      throw new IllegalStateException("Memory could not be freed.", e);
    }
  }

  private static MethodHandle find(String name, FunctionDescriptor type) {
    return LINKER
        .defaultLookup()
        .find(name)
        .map(address -> LINKER.downcallHandle(address, type))
        .orElse(null);
  }
}
