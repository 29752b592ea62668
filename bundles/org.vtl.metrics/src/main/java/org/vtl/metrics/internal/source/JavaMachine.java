package org.vtl.metrics.internal.source;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.vtl.metrics.internal.exposition.Exposition;
import org.vtl.metrics.internal.exposition.Family;

/** The Java machine, by the names that Prometheus' own client for Java uses. */
public final class JavaMachine implements Source {
  private static final double MILLIS = 1_000;

  private static final Family USED =
      Family.gauge("jvm_memory_used_bytes", "Memory in use, on the heap and besides.");
  private static final Family COMMITTED =
      Family.gauge("jvm_memory_committed_bytes", "Memory that the system has granted.");
  private static final Family MAX =
      Family.gauge("jvm_memory_max_bytes", "Memory that there may be; -1 without a bound.");
  private static final Family BUFFERS =
      Family.gauge("jvm_buffer_pool_used_bytes", "Memory of buffers outside of the heap.");
  private static final Family COLLECTIONS =
      Family.summary("jvm_gc_collection_seconds", "Time spent in garbage collections.");
  private static final Family THREADS =
      Family.gauge("jvm_threads_current", "Threads that live now.");
  private static final Family DAEMONS =
      Family.gauge("jvm_threads_daemon", "Those of them that no program's end waits for.");
  private static final Family PEAK =
      Family.gauge("jvm_threads_peak", "Threads that lived at once at most.");
  private static final Family CLASSES =
      Family.gauge("jvm_classes_currently_loaded", "Classes that are loaded now.");

  @Override
  public List<Family> families() {
    return List.of(USED, COMMITTED, MAX, BUFFERS, COLLECTIONS, THREADS, DAEMONS, PEAK, CLASSES);
  }

  @Override
  public void write(Exposition out) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    MemoryUsage heap = memory.getHeapMemoryUsage();
    MemoryUsage besides = memory.getNonHeapMemoryUsage();
    areas(out, USED, heap.getUsed(), besides.getUsed());
    areas(out, COMMITTED, heap.getCommitted(), besides.getCommitted());
    areas(out, MAX, heap.getMax(), besides.getMax());
    out.begin(BUFFERS);
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      out.add(pool.getMemoryUsed(), "pool", pool.getName());
    }
    out.begin(COLLECTIONS);
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      out.addSummary(
          collector.getCollectionCount(),
          collector.getCollectionTime() / MILLIS,
          "gc",
          collector.getName());
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    one(out, THREADS, threads.getThreadCount());
    one(out, DAEMONS, threads.getDaemonThreadCount());
    one(out, PEAK, threads.getPeakThreadCount());
    one(out, CLASSES, ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
  }

  private static void areas(Exposition out, Family family, long heap, long besides) {
    out.begin(family);
    out.add(heap, "area", "heap");
    out.add(besides, "area", "nonheap");
  }

  private static void one(Exposition out, Family family, long value) {
    out.begin(family);
    out.add(value);
  }
}
